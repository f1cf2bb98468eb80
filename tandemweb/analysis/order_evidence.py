"""Order as a reason: a plan answers a review point by point, so between two answers that are known stands the third.

What an answer is about it often says in a word that the review does not use. Where its neighbours answer the points
before and after one that nothing else answers, it answers this one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from tandemweb.analysis.entries import MERGING_ROLES, Entry
from tandemweb.analysis.pairs import LINK_THRESHOLD, Pairs
from tandemweb.domain.finding import Stance

ORDER_SCORE = 0.55  # enough to join, and to stand beside what the plan said before
MOST_ITEMS = 100  # of a document
FEWEST_KNOWN = 2  # answers that are known otherwise, and stand in the order of their points

_OF_REVIEW = re.compile(r"\b(?:codex|claude)-0?[2-9]\b|\breview\b", re.IGNORECASE)

Pair = tuple[int, int]


def follow_order(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Note who answers what by its order under the headings of a plan that was merged again after a review.

    So do the answers to a report.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        members[entry.document].append(place)
    firsts = {document: entries[places[0]] for document, places in members.items()}
    for document, first in sorted(firsts.items()):
        for answer, point in _find_answers_to_report(document, first.author, members, entries, pairs):
            pairs.add(answer, point, "order", ORDER_SCORE)
        review = _find_last(("review", False), document, first.author, firsts)
        earlier = _find_last(("merged", True), review, first.author, firsts)
        if first.role not in MERGING_ROLES or earlier < 0:
            continue
        if max(len(members[document]), len(members[review]), len(members[earlier])) <= MOST_ITEMS:
            points = [place for place in members[review] if _needs_answer(entries[place])]
            for answer, point in _find_answers(members[document], points, members[earlier], entries, pairs):
                pairs.add(answer, point, "order", ORDER_SCORE)


def _find_answers_to_report(
    document: int, author: str, members: Mapping[int, Sequence[int]], entries: Sequence[Entry], pairs: Pairs
) -> Iterator[Pair]:
    """Pair the answers of a merged document with the points of the report that the other wrote before it."""
    answers = [place for place in members[document] if entries[place].is_answer]
    earlier = [
        number
        for number, places in members.items()
        if number < document and entries[places[0]].author != author and entries[places[0]].role == "independent"
    ]
    if len(answers) < FEWEST_KNOWN or not earlier:
        return
    points = [place for place in members[max(earlier)] if not entries[place].is_verdict]
    if max(len(answers), len(points)) > MOST_ITEMS:
        return
    if _are_parallel(answers, points, pairs):
        yield from zip(answers, points, strict=True)
    else:
        yield from _fill_gaps(answers, points, pairs)


def _find_last(wanted: tuple[str, bool], before: int, author: str, firsts: Mapping[int, Entry]) -> int:
    """Find the last document of a role before another, by its author or not by him; -1 where there is none."""
    return max(
        (
            document
            for document, first in firsts.items()
            if document < before and (first.role, first.author == author) == wanted
        ),
        default=-1,
    )


def _needs_answer(entry: Entry) -> bool:
    return not entry.is_verdict and entry.mention.stance is not Stance.WITHDRAWS


def _find_answers(
    items: Sequence[int], points: Sequence[int], earlier: Sequence[int], entries: Sequence[Entry], pairs: Pairs
) -> list[Pair]:
    """Pair points with what a plan says anew under each heading, where nothing else in the plan speaks of them."""
    sections: dict[str, list[int]] = defaultdict(list)
    for place in items:
        sections[entries[place].mention.section].append(place)
    found: list[Pair] = []
    for section, listed in sections.items():
        others = [place for place in items if entries[place].mention.section != section]
        open_points = [
            point
            for point in points
            if _is_tied(point, listed, pairs)
            or not (entries[point].mention.stance is Stance.ACCEPTS or _is_tied(point, others, pairs))
        ]
        parallel = next((own for own in (points, open_points) if _are_parallel(listed, own, pairs, section)), None)
        if parallel is not None:
            found += zip(listed, parallel, strict=True)
            continue
        answers = [one for one in listed if not _is_tied(one, earlier, pairs) or _is_tied(one, points, pairs)]
        left = [point for point in points if not _is_tied(point, others, pairs)]
        found += [
            (answer, point)
            for answer, point in _fill_gaps(answers, left, pairs)
            if not _is_tied(answer, earlier, pairs) and not _is_tied(point, answers, pairs)
        ]
    return found


def _are_parallel(answers: Sequence[int], points: Sequence[int], pairs: Pairs, section: str = "") -> bool:
    """Whether a list answers all points of a review, one by one: as many, and those that are known in their places.

    Where its heading names the review, one known answer is enough.
    """
    if len(answers) != len(points):
        return False
    known = list(_list_known(answers, points, pairs))
    fewest = 1 if _OF_REVIEW.search(section) else FEWEST_KNOWN
    return len(known) >= fewest and all(answer == point for answer, point in known)


def _is_tied(place: int, others: Sequence[int], pairs: Pairs) -> bool:
    return any(pairs.score(place, other) >= LINK_THRESHOLD for other in others)


def _fill_gaps(answers: Sequence[int], points: Sequence[int], pairs: Pairs) -> Iterator[Pair]:
    """Pair what is left between known answers, where one of each is left there."""
    known = list(_list_known(answers, points, pairs))
    if len(known) < FEWEST_KNOWN or known != sorted(known, key=lambda pair: pair[1]):
        return
    edges = [(-1, -1), *known, (len(answers), len(points))]
    for (answer, point), (next_answer, next_point) in pairwise(edges):
        if next_answer - answer == next_point - point == 2:  # one of each between them
            yield answers[answer + 1], points[point + 1]


def _list_known(answers: Sequence[int], points: Sequence[int], pairs: Pairs) -> Iterator[Pair]:
    """List which answer is tied to which point, by their numbers."""
    taken: set[int] = set()
    for number, answer in enumerate(answers):
        score, target = max(
            ((pairs.score(answer, point), -which) for which, point in enumerate(points) if which not in taken),
            default=(0.0, 0),
        )
        if score >= LINK_THRESHOLD:
            taken.add(-target)
            yield number, -target
