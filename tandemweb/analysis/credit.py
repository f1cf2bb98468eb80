"""What a merged plan takes over from the other's investigation, and what it was there.

A row such as "BOM accepted | criterion 11" counts where it goes back to a fact or a question of the investigation. A
criterion or an edge case that only moves from one list into the other is agreement about the plan, no point.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tandemweb.analysis.entries import MERGING_ROLES, Entry
from tandemweb.analysis.facts import tells_defect
from tandemweb.analysis.leftovers import FITS
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.similarity import compare_texts
from tandemweb.analysis.wording import hints_at_problem, is_negative, words_in

CREDITED = frozenset((Topic.ADOPTED, Topic.REJECTED))
PLANNED = frozenset((Topic.CRITERIA, Topic.EDGE_CASES, Topic.DECISIONS, Topic.IDEAS))  # what a plan says will be
RECALLING = frozenset((Topic.REJECTED, Topic.DISAGREEMENTS))  # headings under which a decision is a point, too
RECALLED = CREDITED | {Topic.DISAGREEMENTS}
RECALLS = 0.22  # likeness from which a row recalls an item that nothing else ties it to
RECALLS_CREDITED = 0.12  # the same where the row says whose point it is
RECALLS_BY = 0.05  # by which that item is ahead of the next
GOES_BACK = 0.33  # likeness from which an item of a merged plan goes back to one of an investigation
SAME_IDEA = 0.25  # likeness of an idea in a plan and in the investigation before it
MOST_COMPARED = 40_000  # pairs of credited items and criteria
MOST_UNCLAIMED = 150
MOST_RECALLED = 500  # neutral items: among more none is recalled by likeness alone
ENUMERATION = 3  # semicolons: a paragraph that names many points is none itself
_WHERE_IT_WENT = words_in(
    "taken over accepted adopted yes done same kept in into to see now as and acceptance criterion criteria ac acs "
    "edge case cases boundaries key decision decisions constraint constraints out of scope section goal spec"
)
_PARTED = re.compile(r"[\s,.;:*_&/→>§-]+")
_NAMED = re.compile(r"[\s*_]*(?:(?:codex|claude)\b[^|.;:]{0,30}|`[^`]+`)[\s*_]*", re.IGNORECASE)


def is_only_moved(entry: Entry) -> bool:
    """Whether a row says of a point only where it went."""
    if "|" not in entry.mention.text:
        return False
    cells = [cell.strip() for cell in entry.mention.text.strip().strip("|").split("|")]
    return all(map(_is_place, cells[1:]))


def _is_place(cell: str) -> bool:
    words = _PARTED.split(cell.lower())
    return all(not word or word.isdigit() or word in _WHERE_IT_WENT for word in words) or bool(_NAMED.fullmatch(cell))


@dataclass(frozen=True, slots=True)
class Ties:
    """The items of an exchange with those that each is tied to, in order, and ``Pairs.list_linked``."""

    entries: Sequence[Entry]
    pairs: Pairs
    linked: Sequence[tuple[int, int, float]]
    tied: Mapping[int, Sequence[int]]

    def list_tied(self, place: int) -> Iterator[Entry]:
        return (self.entries[other] for other in self.tied.get(place, ()))

    def goes_back(self, place: int, author: str | None = None) -> bool:
        """Whether an item is tied to a fact, a question or a point of an investigation."""
        return any(
            other.role == "independent" and other.topic not in PLANNED and author in (None, other.author)
            for other in self.list_tied(place)
        )

    def answers_review(self, place: int) -> bool:
        """Whether an item is tied to a review's point in an earlier document."""
        return any(self.is_answered(point, place) for point in self.tied.get(place, ()))

    def is_answered(self, point: int, answer: int) -> bool:
        """Whether of two items that are tied the one is a review's point that the other comes after."""
        one, other = self.entries[point], self.entries[answer]
        return one.role == "review" and one.document < other.document


def tie_entries(entries: Sequence[Entry], pairs: Pairs) -> Ties:
    linked = pairs.list_linked()
    tied: dict[int, list[int]] = defaultdict(list)
    for place, other in sorted(pair for left, right, _ in linked for pair in ((left, right), (right, left))):
        tied[place].append(other)
    return Ties(entries, pairs, linked, tied)


def list_credited(ties: Ties) -> list[int]:
    """Places of what merged plans say of an investigation's points; what answers a review counts anyway."""
    return [
        place
        for place, entry in enumerate(ties.entries)
        if entry.role in MERGING_ROLES
        and entry.topic in CREDITED
        and entry.mention.text.count(";") < ENUMERATION
        and not ties.answers_review(place)
    ]


def is_agreement(place: int, neutral: frozenset[int], ties: Ties) -> bool:
    """Whether a row only moves what the other plans, or notes without any doubt: both agree, and nothing is a point."""
    if not is_only_moved(ties.entries[place]):
        return False
    sources = [
        other
        for other in ties.tied.get(place, ())
        if ties.entries[other].role == "independent"
        and other in neutral
        and may_be_source(ties.entries[place], ties.entries[other])
    ]
    return bool(sources) and not any(
        ties.entries[other].topic not in PLANNED and hints_at_problem(ties.entries[other].mention.text)
        for other in sources
    )


def find_origins(credited: Sequence[int], ties: Ties, planned: Sequence[Entry]) -> Iterator[tuple[int, int | None]]:
    """For each place of a credited item where it comes from: the number of an item of ``planned``, or None.

    Items that go back to a fact, a question or a point of an investigation are left out: text and marks tie them.
    """
    alone = [place for place in credited if not ties.goes_back(place)]
    if not alone or len(alone) * len(planned) > MOST_COMPARED:
        return
    everything = [*ties.entries, *planned]
    first = len(ties.entries)
    compared = compare_texts([entry.mention for entry in everything])
    unclaimed = _list_unclaimed(ties)
    for place in alone:
        entry = ties.entries[place]
        ranked = [
            (compared.alike(place, other), -other)
            for other in range(first, len(everything))
            if everything[other].author != entry.author and may_be_source(entry, everything[other])
        ]
        alike, other = max(ranked, default=(0.0, 0))
        is_other = not is_only_moved(entry) and any(  # a point of the investigation in other words
            ties.entries[one].author != entry.author and ties.pairs.alike(place, one) >= FITS for one in unclaimed
        )
        yield place, -other - first if alike >= GOES_BACK and not is_other else None


def find_first_ideas(adopted: Sequence[Entry], planned: Sequence[Entry]) -> list[Entry]:
    """Find the ideas of an investigation that ideas of a plan go back to which a review has taken up."""
    taken = [entry for entry in adopted if entry.topic is Topic.IDEAS]
    ideas = [entry for entry in planned if entry.topic is Topic.IDEAS]
    if not taken or len(taken) * len(ideas) > MOST_COMPARED:
        return []
    compared = compare_texts([entry.mention for entry in (*taken, *ideas)])
    first = len(taken)
    return [
        idea
        for number, idea in enumerate(ideas, first)
        if any(compared.alike(number, place) >= SAME_IDEA for place in range(first))
    ]


def find_recalled(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Neutral items of an investigation that a merged plan recalls best: a row on taken, refused or disputed points.

    Where an item says whose point it is, one of each of these is looked for.
    """
    independent = [place for place in neutral if ties.entries[place].role == "independent"]
    recalled: set[int] = set()
    if len(independent) > MOST_RECALLED:
        return recalled
    told = {place for place in independent if tells_what_is_not(ties.entries[place])}
    for place, entry in enumerate(ties.entries):
        for author in _list_missing(place, ties):
            ranked = sorted(
                (
                    (ties.pairs.alike(place, other), -other)
                    for other in independent
                    if author in (None, ties.entries[other].author)
                    and (entry.topic in RECALLING or ties.entries[other].topic not in PLANNED)
                    and (entry.topic in RECALLED or other in told)
                ),
                reverse=True,
            )[:2]
            least = RECALLS_CREDITED if author else RECALLS
            if ranked and ranked[0][0] >= least and (len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= RECALLS_BY):
                recalled.add(-ranked[0][1])
    return recalled


def _list_missing(place: int, ties: Ties) -> Sequence[str | None]:
    """List whose items a merged plan's item recalls that nothing ties it to: those credited, or anybody's."""
    entry = ties.entries[place]
    if entry.role != "merged" or is_only_moved(entry) or ties.answers_review(place):
        return []
    tied = [other for other in ties.list_tied(place) if other.document < entry.document]
    if entry.own_sources:
        return sorted(entry.own_sources - {other.author for other in tied if other.role == "independent"})
    if tied or entry.topic not in RECALLED:
        return []
    return sorted(entry.sources) or [None]


def _list_unclaimed(ties: Ties) -> list[int]:
    """Points of the investigations that no merged plan is tied to."""
    return [
        place
        for place, entry in enumerate(ties.entries)
        if entry.role == "independent"
        and entry.topic not in PLANNED
        and not any(other.role in MERGING_ROLES for other in ties.list_tied(place))
    ][:MOST_UNCLAIMED]


def tells_what_is_not(entry: Entry) -> bool:
    """Say whether a fact is told as what is not so, or as a defect."""
    return is_negative(entry.mention.text) or tells_defect(entry.mention.text)


def may_be_source(merged: Entry, independent: Entry) -> bool:
    """Whether a merged document's item may go back to an investigation's: to none of an author whom it leaves out."""
    return not merged.sources or independent.author in merged.sources
