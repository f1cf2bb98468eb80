"""What an item does with its finding: raise, accept, reject, withdraw, object, defer; and stated agreement labels."""

import re

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.wording import words_in
from tandemweb.domain.finding import Agreement, Stance

_WITHDRAWS = guard(
    r"\b(?:withdraw(?:n|s|ing)?|withdrew|i (?:retract|drop|take (?:it |that |this )?back|was wrong|"
    r"no longer (?:hold|insist|object)|concede|(?:do not|don['’]t|will not|won['’]t) pursue|"
    r"give (?:it|this|that) up|let (?:it|this|that) (?:go|rest|drop|be))|retracted|conceded|my mistake)\b"
    r"(?! (?:the|my|that) (?:rejection|dismissal|reservation|objection|doubt|downgrade))",
    re.IGNORECASE,
)
_DEFERS = guard(
    r"\b(?:defer(?:red|s)?|postpone[ds]?|left (?:to|open|for)|later (?:mission|round|version)|"
    r"follow-?up (?:mission|issue|task)|put(?:s|ting)? (?:it |this )?off|"
    r"out of scope|for the user to decide|ask the user)\b",
    re.IGNORECASE,
)
_REJECTS = guard(
    r"\b(?:reject(?:ed|s)?|dismiss(?:ed|es)?|not (?:adopted|accepted|confirmed|reproduced|reproducible|"
    r"a (?:bug|problem|finding|defect|real))|"
    r"(?:do not|don['’]t) (?:think|believe|find) (?:that )?(?:this|it|that) is (?:an? )?"
    r"(?:bug|problem|finding|defect|gap|issue)|"
    r"could not (?:confirm|reproduce)|cannot (?:confirm|reproduce)|no (?:problem|defect|bug)\b|"
    r"I (?:do not|don['’]t|cannot|can['’]t) follow|I see no (?:gap|problem|defect|issue|need)|here I differ|"
    r"not planned|(?<=[^\W_]: )no(?=[.*])|"
    r"(?<!I )(?<!would )drop (?:item|point|finding|row|number) #?\d+|"
    r"scope creep|yagni|gold[- ]plating|nobody (?:has |had |ever )?asked|"
    r"false positive|declined?|i disagree|disagree with (?:codex|claude)|refuted?)\b",
    re.IGNORECASE,
)
_ACCEPTS = guard(
    r"\b(?:agreed|i agree|agree(?=[,.;:]|$)|confirmed|reproduced|(?<!of )(?<!the )(?<!an )accepted|acceptable|"
    r"adopted|you(?:'re|"
    r" are) right|codex is right|claude is right|"
    r"right(?=[,.;])|correct(?:ly)?(?=[,.;])|can live with|fine(?: for me| with me|(?=[,.;]|\s*\Z))|no objection|"
    r"taken over|both of us|fair (?:point|enough)|"
    r"(?:closes|answers|settles) (?:it|that|(?:the|my) (?:gap|question|point))|"
    r"(?:is|are) good enough|conceded?|stands corrected|valid)\b",
    re.IGNORECASE,
)
# A last sentence of one word says where its author stands, whatever he spoke of before.
_CLOSES = re.compile(r"[.;,:]\s+(?:agreed|accepted|resolved|settled)[.!]?\s*\Z", re.IGNORECASE)
_CLOSING = words_in("agreed accepted resolved settled")
_OF_VERDICT = re.compile(r"\b(?:[Mm]y|[Tt]he|[Ii]ts) (?:PASS|FAIL|BLOCKED|verdict|approval)\b[^.;]*\Z")
_NOT_REALLY = re.compile(r"\b(?:not|nicht|never|cannot|can't|un|don't|do not|before|if)\s*$", re.IGNORECASE)
_AGREEMENT_WORDS = (
    r"partial(?:ly)?[\s_-]agree(?:d|ment)?|partly[\s_-]agreed?|part(?:ial(?:ly)?|ly)[\s_-]accept(?:ed|s)?|"
    r"not[\s_-]agreed|"
    r"disagree(?:d|ment)?|disputed?|contested|unresolved dispute|agreed?"
)
_LABEL = guard(
    rf"(?:agreement(?:[\s_-]status)?|status|position|consensus|stand)[\s*_]*[:=—–-][\s*_`\[(]*({_AGREEMENT_WORDS})\b"
    rf"|[\[(][\s*_`]*({_AGREEMENT_WORDS})[\s*_`]*(?:[,;:][^\])]{{0,60}})?[\])]"
    rf"|[(\[][^()\[\]\n]{{1,60}}[;,]\s*({_AGREEMENT_WORDS})\s*[)\]]"
    rf"|\A[^.|\n]{{1,60}}\.\s+({_AGREEMENT_WORDS})(?=[.:,;]\s)"
    rf"|(?:^|[|·—–])[\s*_`]*({_AGREEMENT_WORDS})[\s*_`]*(?=$|[|·.:;,—–\n])",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = re.compile(
    rf"[\W\d_]*({_AGREEMENT_WORDS})\b(?!\s+status)(?:\s+(?:findings|points|issues|items|on))?", re.IGNORECASE
)
_SEARCHED = 1500
_LAST_WORDS = 30  # characters
_AGREEMENT_TRIGGERS = words_in(
    "partial partially partly agreed agree agreement disagreed disagree disagreement disputed dispute contested "
    "unresolved"
)
# One rare word of every phrase of a pattern: a pattern is searched only where one occurs.
_POSITIONS = (
    (
        Stance.WITHDRAWS,
        _WITHDRAWS,
        words_in(
            "withdraw withdrawn withdraws withdrawing withdrew retract retracted drop back wrong insist object hold "
            "concede conceded mistake give let pursue"
        ),
    ),
    (
        Stance.REJECTS,
        _REJECTS,
        words_in(
            "think believe find "
            "reject rejected rejects dismiss dismissed dismisses adopted accepted confirmed reproduced reproducible "
            "creep yagni plating asked problem bug defect finding real confirm reproduce false decline declined "
            "disagree refute refuted follow differ planned drop no"
        ),
    ),
    (
        Stance.DEFERS,
        _DEFERS,
        words_in(
            "defer deferred defers postpone postponed postpones left later mission round version issue task off "
            "scope decide user"
        ),
    ),
    (
        Stance.ACCEPTS,
        _ACCEPTS,
        words_in(
            "agreed agree confirmed reproduced accept accepted acceptable adopted right correct correctly live fine "
            "objection taken both fair concede conceded corrected valid closes answers settles enough"
        ),
    ),
)


def find_stated_agreement(text: str, words: frozenset[str], section_title: str) -> Agreement | None:
    """Find an explicit label: ``Agreement: partially agreed``, ``[DISPUTED]``, a table cell, a heading above.

    ``words`` are those of the whole item, in lower case.
    """
    match = None if words.isdisjoint(_AGREEMENT_TRIGGERS) else _LABEL.search(text[:_SEARCHED])
    if match:
        return to_agreement(next(filter(None, match.groups())))
    if not section_title:
        return None
    heading = _HEADING.match(section_title)
    return to_agreement(heading[1]) if heading else None


def to_agreement(word: str) -> Agreement:
    lowered = word.lower()
    if lowered.startswith("part"):
        return Agreement.PARTIALLY_AGREED
    if lowered.startswith("agree"):
        return Agreement.AGREED
    return Agreement.DISPUTED


def judge_stance(said: Stance | None, topic: Topic, *, is_review: bool) -> Stance:
    """Judge from the section, then from the words; what a review lists objects unless it says otherwise."""
    if topic is Topic.REJECTED:
        consents = said is Stance.WITHDRAWS or (is_review and said is Stance.ACCEPTS)  # to what the plan rejects
        return said if said and consents else Stance.REJECTS
    if topic is Topic.DEFERRED:
        return Stance.DEFERS
    if topic is Topic.AGREED:
        return Stance.ACCEPTS
    if is_review and topic is Topic.DISAGREEMENTS:
        return said if said in {Stance.WITHDRAWS, Stance.ACCEPTS} else Stance.OBJECTS
    if topic is Topic.ADOPTED:
        return said or Stance.ACCEPTS
    return said if said and (is_review or said is not Stance.REJECTS) else Stance.RAISES


def find_said_stance(text: str, words: frozenset[str]) -> Stance | None:
    """Find the first word of a position; a negated one does not count. A withdrawal counts wherever it stands."""
    found: list[tuple[int, Stance]] = []
    for stance, pattern, triggers in _POSITIONS:
        match = None if words.isdisjoint(triggers) else pattern.search(text, 0, _SEARCHED)
        if match and stance is Stance.WITHDRAWS and _OF_VERDICT.search(text, max(0, match.start() - 60), match.start()):
            continue  # "my PASS for criterion 2 is withdrawn"
        if match and not _NOT_REALLY.search(text, max(0, match.start() - 12), match.start()):
            if stance is Stance.WITHDRAWS:
                return stance
            found.append((match.start(), stance))
    if not words.isdisjoint(_CLOSING) and _CLOSES.search(text[-_LAST_WORDS:]):
        return Stance.ACCEPTS
    return min(found, key=lambda pair: pair[0])[1] if found else None
