"""Which neutral items of a plan count: those that the other model takes up as a point.

A fact, a question, an edge case is nobody's finding by itself. It becomes one where the other's document speaks of
it as a problem, or where a merged plan takes over a fact that only the other had found.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tandemweb.analysis.entries import Entry, build_entry
from tandemweb.analysis.evidence import weigh_pairs
from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.domain.finding import Mention, Stance

TAKEN_UP = 0.6  # score from which another's item speaks of the same point
TAKEN_OVER = 0.8  # score from which a merged plan repeats the other's fact
KNOWN_BEFORE = 0.6  # score from which the merging author had the same fact himself
RESTATED = 0.7  # score from which a merged plan says a finding again
SAME_WORDS = 0.8  # likeness of an item in two versions of one plan
FACTS = frozenset((Topic.UNKNOWN, Topic.CONTEXT, Topic.FINDINGS, Topic.NEUTRAL))
# What both write down anyway: criteria and decisions alike are agreement about the plan, no point.
LEFT_OPEN = frozenset((Topic.QUESTIONS, Topic.OUT_OF_SCOPE, Topic.DEFERRED))
NEVER = frozenset((Topic.CRITERIA, Topic.IDEAS))


def adopt_candidates(documents: Sequence[ExchangeDocument]) -> tuple[ExchangeDocument, ...]:
    """Give the documents with those of their candidates among their mentions that another document takes up."""
    if not any(document.candidates for document in documents):
        return tuple(documents)
    entries, neutral = _build_entries(documents)
    pairs = weigh_pairs(entries)
    adopted = _find_taken_up(entries, neutral, pairs)
    adopted |= _find_taken_over(entries, neutral, pairs)
    adopted |= _find_restated(entries, neutral, pairs)
    adopted |= _find_other_versions(entries, neutral, pairs, adopted)
    added: dict[int, list[Mention]] = defaultdict(list)
    for place in sorted(adopted):
        stance = Stance.RAISES if entries[place].role == "independent" else Stance.ACCEPTS
        added[entries[place].document].append(replace(entries[place].mention, stance=stance))
    return tuple(_add(document, added[number]) for number, document in enumerate(documents))


def _build_entries(documents: Sequence[ExchangeDocument]) -> tuple[list[Entry], frozenset[int]]:
    """All mentions and the candidates that may count, as items; with the places of the latter."""
    entries: list[Entry] = []
    neutral = set()
    for number, document in enumerate(documents):
        if document.role == "placeholder":
            continue
        entries += [
            build_entry(number, document.author, document.role, mention, document.text) for mention in document.mentions
        ]
        for candidate in document.candidates:
            if _topic(candidate) not in NEVER:
                neutral.add(len(entries))
                entries.append(build_entry(number, document.author, document.role, candidate, document.text))
    return entries, frozenset(neutral)


def _topic(mention: Mention) -> Topic:
    return read_heading(mention.section)[0]


def _find_taken_up(entries: Sequence[Entry], neutral: frozenset[int], pairs: Pairs) -> set[int]:
    """Candidates that the other's answer speaks of: the merged plan of an investigation, the review of a plan.

    What a review criticises in a plan's edge cases and decisions is the plan, not a point that the plan had made.
    """
    taken = set()
    for place, other in _across(entries, neutral, pairs, TAKEN_UP):
        if other in neutral or entries[other].document <= entries[place].document:
            continue
        merges = (entries[place].role, entries[other].role) == ("independent", "merged")
        if merges or (entries[other].role == "review" and _topic(entries[place].mention) in LEFT_OPEN):
            taken.add(place)
    return taken


def _find_restated(entries: Sequence[Entry], neutral: frozenset[int], pairs: Pairs) -> set[int]:
    """Candidates of a merged plan that say again what an investigation had raised."""
    return {
        place
        for pair in sorted(pairs.reasons)
        for place, other in (pair, pair[::-1])
        if place in neutral
        and other not in neutral
        and entries[place].role in ("merged", "final")
        and entries[other].role == "independent"
        and _topic(entries[place].mention) in FACTS | LEFT_OPEN
        and pairs.score(*pair) >= RESTATED
    }


def _find_taken_over(entries: Sequence[Entry], neutral: frozenset[int], pairs: Pairs) -> set[int]:
    """Facts of one model's own investigation that the other's merged plan repeats without having had them."""
    pairs_of = defaultdict(list)
    for place, other in _across(entries, neutral, pairs, KNOWN_BEFORE):
        pairs_of[place].append(other)
    taken = set()
    for place in sorted(pairs_of):
        if entries[place].role != "independent" or _topic(entries[place].mention) not in FACTS:
            continue
        if any(entries[other].role == "independent" for other in pairs_of[place]):
            continue
        for other in pairs_of[place]:
            merged = other in neutral and entries[other].role in ("merged", "final")
            if merged and _topic(entries[other].mention) in FACTS and pairs.score(place, other) >= TAKEN_OVER:
                taken |= {place, other}
    return taken


def _find_other_versions(
    entries: Sequence[Entry], neutral: frozenset[int], pairs: Pairs, adopted: set[int]
) -> set[int]:
    """Find the same item in the earlier and later versions of its author's merged plan."""
    return {
        other
        for place in sorted(adopted | set(range(len(entries))) - neutral)
        for other in neutral
        if entries[other].author == entries[place].author
        and entries[place].role in ("merged", "final")
        and entries[other].role in ("merged", "final")
        and entries[other].document != entries[place].document
        and pairs.alike(place, other) >= SAME_WORDS
    }


def _across(
    entries: Sequence[Entry], neutral: frozenset[int], pairs: Pairs, threshold: float
) -> Iterator[tuple[int, int]]:
    """Candidates with the other model's items that they match, pair by pair; with one's own where they name it."""
    for pair in sorted(pairs.reasons):
        for place, other in (pair, pair[::-1]):
            named = "reference" in pairs.reasons[pair] and entries[place].role == "independent"
            foreign = entries[place].author != entries[other].author
            if place in neutral and (foreign or named) and pairs.score(*pair) >= threshold:
                yield place, other


def _add(document: ExchangeDocument, added: Sequence[Mention]) -> ExchangeDocument:
    mentions = sorted((*document.mentions, *added), key=lambda mention: mention.line)
    return replace(document, mentions=tuple(mentions))
