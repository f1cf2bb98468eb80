"""What is matched: the mentions of an exchange, copies set aside."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tandemweb.analysis.entries import Entry, build_entry
from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.halves import part_halves
from tandemweb.analysis.labels import read_agreement, read_stance
from tandemweb.analysis.locators import number_lines
from tandemweb.analysis.marks import Reference, normal_mark
from tandemweb.analysis.part_references import part_entries
from tandemweb.analysis.part_verdicts import part_verdicts

COPYING_ROLES = frozenset(("final",))


@dataclass(frozen=True, slots=True)
class Prepared:
    """``entries`` of all documents in order but copies; ``copies`` are those with the place of their original."""

    entries: tuple[Entry, ...]
    copies: tuple[tuple[Entry, int], ...]


def prepare_entries(documents: Sequence[ExchangeDocument]) -> Prepared:
    """Make the entries of an exchange.

    A row that names several items of its own document (``| 3 | FAIL | findings 2, 3 |``) comes as one mention for
    each, on one line; of each of these only the references given with it count.
    """
    entries = [entry for number, document in enumerate(documents) for entry in _build_entries(number, document)]
    return _set_copies_aside(part_verdicts(part_halves(part_entries(entries))))


def _build_entries(number: int, document: ExchangeDocument) -> Iterator[Entry]:
    told = Counter((mention.line, mention.text) for mention in document.mentions)
    numbers = number_lines((*document.mentions, *document.candidates))
    for given in document.mentions:
        stance, agreement = read_stance(given, str(document.role)), read_agreement(given)
        is_read_anew = stance is not given.stance or agreement is not given.stated_agreement
        mention = replace(given, stance=stance, stated_agreement=agreement) if is_read_anew else given
        entry = build_entry(
            number, document.author, document.role, mention, document.text, number=numbers[mention.line]
        )
        if told[given.line, given.text] > 1:
            references = tuple(Reference(by, normal_mark(mark), opens=True) for by, mark in mention.references)
            entry = replace(entry, references=references)
        yield entry


def _set_copies_aside(entries: Sequence[Entry]) -> Prepared:
    """Part entries of a final document that repeat, word for word, an item of the last version its author merged."""
    kept: list[Entry] = []
    copies: list[tuple[Entry, int]] = []
    originals: dict[tuple[str, str, tuple[Reference, ...], int], int] = {}
    seen: Counter[tuple[int, str, tuple[Reference, ...]]] = Counter()
    for entry in entries:
        text = entry.mention.text
        count = seen[entry.document, text, entry.references]
        seen[entry.document, text, entry.references] += 1
        key = (entry.author, text, entry.references, count)
        if entry.role in COPYING_ROLES and key in originals:
            copies.append((entry, originals[key]))
            continue
        if entry.role not in COPYING_ROLES:
            originals[key] = len(kept)
        kept.append(entry)
    return Prepared(tuple(kept), tuple(copies))
