"""Marks as a reason: an item that names another by its mark, and two that speak of the same one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from tandemweb.analysis.bearers import begins_with, index_marks
from tandemweb.analysis.entries import MERGING_ROLES, UNREAD_ROLES, Entry
from tandemweb.analysis.marks import (
    Reference,
    get_series,
    is_plain_number,
    name_in_list,
    normal_mark,
    other_model,
    split_off_letter,
)
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import get_severity as get_rating
from tandemweb.domain.finding import Mention

REFERENCE_SCORE = 0.9  # an item opens with another author's mark: "(Codex F1)"
BARE_REFERENCE_SCORE = 0.8  # the same without saying whose mark it is
PASSING_REFERENCE_SCORE = 0.3  # the mark stands somewhere in the text, perhaps as a comparison
CROWDED_FACTOR = 0.7  # an item that opens with several marks may be one of its own about all of them
CROWDED_REVIEW_FACTOR = 0.2  # in a review it is one
UNLIKE_FACTOR = 0.6  # a mark that leads to an item without one word in common may be another document's mark
UNLIKE_TEXT = 0.03
OWN_DOCUMENT = 0.4  # likeness that an item of the same document has ahead
OTHER_AUTHOR = 0.15
REPORTED = 0.05
BEHIND = 20  # characters behind an item's title in which a mark still says what the item is about
MOVED = 0.2  # likeness by which an item that is liker one of another number shows that numbers were given anew
MOST_NUMBERED = 60  # items of a document with which one of another is compared
SAME_HALF = 1.0
PER_DOCUMENT = 0.02  # likeness that each document in between costs

Bearers = Mapping[int, Mapping[str, tuple[int, ...]]]


def follow_references(entries: Sequence[Entry], pairs: Pairs) -> None:
    bearers = index_documents(entries)
    subjects: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    found = [
        {
            reference: target
            for reference in entry.references
            if (target := _resolve(place, reference, entries, bearers, pairs)) is not None
        }
        for place, entry in enumerate(entries)
    ]
    renumbered = _find_renumbered(entries, found, bearers, pairs)
    for place, (entry, resolved) in enumerate(zip(entries, found, strict=True)):
        targets = {
            reference: target
            for reference, target in resolved.items()
            if (place, reference.mark, entries[target].document) not in renumbered
        }
        opened = [
            (reference.author or other_model(entry.author), reference.mark) for reference in targets if reference.opens
        ]
        is_crowded = _is_crowded(targets)
        factor = _crowded_factor(entry) if is_crowded else 1.0
        for reference, target in targets.items():
            is_like = pairs.alike(place, target) > UNLIKE_TEXT or entries[target].document == entry.document
            is_like = is_like or _is_sole(reference, bearers)
            is_same = entries[target].document == entry.document and not entry.is_verdict
            score = factor * _score(entry.mention, reference, is_like=is_like, is_same=is_same)
            if entries[target].half and not entry.half:  # of which half it speaks its words say
                score = min(score, PASSING_REFERENCE_SCORE)
                pairs.add(place, target + (1 if entries[target].half == 1 else -1), "reference", score)
            pairs.add(place, target, "reference", score)
        if opened and not (is_crowded or entry.half):
            subjects[entry.document, *opened[0]].append(place)
    _join_second_looks(entries, subjects, pairs)


def _find_renumbered(
    entries: Sequence[Entry], found: Sequence[Mapping[Reference, int]], bearers: Bearers, pairs: Pairs
) -> set[tuple[int, str, int]]:
    """Find numbers that an author's plans give anew: by place, number, and the document that had given it before."""
    carried: dict[tuple[int, int], list[tuple[int, str, int]]] = defaultdict(list)
    for place, targets in enumerate(found):
        for reference, target in targets.items():
            other = entries[target]
            is_number = is_plain_number(reference.mark) and _is_own_mark(entries[place], reference)
            if is_number and other.role == "independent":
                carried[entries[place].document, other.document].append((place, reference.mark, target))
    anew = {
        (entries[marked[0][0]].author, document)
        for (_, document), marked in carried.items()
        if _is_numbered_anew(marked, bearers[document], pairs)
    }
    return {
        (place, mark, document)
        for (_, document), marked in carried.items()
        for place, mark, _ in marked
        if (entries[place].author, document) in anew
    }


def _is_numbered_anew(
    marked: Sequence[tuple[int, str, int]], borne: Mapping[str, tuple[int, ...]], pairs: Pairs
) -> bool:
    """Whether half of the items are liker one of another number, or one is so by far: carried on, none would be."""
    others = [places[0] for own, places in borne.items() if is_plain_number(own)][:MOST_NUMBERED]
    ahead = [
        max((pairs.alike(place, other) for other in others), default=0.0) - pairs.alike(place, target)
        for place, _, target in marked
    ]
    return sum(lead > UNLIKE_TEXT for lead in ahead) * 2 >= len(ahead) > 1 or max(ahead) > MOVED


def _is_crowded(targets: Mapping[Reference, int]) -> bool:
    """Whether an item opens with two marks of one series; "C1 / M1" is one point as two documents mark it."""
    series: dict[tuple[str | None, str], set[int]] = defaultdict(set)
    for reference, target in targets.items():
        if reference.opens:
            series[reference.author, get_series(reference.mark)].add(target)
    return any(len(named) > 1 for named in series.values())


def _crowded_factor(entry: Entry) -> float:
    if entry.is_verdict:
        return 1.0
    return CROWDED_REVIEW_FACTOR if entry.role == "review" else CROWDED_FACTOR


def index_documents(entries: Sequence[Entry]) -> Bearers:
    """Which entries of each document bear a mark; that of a criterion or of the point that is answered is none."""
    documents: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if not (entry.is_verdict or entry.is_answer):
            documents[entry.document].append(place)
    return {
        document: {
            mark: tuple(places[inner] for inner in inners)
            for mark, inners in index_marks(
                [entries[place].mention for place in places], [_read_ordinal(entries[place]) for place in places]
            ).items()
        }
        for document, places in documents.items()
    }


def _read_ordinal(entry: Entry) -> str:
    """Read the number in a list by which others may name an item; criteria are named as criteria."""
    return "" if entry.topic is Topic.CRITERIA else entry.ordinal


def _resolve(place: int, reference: Reference, entries: Sequence[Entry], bearers: Bearers, pairs: Pairs) -> int | None:
    """Find what a mark means; a mark that its author does not have is the other's: "(mine, B2)"."""
    target = _find_target(place, reference, entries, bearers, pairs)
    if target is None and reference.author == entries[place].author and not is_plain_number(reference.mark):
        return _find_target(place, replace(reference, author=None), entries, bearers, pairs)
    return target


def _is_sole(reference: Reference, bearers: Bearers) -> bool:
    """Whether one item alone, of all documents, bears a mark that is no grade such as P1."""
    return (
        get_rating(reference.mark) is None
        and sum(len(marks.get(reference.mark, ())) for marks in bearers.values()) == 1
    )


def _find_target(
    place: int, reference: Reference, entries: Sequence[Entry], bearers: Bearers, pairs: Pairs
) -> int | None:
    """Find the item that a mark means: the likest of those that bear it, a nearer document before a farther one."""
    entry = entries[place]
    if _means_own_list(entry, reference, bearers):
        return None
    written = _find_first_version(entry, entries)
    ranked = [
        (
            pairs.alike(place, target) + _nearness(entry, entries[target]) + _meets(entry, entries[target]),
            -target,
            target,
        )
        for marks in bearers.values()
        for target in marks.get(reference.mark, ())
        if target != place
        and (entries[target].document <= written or entries[target].document == entry.document)
        and _may_mean(entry, entries[target], reference)
        and (len(marks[reference.mark]) == 1 or entries[target].half or pairs.alike(place, target) > UNLIKE_TEXT)
    ]
    return max(ranked)[2] if ranked else None


def _find_first_version(entry: Entry, entries: Sequence[Entry]) -> int:
    """Find the first merged document that says this word for word: what others wrote after that it cannot mean."""
    if entry.role not in MERGING_ROLES:
        return entry.document
    text = entry.mention.text
    return min(one.document for one in entries if one.role in MERGING_ROLES and one.mention.text == text)


def _means_own_list(entry: Entry, reference: Reference, bearers: Bearers) -> bool:
    """Whether a rated item of a numbered list of a merged document compares itself with another of that list."""
    if entry.role not in MERGING_ROLES or entry.mention.severity is None or reference.author is not None:
        return False
    label = normal_mark(entry.mention.label or "")
    is_other = is_plain_number(label) and is_plain_number(reference.mark) and reference.mark != label
    return is_other and reference.mark in bearers.get(entry.document, {})


def _may_mean(entry: Entry, target: Entry, reference: Reference) -> bool:
    if target.document > entry.document:
        return False
    if target.document == entry.document:
        is_free = entry.mention.label is None or _restates(entry, target, reference)
        is_marked = target.mention.label is not None or (not entry.ordinal and target.ordinal == reference.mark)
        is_marked = is_marked or begins_with(target.mention, reference.mark)
        is_said_before = (
            target.mention.label is not None or target.mention.line < entry.mention.line or entry.is_verdict
        )
        is_marked = is_marked or name_in_list(target.mention.section, target.ordinal) == reference.mark
        return reference.author is None and is_marked and is_free and is_said_before
    if target.mention.label is None and is_plain_number(reference.mark) and _is_own_mark(entry, reference):
        return False  # what bears a number of its own does not count another document's items
    return entry.role not in UNREAD_ROLES and reference.author in (None, target.author)


def _is_own_mark(entry: Entry, reference: Reference) -> bool:
    """Whether a mark is that of the item itself, in a plan that numbers its items."""
    label = entry.mention.label
    is_marked = label is not None and normal_mark(label) == reference.mark
    return is_marked and entry.role == "merged" and reference.author is None


def _restates(entry: Entry, target: Entry, reference: Reference) -> bool:
    """Say whether an item with a mark of its own may restate another: not where it has a severity and another mark."""
    return reference.opens and (entry.mention.severity is None or _has_same_label(entry.mention, target.mention))


def _has_same_label(one: Mention, other: Mention) -> bool:
    """Whether two items bear one mark; ``5`` and its part ``5a`` count."""
    if one.label is None or other.label is None:
        return False
    left, right = normal_mark(one.label), normal_mark(other.label)
    return left == right or split_off_letter(left) == right or left == split_off_letter(right)


def _meets(entry: Entry, target: Entry) -> float:
    """Likeness of an item with the half of a point of which it speaks."""
    return SAME_HALF if entry.half and entry.half == target.half else 0.0


def _nearness(entry: Entry, target: Entry) -> float:
    if entry.document == target.document:
        return OWN_DOCUMENT
    reported = REPORTED * (target.role in UNREAD_ROLES)  # numbers are a report's before they are a review's
    return reported + OTHER_AUTHOR * (target.author != entry.author) - PER_DOCUMENT * (entry.document - target.document)


def _score(mention: Mention, reference: Reference, *, is_like: bool, is_same: bool = False) -> float:
    if not reference.opens or (is_same and not _stands_first(mention, reference)):
        return PASSING_REFERENCE_SCORE
    if reference.author is not None:
        return REFERENCE_SCORE
    begins = normal_mark(mention.text[:8].lstrip("*#([ ")).startswith(reference.mark)
    is_sure = is_like or begins or is_plain_number(reference.mark)
    return BARE_REFERENCE_SCORE * (1.0 if is_sure else UNLIKE_FACTOR)


def _stands_first(mention: Mention, reference: Reference) -> bool:
    """Whether a mark stands in an item's title or right behind it."""
    first = f"{mention.title}\n{mention.text[: len(mention.title) + BEHIND]}".lower()
    return reference.mark in first.replace("-", "") or is_plain_number(reference.mark)


def _join_second_looks(
    entries: Sequence[Entry], subjects: Mapping[tuple[int, str, str], Sequence[int]], pairs: Pairs
) -> None:
    """Join what a document says of an item under a heading of its own ("On X3") with where it lists it."""
    for places in subjects.values():
        for left, right in combinations(places, 2):
            one, other = entries[left].mention, entries[right].mention
            severities = {one.severity, other.severity} - {None}
            if (one.label is None or other.label is None) and len(severities) < 2:  # both, or one
                pairs.add(left, right, "reference", BARE_REFERENCE_SCORE)
