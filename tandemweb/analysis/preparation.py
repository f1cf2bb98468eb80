"""What is matched: the mentions of an exchange with rows that name several items taken apart, and copies set aside."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tandemweb.analysis.evidence import Item, build_item
from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.marks import Reference, index_marks, is_plain_number, list_references, normal_mark
from tandemweb.domain.finding import Mention

SHORT_TEXT = 200  # characters: longer ones argue, they do not just name items
COPYING_ROLES = frozenset(("final",))


@dataclass(frozen=True, slots=True)
class Prepared:
    """``items`` of all documents in order but copies; ``copies`` are those with the place of their original."""

    items: tuple[Item, ...]
    copies: tuple[tuple[Item, int], ...]


def prepare_items(documents: Sequence[ExchangeDocument]) -> Prepared:
    """Make the items of an exchange.

    A row or short remark that names several items of its own document (``| 3 | FAIL | findings 2, 3 |``) restates
    each of them, so it becomes one mention for each; every mention that comes out belongs to exactly one finding.
    """
    return _set_copies_aside(
        [
            item
            for number, document in enumerate(documents)
            for item in _build_items(number, str(document.author), str(document.role), document.mentions)
        ]
    )


def _build_items(number: int, author: str, role: str, mentions: Sequence[Mention]) -> Iterator[Item]:
    bearers = index_marks(mentions)
    for mention in mentions:
        named = [] if mention.severity is not None or len(mention.text) > SHORT_TEXT else _list_named(mention, bearers)
        item = build_item(number, author, role, mention)
        if len(named) < 2:  # noqa: PLR2004 - nothing to take apart
            yield item
            continue
        for reference in named:
            part = replace(mention, references=((None, reference.mark.upper()),))
            yield replace(item, mention=part, references=(reference,))


def _list_named(mention: Mention, bearers: Mapping[str, tuple[int, ...]]) -> list[Reference]:
    """References to items of the same document with which a short item opens."""
    own = normal_mark(mention.label) if mention.label else None
    if own is not None and own in bearers and not is_plain_number(own):
        return []
    return [
        reference
        for reference in list_references(mention)
        if reference.opens and reference.author is None and reference.mark in bearers and reference.mark != own
    ]


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
