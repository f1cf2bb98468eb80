"""The places of a rendered document that only the caller can fill: links into the project, and images.

The worker that renders is pure and knows no project. It leaves a *slot* for each such place; here, in the serving
process, slots become links through the caller's resolvers, or stay plain text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import NamedTuple

ASKING_LIMIT = 2000  # distinct targets of one document that resolvers are asked for; the others stay plain


class SlotKind(StrEnum):
    REFERENCE = "reference"  # src/page.js:21 in prose or in a code span
    LINK = "link"  # [text](relative/path.md#part)
    LINK_END = "link-end"
    IMAGE = "image"  # ![alt](relative/path.png)
    SOURCE = "source"  # from a block to its line in the source view


class Slot(NamedTuple):  # which comes out of a worker process in a third of the time of a dataclass
    """One open place. ``target`` is the path as written, ``text`` plain text (of a reference, or an image's alt)."""

    kind: SlotKind
    target: str = ""
    line_start: int | None = None
    line_end: int | None = None
    fragment: str = ""
    text: str = ""


def resolve_nothing(_path: str, _line_start: int | None, _line_end: int | None) -> str | None:
    return None


def link_nothing(_path: str, _fragment: str) -> str | None:
    return None


def show_nothing(_path: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Resolvers:
    """How the caller turns what a document names into our own URLs; None leaves it plain.

    ``reference(path, line_start, line_end)``: a file named in prose or code, ``importer.py:88-112``; lines 1-based.
    ``link(path, fragment)``: a relative Markdown link, path percent-decoded, fragment without ``#`` (``L88`` and
    ``L88-L112`` for lines). ``image(path)``: a relative image; the answer must begin with ``/blob/``.
    ``source``: URL of the source view; each block then links to its line there. Answers must be absolute paths on
    this server (``/projects/...``); anything else is dropped.
    A document that names thousands of files has the first of them looked up.
    """

    reference: Callable[[str, int | None, int | None], str | None] = resolve_nothing
    link: Callable[[str, str], str | None] = link_nothing
    image: Callable[[str], str | None] = show_nothing
    source: str = ""


def fill_slots(parts: Sequence[str], slots: Sequence[Slot], resolvers: Resolvers) -> str:
    """HTML of ``parts`` with slot ``i`` between part ``i`` and part ``i + 1``; each distinct target is asked once."""
    filler = _Filler(resolvers)
    filled = [parts[0]]
    for slot, part in zip(slots, parts[1:], strict=True):
        filled.append(filler.fill(slot))
        filled.append(part)
    return "".join(filled)


def own_path(url: str | None, prefix: str = "/") -> str | None:
    """``url`` when it is a path on this server under ``prefix``, else None."""
    if url is None or not url.startswith(prefix) or url.startswith(("//", "/\\")):
        return None
    return url


class _Filler:
    """Fills the slots of one document; remembers answers, and whether the link now open is a real one."""

    def __init__(self, resolvers: Resolvers) -> None:
        self.resolvers = resolvers
        self.known: dict[Slot, str] = {}
        self.asked_count = 0
        self.open_tags: list[str] = []

    def fill(self, slot: Slot) -> str:
        if slot.kind is SlotKind.LINK_END:
            return f"</{self.open_tags.pop()}>"
        if slot not in self.known:
            self.known[slot] = getattr(self, f"_{slot.kind.value}")(slot)
        if slot.kind is SlotKind.LINK:
            self.open_tags.append("a" if self.known[slot].startswith("<a") else "span")
        return self.known[slot]

    def _ask(self, resolver: Callable[..., str | None], *question: str | int | None) -> str | None:
        self.asked_count += 1
        return own_path(resolver(*question)) if self.asked_count <= ASKING_LIMIT else None

    def _reference(self, slot: Slot) -> str:
        url = self._ask(self.resolvers.reference, slot.target, slot.line_start, slot.line_end)
        text = escape(slot.text)
        return text if url is None else f'<a class="file-reference" href="{escape(url)}">{text}</a>'

    def _link(self, slot: Slot) -> str:
        url = self._ask(self.resolvers.link, slot.target, slot.fragment)
        if url is None:
            return f'<span class="unresolved-link" title="{escape(slot.text)}: not found in this project">'
        return f'<a href="{escape(url)}">'

    def _image(self, slot: Slot) -> str:
        url = own_path(self._ask(self.resolvers.image, slot.target), "/blob/")
        alt = escape(slot.text)
        if url is None:
            words = f"Image not available: {alt or escape(slot.target)}"
            return f'<span class="missing-image" title="{escape(slot.target)}">{words}</span>'
        return f'<img src="{escape(url)}" alt="{alt}" loading="lazy">'

    def _source(self, slot: Slot) -> str:
        source = own_path(self.resolvers.source)
        if not source:
            return ""
        line = slot.line_start
        label = f'aria-label="Line {line} in the source" tabindex="-1"'
        return f'<a class="at-line" href="{escape(source)}#L{line}" data-line="{line}" {label}></a>'
