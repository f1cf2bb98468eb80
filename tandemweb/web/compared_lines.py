"""One version of a file as lines to show: decoded, coloured, with what cannot be seen made visible."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from tandemweb.web.markdown import MarkdownRenderer
from tandemweb.web.output_text import name_hidden

LINE_CHARACTERS = 2000  # of a line that are shown
FIRST_COLOURED = 256  # lines; twice as many each time that more are needed, so that the first screen need not wait


@dataclass(frozen=True)
class ShownVersion:
    """``lines`` are those of a version with their ends, as git keeps them; ``path`` tells the language."""

    path: str
    lines: Sequence[bytes]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The lines without their ends. Bytes that are no UTF-8 stay apart from each other: they show as escapes."""
        return tuple(_show(line) for line in self.lines)

    @cached_property
    def has_returns(self) -> bool:
        """Whether most lines end in CR LF."""
        return 2 * sum(line.endswith(b"\r\n") for line in self.lines) > len(self.lines)

    @property
    def lacks_newline(self) -> bool:
        return bool(self.lines) and not self.lines[-1].endswith(b"\n")

    def is_cut(self, index: int) -> bool:
        return len(self.texts[index]) > LINE_CHARACTERS

    def shorten(self, index: int, html: Markup) -> Markup:
        """Give the HTML of a line, or the beginning of one that is too long, without its colours."""
        return escape(self.texts[index][:LINE_CHARACTERS]) if self.is_cut(index) else html

    def colour(self, renderer: MarkdownRenderer, stop: int) -> Sequence[Markup]:
        """Give the lines before ``stop`` (at least) as safe HTML."""
        reach = FIRST_COLOURED
        while reach < stop:
            reach *= 2
        stop = min(len(self.lines), reach)
        texts = self.texts[:stop]
        coloured = renderer.highlight("\n".join(texts) + "\n", self.path) if texts else ()
        # A lexer that takes other characters for line ends would shift every line.
        return coloured if len(coloured) == stop else [escape(text) for text in texts]


def _show(line: bytes) -> str:
    return name_hidden(line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "backslashreplace"))
