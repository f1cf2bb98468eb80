"""Markdown that strangers wrote, as HTML that is safe to put into our pages.

Use from a view::

    renderer = get_renderer()
    try:
        rendered = renderer.render(text, Resolvers(reference=..., link=..., image=..., source=url))
    except TooExpensiveError:
        ...  # show the source instead, paged

``rendered.html`` already stands in its ``<div class="markdown" hx-disable>`` and is `markupsafe.Markup`.
"""

import contextlib
import hashlib
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from tandemweb.errors import TandemwebError
from tandemweb.web.highlighting import escape_lines
from tandemweb.web.markdown_cache import BoundedCache
from tandemweb.web.markdown_lines import Heading
from tandemweb.web.markdown_rendering import Rendering
from tandemweb.web.markdown_slots import Resolvers, Slot, fill_slots
from tandemweb.web.markdown_worker import JobFailedError, JobKind, NoWorkerError, WorkerPool

TEXT_LIMIT = 1 << 20  # characters; above, a document is shown as paged source
HIGHLIGHT_LIMIT = 1 << 19  # characters; above, code is shown without colours
DEADLINE = 1.0  # seconds a document may take
HIGHLIGHT_SHARE = 0.4  # of the deadline that colours may take: they are the lesser loss
RETRY_AFTER = 300.0  # seconds for which a document that took too long is not tried again
CACHE_SIZE = 8 << 20  # characters of HTML kept, in each of two caches


class TooExpensiveError(TandemwebError):
    """The document is too large, or takes too long, to be shown rendered."""

    status = 413


@dataclass(frozen=True, slots=True)
class RenderedMarkdown:
    """``headings`` in order, for a table of contents; ``is_cut``: nested so deeply that a part is missing."""

    html: Markup
    headings: tuple[Heading, ...] = ()
    is_cut: bool = False


class MarkdownRenderer:
    """Renders in worker processes that are killed when a text takes too long. Safe to share between threads."""

    def __init__(self, *, worker_count: int = 2, deadline: float = DEADLINE, text_limit: int = TEXT_LIMIT) -> None:
        self._workers = WorkerPool(worker_count=worker_count)
        self._deadline = deadline
        self._text_limit = text_limit
        self._renderings: BoundedCache[Rendering | float] = BoundedCache(CACHE_SIZE)
        self._lines: BoundedCache[tuple[Markup, ...]] = BoundedCache(CACHE_SIZE)
        self._finalizer = weakref.finalize(self, self._workers.close)

    def close(self) -> None:
        """End the worker processes; rendering afterwards raises `TooExpensiveError`."""
        self._finalizer()

    def warm_up(self) -> None:
        """Start a worker process now, so that the first document need not wait for it."""
        self._workers.warm_up()

    def render(self, text: str, resolvers: Resolvers | None = None, *, id_prefix: str = "") -> RenderedMarkdown:
        """HTML of one document.

        Blocks carry ``id="<id_prefix>L<line>"`` and ``data-line``; headings also ``id="<id_prefix>h-<slug>"``.
        ``id_prefix`` (``[a-z0-9-]``) keeps ids of several documents on one page apart. Raises `TooExpensiveError`.
        """
        resolvers = resolvers or Resolvers()
        rendering = self._get_rendering(text, id_prefix)
        html = fill_slots(rendering.parts, rendering.slots, resolvers)
        return RenderedMarkdown(
            Markup(f'<div class="markdown" hx-disable>\n{html}</div>'),  # noqa: S704 - made safe by the renderer
            rendering.headings,
            rendering.is_cut,
        )

    def list_slots(self, text: str, *, id_prefix: str = "") -> tuple[Slot, ...]:
        """List what the resolvers of ``render`` will be asked, so that it can be looked up at once.

        Raises `TooExpensiveError`.
        """
        return self._get_rendering(text, id_prefix).slots

    def highlight(self, text: str, path: str) -> tuple[Markup, ...]:
        """Colour each line of a file, as safe HTML, by the file's name; plain where that is too expensive.

        Lines are those of `split_lines`, which rendered Markdown numbers alike.
        """
        key = (_hash(text), path)
        if lines := self._lines.find(key):
            return lines
        marked = escape_lines(text)
        if len(text) <= HIGHLIGHT_LIMIT:
            with contextlib.suppress(TooExpensiveError):
                marked = self._run(JobKind.HIGHLIGHT, text, path, HIGHLIGHT_SHARE * self._deadline)
        lines = tuple(Markup(line) for line in marked)  # noqa: S704 - made safe by the highlighter
        self._lines.keep(key, lines, sum(map(len, lines)))
        return lines

    def _get_rendering(self, text: str, id_prefix: str) -> Rendering:
        if len(text) > self._text_limit:
            raise TooExpensiveError(
                f"This document has {len(text):,} characters; up to {self._text_limit:,} are rendered"
            )
        key = (_hash(text), id_prefix)
        known = self._renderings.find(key)
        if isinstance(known, Rendering):
            return known
        if known is not None and time.monotonic() < known:
            raise TooExpensiveError(_TOO_SLOW)
        try:
            rendering: Rendering = self._run(JobKind.MARKDOWN, text, id_prefix, self._deadline)
        except TooExpensiveError as error:
            if not isinstance(error.__cause__, NoWorkerError):
                self._renderings.keep(key, time.monotonic() + RETRY_AFTER, 100)
            raise
        self._renderings.keep(key, rendering, sum(map(len, rendering.parts)))
        return rendering

    def _run(self, kind: JobKind, text: str, argument: str, deadline: float) -> Any:
        try:
            return self._workers.run(kind, (text, argument), deadline=deadline)
        except JobFailedError as error:
            raise TooExpensiveError(_TOO_SLOW) from error


_TOO_SLOW = "Rendering this document takes too long or too much memory"
_EXTENSION = "tandemweb.markdown"
_creation = threading.Lock()


def get_renderer() -> MarkdownRenderer:
    """Answer the renderer of the current application; its workers start with the first document or `warm_up`."""
    with _creation:
        extensions = current_app.extensions
        if _EXTENSION not in extensions:
            extensions[_EXTENSION] = MarkdownRenderer()
        renderer: MarkdownRenderer = extensions[_EXTENSION]
        return renderer


def close_renderer(app: Flask) -> None:
    """End the workers of an application that stops serving."""
    if renderer := app.extensions.pop(_EXTENSION, None):
        renderer.close()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
