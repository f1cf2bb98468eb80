"""The rules by which a plan's neutral items become points: somebody takes them up, over, or says them again."""

import re
from collections import defaultdict
from collections.abc import Iterator

from tandemweb.analysis.credit import Ties, may_be_source, tells_what_is_not
from tandemweb.analysis.entries import MERGING_ROLES, Entry
from tandemweb.analysis.marks import MODELS
from tandemweb.analysis.pairs import order
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.wording import hints_at_problem, is_negative, is_well_as_it_is

TAKEN_UP = 0.6  # score from which another's item speaks of the same point
TAKEN_OVER = 0.8  # score from which a merged plan repeats the other's fact
KNOWN_BEFORE = 0.6  # score from which the merging author had the same fact himself
NUMBERED = 0.8  # score of a reference, ``Finding 3``, by which a review makes a point of a plan's fact
RESTATED = 0.7  # score from which a merged plan says a finding again
SAME_WORDS = 0.7  # likeness of an item in two versions of one plan
FACTS = frozenset((Topic.UNKNOWN, Topic.CONTEXT, Topic.FINDINGS, Topic.NEUTRAL, Topic.AGREED))
# What both write down anyway: criteria and decisions alike are agreement about the plan, no point.
LEFT_OPEN = frozenset((Topic.QUESTIONS, Topic.OUT_OF_SCOPE, Topic.DEFERRED))
NEVER = frozenset((Topic.CRITERIA, Topic.IDEAS))
_ASKED = re.compile(
    r"\bI (?:had )?asked\b|\bmy (?:own )?(?:open )?question\b|\bwe (?:had )?both (?:had )?asked\b"
    r"|\b(?:claude|codex)(?:['’]s)? \(?(?:open )?question\b|\bthe question (?:about|of|whether)\b",
    re.IGNORECASE,
)
_OTHERS_WISH = re.compile(
    r"\b(?:codex|claude)(?:-\d+)?\s+(?:disagrees?|objects?|wants|wanted|prefers?|preferred|would|holds|thinks|argues?)\b"
    r"|\bagainst\s+(?:codex|claude)\b|\b(?:codex|claude)['’]s (?:objection|preference|view|position)\b",
    re.IGNORECASE,
)


def find_adopted(ties: Ties, neutral: frozenset[int], points: set[int]) -> set[int]:
    """Places among ``neutral`` that somebody makes a point of; ``points`` are those found so far."""
    found = _find_taken_up(ties, neutral)
    found |= _find_taken_over(ties, neutral)
    found |= _find_raised_twice(ties, neutral, points)
    found |= _find_shared(ties, neutral)
    found |= _find_restated(ties, neutral)
    found |= _find_asked_twice(ties, neutral)
    return found | _find_other_versions(ties, neutral, found)


def find_replying(ties: Ties, neutral: frozenset[int], points: set[int]) -> set[int]:
    """Find the replies of a review to what is a point; ``points`` are those found among ``neutral``."""
    return {
        place
        for place in neutral
        if ties.entries[place].reply
        and any(
            ties.entries[other].role in MERGING_ROLES and (other in points or other not in neutral)
            for other in ties.tied.get(place, ())
        )
    }


def _find_taken_up(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Candidates that the other's answer speaks of: the merged plan of an investigation, the review of a plan.

    What a review criticises in a plan's edge cases and decisions is the plan, not a point that the plan had made; a
    fact that it names by its number is one.
    """
    entries, pairs = ties.entries, ties.pairs
    taken = set()
    for place, other in _across(ties, neutral, TAKEN_UP):
        if other in neutral or entries[other].document <= entries[place].document:
            continue
        if entries[place].topic not in LEFT_OPEN and not _is_likest(place, other, ties):
            continue
        merges = (entries[place].role, entries[other].role) == ("independent", "merged")
        if entries[place].topic is Topic.IDEAS and entries[place].role == "merged":
            if entries[other].role == "review" and entries[other].author != entries[place].author:
                taken.add(place)
            continue
        if entries[place].topic in NEVER:
            named = merges and "reference" in pairs.reasons[order(place, other)]
            if not named or ties.goes_back(other, entries[place].author):
                continue
        is_own = entries[place].author == entries[other].author
        is_open = entries[place].topic in LEFT_OPEN
        is_named = (
            entries[place].topic is Topic.QUESTIONS
            and "reference" in pairs.reasons[order(place, other)]
            and "question" in entries[other].mention.text.lower()
        )
        is_numbered = (
            entries[place].topic in FACTS and pairs.reasons[order(place, other)].get("reference", 0) >= NUMBERED
        )
        reviews = entries[other].role == "review" and (
            is_open or is_numbered if entries[place].role == "merged" else is_own or is_named
        )
        if merges or reviews:
            taken.add(place)
    return taken


def _is_likest(place: int, other: int, ties: Ties) -> bool:
    """Whether no item beside a candidate is likelier: what the other's answer speaks of, or the point it answers."""
    document, score = ties.entries[place].document, ties.pairs.score(place, other)
    answered = [point for point in ties.tied.get(other, ()) if ties.is_answered(point, other)]
    return not any(
        ties.pairs.score(rival, one) > (score if one == other else ties.pairs.score(place, one))
        for one in (other, *answered)
        for rival in ties.tied.get(one, ())
        if rival != place and ties.entries[rival].document == document
    )


def _find_restated(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Candidates of a merged plan that say again what an investigation, or an earlier version, had raised."""
    entries = ties.entries
    return {
        place
        for left, right, score in ties.linked
        if score >= RESTATED
        for place, other in ((left, right), (right, left))
        if place in neutral
        and other not in neutral
        and entries[place].role in MERGING_ROLES
        and entries[place].topic in (FACTS | LEFT_OPEN if entries[other].role == "independent" else FACTS)
        and (entries[other].role == "independent" or _is_earlier_version(entries[other], entries[place]))
    }


def _is_earlier_version(earlier: Entry, later: Entry) -> bool:
    return earlier.role == "merged" and earlier.document < later.document


def _find_taken_over(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Facts of one model's own investigation that the other's merged plan repeats without having had them."""
    entries, pairs = ties.entries, ties.pairs
    pairs_of = defaultdict(list)
    for place, other in _across(ties, neutral, KNOWN_BEFORE):
        pairs_of[place].append(other)
    taken = set()
    for place in sorted(pairs_of):
        if entries[place].role != "independent" or entries[place].topic not in FACTS:
            continue
        if any(entries[other].role == "independent" for other in pairs_of[place]):
            continue
        for other in pairs_of[place]:
            merged = other in neutral and entries[other].role in MERGING_ROLES
            hints = hints_at_problem(entries[place].mention.text) or (
                is_negative(entries[other].mention.text) and not is_well_as_it_is(entries[place].mention.text)
            )
            if merged and hints and entries[other].topic in FACTS and pairs.score(place, other) >= TAKEN_OVER:
                taken |= {place, other}
    return taken


def _find_shared(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Facts of both investigations that a merged plan makes a point of, or repeats where it tells what is not so."""
    entries = ties.entries
    taken = set()
    for place, entry in enumerate(entries):
        is_fact = entry.topic in FACTS and is_negative(entry.mention.text)
        if entry.role != "merged" or (place in neutral and not is_fact):
            continue
        known = {
            other
            for other in ties.tied.get(place, ())
            if (one := entries[other]).role == "independent"
            and may_be_source(entry, one)
            and (other not in neutral or (one.topic in FACTS and tells_what_is_not(one)))
        }
        if {entries[other].author for other in known} == set(MODELS):
            pointed = {entries[other].author for other in known - neutral}
            taken |= {place, *(other for other in known if entries[other].author not in pointed)} & neutral
    return taken


def _find_asked_twice(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Questions of both investigations, with what a merged plan says of the question."""
    entries = ties.entries
    found = set()
    for place, entry in enumerate(entries):
        if not _recalls_question(entry):
            continue
        asked = {
            other
            for other in ties.tied.get(place, ())
            if entries[other].role == "independent" and entries[other].topic is Topic.QUESTIONS
        }
        if {entries[other].author for other in asked} == set(MODELS):
            found |= {place, *asked} & neutral
    return found


def find_contested(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Decisions of a merged plan that name what the other wants instead."""
    entries = ties.entries
    return {
        place
        for place in neutral
        if entries[place].role in MERGING_ROLES
        and entries[place].topic is Topic.DECISIONS
        and _OTHERS_WISH.search(entries[place].mention.text)
    }


def find_recalling(ties: Ties, neutral: frozenset[int]) -> set[int]:
    """Remarks of a review that come back to a point of the plan under review: ``State, not table: fine``.

    What a plan lists as left out comes back to a point where it sends its reader there: ``see above``.
    """
    entries = ties.entries
    left_out = {
        place
        for place in neutral
        if entries[place].role in MERGING_ROLES
        and entries[place].topic in LEFT_OPEN
        and any(
            other not in neutral
            and entries[other].document == entries[place].document
            and "reference" in ties.pairs.reasons[order(place, other)]
            for other in ties.tied.get(place, ())
        )
    }
    return left_out | {
        place
        for place in neutral
        if entries[place].role == "review"
        and any(
            other not in neutral and entries[other].document < entries[place].document
            for other in ties.tied.get(place, ())
        )
    }


def _find_raised_twice(ties: Ties, neutral: frozenset[int], points: set[int]) -> set[int]:
    """Find what one investigation asks, or notes as not so, where the other has the same for a point."""
    entries = ties.entries
    return {
        place
        for place, other in _across(ties, neutral, TAKEN_OVER)
        if other in points
        and entries[place].role == entries[other].role == "independent"
        and (entries[place].topic in LEFT_OPEN or (entries[place].topic in FACTS and tells_what_is_not(entries[place])))
    }


def _find_other_versions(ties: Ties, neutral: frozenset[int], adopted: set[int]) -> set[int]:
    """Find the same item in the earlier and later versions of its author's merged plan."""
    entries, pairs = ties.entries, ties.pairs
    merged = {place for place, entry in enumerate(entries) if entry.role in MERGING_ROLES}
    return {
        other
        for place in sorted((adopted | merged - neutral) & merged)
        for other in neutral & merged
        if entries[other].author == entries[place].author
        and entries[other].document != entries[place].document
        and (entries[place].topic is entries[other].topic or entries[other].topic in FACTS)
        and pairs.alike(place, other) >= SAME_WORDS
    }


def _recalls_question(entry: Entry) -> bool:
    """Whether an item of a merged plan says that its author had asked what it is about."""
    return entry.role == "merged" and _ASKED.search(entry.mention.text) is not None


def _across(ties: Ties, neutral: frozenset[int], threshold: float) -> Iterator[tuple[int, int]]:
    """Candidates with the other model's items that they match, pair by pair; with one's own where they name it."""
    entries, reasons = ties.entries, ties.pairs.reasons
    for left, right, score in ties.linked:
        if score < threshold:
            continue
        for place, other in ((left, right), (right, left)):
            named = "reference" in reasons[left, right] and entries[place].role == "independent"
            foreign = entries[place].author != entries[other].author
            named |= entries[other].role == "review" and entries[place].topic in LEFT_OPEN
            named |= entries[place].topic is Topic.QUESTIONS and _recalls_question(entries[other])
            if place in neutral and (foreign or named):
                yield place, other
