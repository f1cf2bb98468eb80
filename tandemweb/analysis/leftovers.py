"""Items that a merged document credits to a report without a mark: by what is left there, if it fits at all."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.analysis.entries import MERGING_ROLES, UNREAD_ROLES, Entry
from tandemweb.analysis.likest import find_likest, may_be_joined
from tandemweb.analysis.marks import MODELS
from tandemweb.analysis.pairs import JOINING_SCORE, Group, Pairs
from tandemweb.analysis.sections import Topic

POINTS = frozenset((Topic.ADOPTED, Topic.REJECTED, Topic.DISAGREEMENTS))
FITS = 0.06  # likeness from which an item left over may be the one that is meant
FITS_TOLD = 0.13  # the same for one that other documents speak of
FITS_UNNAMED = 0.22  # the same where nobody is named
MOST_REPORTED = 300  # items of reports
MOST_LEFT = 150  # items: of more than that none is what is left

_REVIEWED = re.compile(r"\b(?:codex|claude)-0[2-9]\b|\bre-?investigat|\bthe review\b|\bobject(?:s|ed)\b", re.IGNORECASE)


def pair_leftovers(entries: Sequence[Entry], pairs: Pairs, groups: Sequence[Group]) -> bool:
    """Note a reason for each item and the one that it is about, though no reason led there; whether there is any."""
    meant = [*_find_pairs(entries, pairs, groups), *_find_answers(entries, pairs, groups)]
    likest = list(find_likest(entries, pairs, groups))
    for reason, found in (("reference", meant), ("text", likest)):
        for one, other in found:
            pairs.add(one, other, reason, JOINING_SCORE)
    return bool(meant or likest)


def _find_pairs(entries: Sequence[Entry], pairs: Pairs, groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    leftovers = [(place, group) for group in groups for place in group if entries[place].role in UNREAD_ROLES]
    if len(leftovers) > MOST_REPORTED:
        return
    reviews = _list_first_reviews(entries)
    ranked = sorted(
        (-alike, number, place, left_over)
        for number, group in enumerate(groups)
        if (missing := _find_missing(entries, group, reviews)) is not None
        for left_over, others in leftovers
        if entries[left_over].author in missing[0] and may_be_joined(entries, group, others)
        for place in group
        if (alike := max(pairs.alike(place, other) for other in others))
        >= max(missing[1], FITS if _is_left_over(entries, others) else FITS_TOLD)
    )
    given: set[tuple[int, str]] = set()
    taken: set[int] = set()
    for _, number, place, left_over in ranked:
        key = (number, entries[left_over].author)
        if key not in given and left_over not in taken:
            given.add(key)
            taken.add(left_over)
            yield place, left_over


def _is_left_over(entries: Sequence[Entry], group: Group) -> bool:
    """Whether nothing but an answer speaks of what a report raises."""
    return all(entries[place].role in UNREAD_ROLES or entries[place].is_answer for place in group)


def _find_answers(entries: Sequence[Entry], pairs: Pairs, groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """Pair the points of a review that nothing answers with the answers that belong to no point, likest first."""
    reviews = _list_first_reviews(entries)
    points = [
        tuple(place for place in group if entries[place].role == "review")
        for group in groups
        if _is_open(entries, group)
    ]
    answers = [
        group
        for group in groups
        if all(entries[place].role in MERGING_ROLES for place in group)
        and (_answers(entries[group[0]]) or _is_new(entries, group, reviews))
    ]
    if len(points) > MOST_LEFT or len(answers) > MOST_LEFT:
        return
    ranked = sorted(
        (-max(pairs.alike(one, other) for one in point for other in answer), point[0], answer[0])
        for point in points
        for answer in answers
        if entries[point[0]].document < entries[answer[0]].document
        and entries[point[0]].author != entries[answer[0]].author
    )
    paired: set[int] = set()
    for alike, point, answer in ranked:
        if -alike >= FITS and not {point, answer} & paired:
            paired |= {point, answer}
            yield answer, point


def _is_open(entries: Sequence[Entry], group: Group) -> bool:
    """Whether a review makes a point, perhaps of something planned before, that no later plan speaks of."""
    last = max(group, key=lambda place: entries[place].document)
    return entries[last].role == "review"


def _list_first_reviews(entries: Sequence[Entry]) -> Mapping[str, int]:
    """Say for each author the number of the first review, by somebody else, of what he plans."""
    reviews = sorted({(entry.document, entry.author) for entry in entries if entry.role == "review"})
    authors = {entry.author for entry in entries}
    return {
        author: first
        for author in authors
        if (first := next((document for document, reviewer in reviews if reviewer != author), None)) is not None
    }


def _is_new(entries: Sequence[Entry], group: Group, reviews: Mapping[str, int]) -> bool:
    """Whether a plan says something only after a review of it."""
    first = entries[min(group, key=lambda place: entries[place].document)]
    return first.author in reviews and first.document > reviews[first.author]


def _answers(entry: Entry) -> bool:
    """Whether an item of a merged document says that it answers a review."""
    if entry.topic in POINTS:
        return True
    return _REVIEWED.search(entry.mention.text) is not None


def _find_missing(
    entries: Sequence[Entry], group: Group, reviews: Mapping[str, int]
) -> tuple[frozenset[str], float] | None:
    """Find whose report a merged document's group lacks an item of, and how like that must be.

    It is each author credited with it, or either for a row on taken, refused or disputed points of a plan.
    """
    merging = tuple(place for place in group if entries[place].role in MERGING_ROLES)
    if not merging or _is_new(entries, merging, reviews):
        return None
    merged = [entries[place] for place in merging]
    sources = next((entry.sources for entry in merged if entry.sources), frozenset[str]())
    raised = {entries[place].author for place in group if entries[place].role in UNREAD_ROLES}
    missing = sorted(sources - raised)
    if missing:
        return frozenset(missing), FITS
    is_row = merged[0].topic in POINTS and not merged[0].is_own
    return (frozenset(MODELS), FITS_UNNAMED) if is_row and not sources and not raised else None
