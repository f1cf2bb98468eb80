"""What an exchange makes of a finding: who raised it, how bad it is, whether the two agree, what became of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.guarded import guard
from tandemweb.analysis.positions import MODELS, REFUSING, Course, get_severity, is_reluctant, walk_exchange
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.standpoints import read_standpoints
from tandemweb.analysis.wording import heads_untried
from tandemweb.domain.finding import Agreement, Mention, Outcome, Severity, Stance, TrailStep

# A remark that says itself that nothing need be done.
_CONTENT = re.compile(
    r"\b(?:is|are) enough\b|\bacceptable\b|\bno change (?:is )?(?:needed|required)\b|\bcan stay\b"
    r"|\bfine as (?:it|they)\b|\bharmless\b|\bno action\b",
    re.IGNORECASE,
)
_AS_IT_IS = guard(
    r"\b(?:accept(?:ed|able|s)?|stays?|kept|keep|leave|left|remains?)(?: it)? (?:just )?"
    r"as (?:it|they|this) (?:is|are)\b"
    r"|\baccept(?:ed)? as is\b",
    re.IGNORECASE,
)
# "Taken, criterion 5": accepted where it says so, though later versions no longer list it.
_TAKEN = re.compile(
    r"(?<!not )\b(?:taken|accepted|adopted|answered|settled|covered|solved)\b[^\n]{0,60}\b(?:criteri(?:on|a) |AC ?)\d"
    r"|(?<!not )\b(?:answered|settled|decided) by the user\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:stays?|remains?|left) open\b|\bto be (?:done|tried|checked|measured) by the user\b|\buntil the user\b",
    re.IGNORECASE,
)
CONCEDING = (Stance.ACCEPTS, *REFUSING)
RANK = {Severity.LOW: 1, Severity.MEDIUM: 2, Severity.HIGH: 3}


@dataclass(frozen=True, slots=True)
class Convergence:
    """The fields of a ``Finding`` that follow from its way through the exchange."""

    raised_by: tuple[str, ...]
    severity_by: tuple[tuple[str, Severity], ...]
    final_severity: Severity | None
    agreement: Agreement
    outcome: Outcome
    trail: tuple[TrailStep, ...]
    stuck: bool


def judge_finding(
    documents: Sequence[ExchangeDocument],
    said: Sequence[Sequence[Mention]],
    *,
    put_into_effect: bool = False,
    credited: frozenset[str] = frozenset(),
) -> Convergence:
    """Judge one finding; ``said[i]`` are its mentions in ``documents[i]``, the main one first.

    ``put_into_effect``: the final document does not list it, but says what follows from it. ``credited`` are the
    models whose point a merged document says it was.
    """
    said = read_standpoints(documents, said)
    course = walk_exchange(documents, said)
    agreement = course.agreement or _default_agreement(course, documents)
    last = _last_severity(documents, said)
    outcome = _judge_outcome(documents, said, course, agreement, put_into_effect=put_into_effect)
    if outcome is Outcome.CONFIRMED and _is_lower(
        _last_merged_severity(documents, said), _first_severity(documents, said)
    ):
        outcome = Outcome.DOWNGRADED
    is_final = any(document.role == "final" for document in documents)
    unsettled = outcome is Outcome.UNRESOLVED and _severities_differ(course, is_final=is_final)
    return Convergence(
        raised_by=_find_raisers(documents, said, credited),
        severity_by=_severity_by(documents, said),
        final_severity=None if outcome is Outcome.DISMISSED or unsettled else last,
        agreement=agreement,
        outcome=outcome,
        trail=tuple(course.trail),
        stuck=course.is_stuck,
    )


def _default_agreement(course: Course, documents: Sequence[ExchangeDocument]) -> Agreement:
    """Only one has spoken. Nobody contradicts, unless the point closes a review that withholds its approval.

    For a low one it is not withheld where that review has graver ones.
    """
    last = next((document for document in reversed(documents) if document.role in ("merged", "review")), None)
    pending = last is not None and last.role == "review" and not last.approved
    if last is None or not pending or not course.opened_by_review:
        return Agreement.AGREED
    is_low = all(view.severity is Severity.LOW for view in course.views.values())
    has_graver = any(mention.severity in (Severity.HIGH, Severity.MEDIUM) for mention in last.mentions)
    return Agreement.AGREED if is_low and has_graver else Agreement.PARTIALLY_AGREED


def _judge_outcome(
    documents: Sequence[ExchangeDocument],
    said: Sequence[Sequence[Mention]],
    course: Course,
    agreement: Agreement,
    *,
    put_into_effect: bool,
) -> Outcome:
    held = [view.holds for view in course.views.values()]
    finals = [mentions for document, mentions in zip(documents, said, strict=True) if document.role == "final"]
    in_final = [mentions[0] for mentions in finals if mentions]
    if agreement is Agreement.DISPUTED and _is_called_disputed(said):
        return Outcome.UNRESOLVED
    if (held and not any(held)) or (in_final and all(map(_is_turned_down, in_final))):
        return Outcome.DISMISSED
    if not finals or agreement is Agreement.DISPUTED:
        return Outcome.UNRESOLVED
    if in_final:
        return Outcome.UNRESOLVED if _is_left_open(in_final[-1]) else Outcome.CONFIRMED
    return _judge_unlisted(documents, said, put_into_effect=put_into_effect)


def _is_called_disputed(said: Sequence[Sequence[Mention]]) -> bool:
    """Whether a document states the dispute itself; else a refusal stands, though the other holds the point still."""
    return any(mentions[0].stated_agreement is Agreement.DISPUTED for mentions in said if mentions)


def _is_turned_down(mention: Mention) -> bool:
    """Whether a final document refuses a point, or accepts the state as it is by leaving the point out."""
    if mention.stance in REFUSING or read_heading(mention.section)[0] is Topic.OUT_OF_SCOPE:
        return True
    return _AS_IT_IS.search(mention.text) is not None


def _is_left_open(mention: Mention) -> bool:
    """Whether a final document defers a point, or lists it as something that nobody has tried."""
    return mention.stance is Stance.DEFERS or heads_untried(mention.section) or _OPEN.search(mention.text) is not None


def _judge_unlisted(
    documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]], *, put_into_effect: bool
) -> Outcome:
    """Judge what the final document is silent on; a review's remark is met where a new version followed it."""
    spoken = [place for place, mentions in enumerate(said) if mentions and documents[place].author in MODELS]
    if not spoken:
        return Outcome.UNRESOLVED
    first, last = spoken[0], spoken[-1]
    if documents[last].role == "review":
        remark = said[first][0]
        if documents[first].role == "review" and (
            remark.stance in REFUSING or _CONTENT.search(remark.text) or _AS_IT_IS.search(remark.text)
        ):
            return Outcome.DISMISSED
        followed = any(document.role == "merged" for document in documents[last + 1 :])
        return Outcome.CONFIRMED if followed else Outcome.UNRESOLVED
    was_taken = documents[last].role == "merged" and _TAKEN.search(said[last][0].text) is not None
    return Outcome.CONFIRMED if put_into_effect or was_taken else Outcome.UNRESOLVED


def _find_raisers(
    documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]], credited: frozenset[str]
) -> tuple[str, ...]:
    """Who raised it independently, as far as that was found; else who is credited with it, else who first stated it."""
    spoken = [(document, mentions) for document, mentions in zip(documents, said, strict=True) if mentions]
    independent = {document.author for document, _ in spoken if document.role == "independent"}
    if len(credited) == len(MODELS) or (credited and not independent):
        independent |= credited
    if independent:
        return tuple(sorted(independent))
    models = [(document, mentions) for document, mentions in spoken if document.author in MODELS]
    for document, mentions in models:
        answers = document.role != "review" and mentions[0].stance in (Stance.ACCEPTS, Stance.OBJECTS, *REFUSING)
        if not answers:
            return (document.author,)
    return ((models or spoken)[0][0].author,)


def _severity_by(
    documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]
) -> tuple[tuple[str, Severity], ...]:
    latest: dict[str, Severity] = {}
    for document, mentions in zip(documents, said, strict=True):
        severity = get_severity(mentions)
        if severity is not None and document.role != "final":
            latest[document.author] = severity
    return tuple(sorted(latest.items()))


def _last_severity(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> Severity | None:
    """Find the last stated one. Where a review accepts or withdraws, its section is no severity of the finding.

    What it raises itself it does not accept, whatever its words.
    """
    last = None
    is_new = True
    for document, mentions in zip(documents, said, strict=True):
        severity = get_severity(mentions)
        concedes = not is_new and document.role == "review" and mentions[:1] and mentions[0].stance in CONCEDING
        is_new = is_new and not mentions
        if severity is not None and (not concedes or is_reluctant(mentions[0])):
            last = severity
    return last


def _last_merged_severity(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> Severity | None:
    """Find what a merged document settled on; a review's headings rate disagreements, not findings."""
    merged = (
        get_severity(mentions)
        for document, mentions in zip(documents, said, strict=True)
        if document.role in ("merged", "final")
    )
    return next((severity for severity in reversed(list(merged)) if severity is not None), None)


def _first_severity(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> Severity | None:
    """Find the severity it was first raised at: the higher one where both raised it, neither knowing of the other."""
    stated = [
        (document.role, severity)
        for document, mentions in zip(documents, said, strict=True)
        if (severity := get_severity(mentions)) is not None
    ]
    alone = [severity for role, severity in stated if role == "independent"]
    return max(alone, key=RANK.__getitem__) if alone else stated[0][1] if stated else None


def _is_lower(severity: Severity | None, than: Severity | None) -> bool:
    return severity is not None and than is not None and RANK[severity] < RANK[than]


def _severities_differ(course: Course, *, is_final: bool) -> bool:
    """Whether the two hold a point at two severities, or only one holds it and no final document says what stays."""
    held = [view for view in course.views.values() if view.holds]
    if len(course.views) < len(MODELS):
        return False
    return len({view.severity for view in held}) > 1 if len(held) != 1 else not is_final
