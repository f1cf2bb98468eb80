"""Which neutral items of a plan count: those that the other model takes up as a point.

A fact, a question, an edge case is nobody's finding by itself. It becomes one where the other's document speaks of
it as a problem, or where a merged plan takes over a fact that only the other had found.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from tandemweb.analysis.credit import (
    Ties,
    find_first_ideas,
    find_origins,
    find_recalled,
    is_agreement,
    is_only_moved,
    list_credited,
    tie_entries,
)
from tandemweb.analysis.entries import Entry, build_entry
from tandemweb.analysis.evidence import weigh_pairs
from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.locators import number_lines
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.uptake import NEVER, find_adopted, find_contested, find_recalling, find_replying
from tandemweb.domain.finding import Mention, Stance

MOST_PASSES = 3  # what is taken up makes of what it takes up a point, too


def adopt_candidates(documents: Sequence[ExchangeDocument]) -> tuple[ExchangeDocument, ...]:
    """Give the documents with those of their candidates among their mentions that another document takes up."""
    if not any(document.candidates for document in documents):
        return tuple(documents)
    entries, neutral, planned = _build_entries(documents)
    pairs = weigh_pairs(entries, [document.text for document in documents])
    ties = tie_entries(entries, pairs)
    adopted, origins = _find_credited(ties, neutral, planned)
    adopted |= find_contested(ties, neutral) | find_recalled(ties, neutral)
    adopted |= find_recalling(ties, neutral)
    for _ in range(MOST_PASSES):
        found = find_adopted(ties, neutral - adopted, adopted)
        if not found:
            break
        adopted |= found
    adopted |= find_replying(ties, neutral, adopted)
    origins += find_first_ideas([entries[place] for place in sorted(adopted)], planned)
    added: dict[int, list[Mention]] = defaultdict(list)
    for entry in [*(entries[place] for place in sorted(adopted)), *origins]:
        stance = Stance.RAISES if entry.role == "independent" else Stance.ACCEPTS
        added[entry.document].append(replace(entry.mention, stance=stance))
    return tuple(_add(document, added[number]) for number, document in enumerate(documents))


def _find_credited(ties: Ties, neutral: frozenset[int], planned: Sequence[Entry]) -> tuple[set[int], list[Entry]]:
    """Find what a merged plan says it took over, and the criteria of an investigation that some of it was."""
    credited = list_credited(ties)
    adopted = {place for place in credited if place in neutral and not is_agreement(place, neutral, ties)}
    origins: dict[int, Entry] = {}
    for place, number in find_origins(credited, ties, planned):
        if number is not None and is_only_moved(ties.entries[place]):
            adopted.discard(place)
        elif number is not None:
            origins[number] = planned[number]
    return adopted, [origins[number] for number in sorted(origins)]


def _build_entries(documents: Sequence[ExchangeDocument]) -> tuple[list[Entry], frozenset[int], list[Entry]]:
    """All mentions and the candidates that may count, as items; the places of the latter; criteria and ideas."""
    entries: list[Entry] = []
    barred: list[Entry] = []
    neutral = set()
    for number, document in enumerate(documents):
        if document.role == "placeholder":
            continue
        numbers = number_lines((*document.mentions, *document.candidates))
        entries += [_build_entry(number, document, mention, numbers[mention.line]) for mention in document.mentions]
        for candidate in document.candidates:
            if not _is_barred(candidate, document):
                neutral.add(len(entries))
                entries.append(_build_entry(number, document, candidate, numbers[candidate.line]))
            elif document.role == "independent":
                barred.append(_build_entry(number, document, candidate, numbers[candidate.line], with_references=False))
    named = {
        (place.author, place.kind, int(place.number)) for entry in entries for place in entry.places if place.number
    }
    planned = []
    for entry in barred:
        if (entry.author, entry.topic, entry.number) in named:
            neutral.add(len(entries))
            whole = _build_entry(entry.document, documents[entry.document], entry.mention, entry.number)
            entries.append(replace(whole, ordinal=""))
        else:
            planned.append(entry)
    return entries, frozenset(neutral), planned


def _is_barred(candidate: Mention, document: ExchangeDocument) -> bool:
    topic = read_heading(candidate.section)[0]
    return topic in NEVER and not (topic is Topic.IDEAS and document.role == "merged")


def _build_entry(
    place: int, document: ExchangeDocument, mention: Mention, number: int, *, with_references: bool = True
) -> Entry:
    return build_entry(
        place,
        document.author,
        document.role,
        mention,
        document.text,
        number=number,
        with_references=with_references,
    )


def _add(document: ExchangeDocument, added: Sequence[Mention]) -> ExchangeDocument:
    mentions = sorted((*document.mentions, *added), key=lambda mention: mention.line)
    return replace(document, mentions=tuple(mentions))
