"""What a mention says of its finding, where a table's label or a short lead says it plainly."""

import re

from tandemweb.analysis.guarded import guard
from tandemweb.domain.finding import Agreement, Mention, Stance

LABELS_WITHIN = 240  # characters of a row in which its label columns stand
_REFUSED = (
    r"reject(?:ed)?|dismiss(?:ed)?|not (?:confirmed|adopted|accepted|taken|reproduced|an issue)|false positive|invalid"
    r"|refuted"
)
OPENED_WITHIN = 80  # characters of an item in which it says what becomes of a point
MERGING_ROLES = frozenset(("merged", "final"))
_TAKEN = guard(r"\b(?:taken over|accepted|adopted|incorporated|revived|taken,)", re.IGNORECASE)
_NOT_TAKEN = guard(r"\bnot (?:taken|accepted|adopted|incorporated)|(?<!\bhad )\b(?:reject|dismiss)", re.IGNORECASE)
_DEFERRED = guard(
    r"\A[\W_]*(?:deferred|postponed)\b|\b(?:left|deferred|postponed|put off|moved|kept|saved)\s+(?:for|to|until)\s+"
    r"(?:an?\s+|the\s+|another\s+)?(?:later|future|next|follow-?up|separate|other)\b",
    re.IGNORECASE,
)
_LEFT_TO_USER = guard(
    r"\b(?:left|leave it|goes|up) to the user\b|\bthe user(?:'s call| (?:may|must|should|has to|will|can|is to) decide)"
    r"|\buntil the user decides\b|\bfor the user to decide\b",
    re.IGNORECASE,
)
_UNSETTLED = guard(
    r"\b(?:stays?|remains?|still|left|keeps?) (?:disputed|contested|unsettled)\b"
    r"|\bwe (?:still|do not|don't) (?:dis)?agree\b"
    r"|\bthe user (?:may|must|should|has to|can) (?:say|choose|settle)\b"
    r"|\b(?:codex|claude) (?:still )?(?:holds on to (?:it|this|that)|does not give in|insists)\b",
    re.IGNORECASE,
)
_TURNED_DOWN = guard(
    r"\A[\W_]*(?:rejected|dismissed|dropped|not (?:accepted|adopted|taken))(?: (?:up|over))?\s*[.:,;(—–]"
    r"|[.:;]\s+(?:rejected|dismissed|dropped|not taken)\.",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"[^\w|]*(?:(?P<partly>part(?:ial|ially|ly)[\s_-]agree\w*)|(?P<disputed>disputed?|contested|not agreed)"
    rf"|(?P<agreed>agree[ds]?|confirmed|accepted)|(?P<refused>{_REFUSED})|(?P<withdrawn>withdrawn|retracted))\b",
    re.IGNORECASE,
)
_AGREEMENTS = {
    "partly": Agreement.PARTIALLY_AGREED,
    "disputed": Agreement.DISPUTED,
    "agreed": Agreement.AGREED,
}
_STANCES = {"refused": Stance.REJECTS, "withdrawn": Stance.WITHDRAWS}


def read_stance(mention: Mention, role: str) -> Stance:
    """Give the stance of a mention; a row's own label ("Rejected, Codex concurs") comes before its other words.

    A merged document that takes a point over tells how it had dismissed it, or that its author was wrong.
    """
    group = _find_label(mention)
    if group in _STANCES:
        return _STANCES[group]
    if group is not None and mention.stance in (Stance.REJECTS, Stance.WITHDRAWS):
        return Stance.RAISES
    if role in MERGING_ROLES and mention.stance is not Stance.WITHDRAWS and _DEFERRED.search(mention.text):
        return Stance.DEFERS
    if role in MERGING_ROLES and mention.stance is not Stance.WITHDRAWS and _TURNED_DOWN.search(mention.text):
        return Stance.REJECTS
    if role in MERGING_ROLES and mention.stance in (Stance.REJECTS, Stance.WITHDRAWS):
        said = f"{mention.section}\n{mention.text[:OPENED_WITHIN]}"
        if _TAKEN.search(said) and not _NOT_TAKEN.search(said):
            return Stance.ACCEPTS
    return mention.stance


def read_agreement(mention: Mention) -> Agreement | None:
    """Give the agreement that a mention states in so many words."""
    if _LEFT_TO_USER.search(mention.text) or _UNSETTLED.search(mention.text):
        return Agreement.DISPUTED
    if mention.stated_agreement is not None:
        return mention.stated_agreement
    return _AGREEMENTS.get(_find_label(mention) or "")


def _find_label(mention: Mention) -> str | None:
    """Find the kind of the first label cell of a row; None where the mention is no row or has none."""
    if "|" not in mention.text or "\n" in mention.text.strip():
        return None
    cells = mention.text[:LABELS_WITHIN].strip().strip("|").split("|")
    matches = (_LABEL.match(cell) for cell in cells if cell.strip() != mention.title)
    return next((match.lastgroup for match in matches if match), None)
