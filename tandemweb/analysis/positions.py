"""Where the two models stand on one finding, document by document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.quotes import CHANGE, find_quote
from tandemweb.analysis.ratings import RATING, RELUCTANT
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.severity import get_severity as get_rating
from tandemweb.domain.finding import Agreement, Mention, Severity, Stance, TrailStep

MODELS = ("claude", "codex")
SILENT_ROLES = frozenset(("placeholder", "report", "feedback", "user"))
REFUSING = frozenset((Stance.REJECTS, Stance.WITHDRAWS))
STUCK_AFTER = 3  # reviews in a row that leave the same disagreement
_APPROVAL = re.compile(r"^.*\bapproved?\b.*$", re.IGNORECASE | re.MULTILINE)
_ONE_RATING = re.compile(rf"\b{RATING}\b", re.IGNORECASE)
_OTHER_REMEDY = re.compile(
    r"\bthe (?:proposed )?(?:remedy|fix|solution|cure|scope) (?:is|does|would|will) not\b"
    r"|\bnot (?:with |to )?(?:the|this|that) (?:proposed )?(?:remedy|fix|solution|cure|scope)\b"
    r"|\b(?:another|a different) (?:remedy|fix|solution|cure)\b",
    re.IGNORECASE,
)
_INSISTING = re.compile(
    r"\b(?:keep|stand by|maintain|hold|stick (?:to|with))\b (?:to )?(?:my|our) "
    r"(?:opinion|view|position|point|objection|finding)"
    r"|\bI (?:maintain|insist)\b|\bremaining (?:difference|disagreement)\b"
    r"|\bI would (?:still |rather |have )?(?:ask|take|refuse|prefer|preferred|forbid|drop|remove|require)\b"
    r"|\bstill (?:think|believe|hold|maintain|disagree|object|want|wish|prefer|unhappy)\b"
    r"|\b(?:do|does) not (?:agree|accept)\b"
    r"|\b(?:do|will) not (?:change my (?:position|view|mind)|give (?:it|this) up)\b"
    r"|\bnot convinced\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class View:
    """One model's view of a finding: ``holds`` that it is one (at ``severity``), or rejects it."""

    holds: bool
    severity: Severity | None = None


@dataclass(slots=True)
class Course:
    """The state of a finding while its exchange is walked through."""

    views: dict[str, View] = field(default_factory=dict)
    agreement: Agreement | None = None
    trail: list[TrailStep] = field(default_factory=list)
    disputes: int = 0  # reviews in a row that left a disagreement
    is_stuck: bool = False
    opened_by_review: bool = False  # a review raised it or took it up after the last merged document
    last_speaker: str | None = None
    said: set[str] = field(default_factory=set)  # texts that positions were taken with
    raisers: set[str] = field(default_factory=set)  # who raised or rated it without taking it from the other


def walk_exchange(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> Course:
    """Follow one finding through its exchange; ``said[i]`` are its mentions in ``documents[i]``, the main one first."""
    course = Course()
    for document, mentions in zip(documents, said, strict=True):
        if document.author not in MODELS or document.role in SILENT_ROLES:
            _note(course, document, mentions)
        elif document.role == "final":
            _close(course, document, mentions)
        elif mentions:
            _speak(course, document, mentions)
        elif document.role == "review":
            _let_pass(course, document)
        elif document.role == "merged" and course.opened_by_review:
            _take_over(course, document)
        if document.role == "review":
            _count_disputes(course)
    return course


def get_severity(mentions: Sequence[Mention]) -> Severity | None:
    for mention in mentions:
        if mention.severity is not None:
            return mention.severity
    return None


def _note(course: Course, document: ExchangeDocument, mentions: Sequence[Mention]) -> None:
    """Put a report or feedback into the trail; the two models' positions do not move."""
    if mentions and document.role != "placeholder":
        quote, line = find_quote(document.text, mentions[0])
        stance, severity = mentions[0].stance, get_severity(mentions)
        course.trail.append(TrailStep(document.path, line, document.author, stance, severity, course.agreement, quote))


def _close(course: Course, document: ExchangeDocument, mentions: Sequence[Mention]) -> None:
    """Take the final document for a step only where it says something that was not said before."""
    if mentions and mentions[0].text not in course.said:
        _speak(course, document, mentions)


def _speak(course: Course, document: ExchangeDocument, mentions: Sequence[Mention]) -> None:
    author, main = document.author, mentions[0]
    before = course.views.get(author)
    other = _other_view(course, author)
    view = _form_view(document, mentions, before, other)
    changed = _has_changed(before, view)
    course.views[author] = view
    course.said.update(mention.text for mention in mentions)
    stated = next((mention.stated_agreement for mention in mentions if mention.stated_agreement), None)
    if stated is Agreement.AGREED or (main.stance is Stance.WITHDRAWS and course.raisers == {author}):
        _settle(course, author)
    if document.role != "merged" or get_severity(mentions) is not None:
        course.raisers.add(author)
    course.agreement = stated or _infer_agreement(course, document, main)
    quote, line = find_quote(document.text, main, CHANGE if changed else None)
    severity = get_severity(mentions)
    course.trail.append(TrailStep(document.path, line, author, main.stance, severity, course.agreement, quote, changed))
    course.opened_by_review = document.role == "review" and view.holds
    course.last_speaker = author


def _form_view(
    document: ExchangeDocument, mentions: Sequence[Mention], before: View | None, other: View | None
) -> View:
    stance, severity = mentions[0].stance, get_severity(mentions)
    if stance is Stance.REJECTS and document.role == "review" and _disputes(before, other):
        return View(holds=True, severity=severity or (before.severity if before else None))
    if stance in REFUSING or (stance is Stance.OBJECTS and document.role != "review"):
        return View(holds=False)
    if other is not None and not other.holds and read_heading(mentions[0].section)[0] is Topic.OUT_OF_SCOPE:
        return View(holds=False)  # who gave a point up and who leaves it out agree
    if stance is Stance.ACCEPTS and document.role == "review" and other is not None:
        return other
    known = severity or (before.severity if before else None)
    if known is None and other is not None and document.role != "review":
        known = other.severity
    return View(holds=True, severity=known)


def _disputes(before: View | None, other: View | None) -> bool:
    """Whether a reviewer upheld a point that the other rejected: what he now rejects is the rejection."""
    return before is not None and before.holds and other is not None and not other.holds


def _infer_agreement(course: Course, document: ExchangeDocument, main: Mention) -> Agreement | None:
    compared = compare_views(course.views)
    if document.role != "review" or compared in (None, Agreement.DISPUTED):
        return compared
    if document.approved:  # what an approval still lists is a remark; its heading's severity is that of the remark
        if _INSISTING.search(main.text):
            return Agreement.DISPUTED if course.agreement is Agreement.DISPUTED else Agreement.PARTIALLY_AGREED
        other = _other_view(course, str(document.author))
        differs = _rates_otherwise(main, other) or _OTHER_REMEDY.search(main.text) is not None
        return Agreement.PARTIALLY_AGREED if differs else Agreement.AGREED
    if main.stance is not Stance.OBJECTS:
        return compared
    stays = course.agreement is Agreement.DISPUTED
    return Agreement.DISPUTED if stays else Agreement.PARTIALLY_AGREED


def is_reluctant(mention: Mention) -> bool:
    """Whether a review that lets a point pass says that it would rate it otherwise."""
    return RELUCTANT.search(mention.text) is not None


def _rates_otherwise(mention: Mention, other: View | None) -> bool:
    """Whether the rating that a review would give is another than the one it lets pass."""
    match = RELUCTANT.search(mention.text)
    if match is None:
        return False
    if " too " in match[0]:
        return True  # "Medium is too much" names the rating that it minds
    rated = {get_rating(word) for word in _ONE_RATING.findall(match[0])}
    return other is None or other.severity is None or rated != {other.severity}


def compare_views(views: dict[str, View]) -> Agreement | None:
    """Agreement of the two models; None while only one has spoken."""
    if not all(model in views for model in MODELS):
        return None
    one, other = (views[model] for model in MODELS)
    if one.holds != other.holds:
        return Agreement.DISPUTED
    if one.holds and one.severity and other.severity and one.severity != other.severity:
        return Agreement.PARTIALLY_AGREED
    return Agreement.AGREED


def _let_pass(course: Course, document: ExchangeDocument) -> None:
    """Let pass what a review does not name: it lists what it disagrees with."""
    author = document.author
    other = _other_view(course, author)
    if other is None:
        return
    labelled = course.agreement in (Agreement.PARTIALLY_AGREED, Agreement.DISPUTED) and course.last_speaker != author
    if labelled and not document.approved and not _differs(course.views.get(author), other):
        return
    changed = _has_changed(course.views.get(author), other)
    course.views[author] = other
    course.agreement = compare_views(course.views)
    approval = _APPROVAL.search(document.text) if document.approved else None
    if approval:
        line = document.text.count("\n", 0, approval.start()) + 1
        quote = approval[0].strip().lstrip("# ")
        course.trail.append(
            TrailStep(document.path, line, author, Stance.ACCEPTS, other.severity, course.agreement, quote, changed)
        )
    course.opened_by_review = False


def _take_over(course: Course, document: ExchangeDocument) -> None:
    """Take a point of a review for taken over where the merged document no longer argues with it."""
    other = _other_view(course, document.author)
    if other is not None:
        course.views[document.author] = other
        course.agreement = compare_views(course.views)


def _settle(course: Course, author: str) -> None:
    """Where a document says that both agree, both hold its view."""
    for model in MODELS:
        if model in course.views and model != author:
            course.views[model] = course.views[author]


def _count_disputes(course: Course) -> None:
    disputed = course.agreement in (Agreement.PARTIALLY_AGREED, Agreement.DISPUTED)
    course.disputes = course.disputes + 1 if disputed else 0
    course.is_stuck = course.disputes >= STUCK_AFTER


def _other_view(course: Course, author: str) -> View | None:
    return next((view for model, view in course.views.items() if model != author), None)


def _differs(one: View | None, other: View) -> bool:
    return one is not None and (one.holds != other.holds or (one.holds and one.severity != other.severity))


def _has_changed(before: View | None, after: View) -> bool:
    if before is None:
        return False
    both_stated = before.severity is not None and after.severity is not None
    return before.holds != after.holds or (after.holds and both_stated and before.severity != after.severity)
