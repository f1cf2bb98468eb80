"""What is matched: the mentions of an exchange, copies set aside."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tandemweb.analysis.evidence import Item, build_item
from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.marks import Reference, normal_mark
from tandemweb.analysis.labels import read_agreement, read_stance
from tandemweb.domain.finding import Mention

COPYING_ROLES = frozenset(("final",))


@dataclass(frozen=True, slots=True)
class Prepared:
    """``items`` of all documents in order but copies; ``copies`` are those with the place of their original."""

    items: tuple[Item, ...]
    copies: tuple[tuple[Item, int], ...]


def prepare_items(documents: Sequence[ExchangeDocument]) -> Prepared:
    """Make the items of an exchange.

    A row that names several items of its own document (``| 3 | FAIL | findings 2, 3 |``) comes as one mention for
    each, on one line; of each of these only the references given with it count.
    """
    return _set_copies_aside(
        [
            item
            for number, document in enumerate(documents)
            for item in _build_items(number, str(document.author), str(document.role), document.mentions)
        ]
    )


def _build_items(number: int, author: str, role: str, mentions: Sequence[Mention]) -> Iterator[Item]:
    on_line = Counter(mention.line for mention in mentions)
    for given in mentions:
        mention = replace(given, stance=read_stance(given), stated_agreement=read_agreement(given))
        item = build_item(number, author, role, mention)
        if on_line[mention.line] > 1:
            references = tuple(Reference(by, normal_mark(mark), opens=True) for by, mark in mention.references)
            item = replace(item, references=references)
        yield item


def _set_copies_aside(items: Sequence[Item]) -> Prepared:
    """Part items of a final document that repeat, word for word, an item of the last version its author merged."""
    kept: list[Item] = []
    copies: list[tuple[Item, int]] = []
    originals: dict[tuple[str, str, tuple[Reference, ...], int], int] = {}
    seen: Counter[tuple[int, str, tuple[Reference, ...]]] = Counter()
    for item in items:
        count = seen[item.document, item.mention.text, item.references]
        seen[item.document, item.mention.text, item.references] += 1
        key = (item.author, item.mention.text, item.references, count)
        if item.role in COPYING_ROLES and key in originals:
            copies.append((item, originals[key]))
        else:
            if item.role not in COPYING_ROLES:
                originals[key] = len(kept)
            kept.append(item)
    return Prepared(tuple(kept), tuple(copies))
