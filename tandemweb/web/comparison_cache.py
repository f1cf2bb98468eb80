"""What was read of a comparison, remembered: its commits are pinned, so that nothing of it can change."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app

from tandemweb.domain.chunk import FileChunks
from tandemweb.domain.comparison import Comparison, FileMatrix, FileRow
from tandemweb.domain.mission import Project
from tandemweb.errors import NotFoundError
from tandemweb.services.chunking import read_chunks
from tandemweb.services.comparing import read_matrix
from tandemweb.web.compared_view import FileView, PlannedFile, plan_file
from tandemweb.web.markdown_cache import BoundedCache
from tandemweb.web.repositories import open_history

Value = TypeVar("Value")
CACHED_ROWS = 40_000  # of all matrices together
CACHED_LINES = 1_000_000  # of all files that were taken apart


def get_matrix(project: Project, comparison: Comparison, *, with_counts: bool = False) -> FileMatrix:
    """Give the files that differ. One with counts that is known already also serves where none are asked for."""
    known = find_matrix(project, comparison)
    if known is not None:
        return known

    def read() -> FileMatrix:
        with open_history(project) as repository:
            return read_matrix(repository, comparison, with_counts=with_counts)

    return remember("tandemweb.matrices", CACHED_ROWS, (pin(project, comparison), with_counts), read, _weigh)


def find_matrix(project: Project, comparison: Comparison) -> FileMatrix | None:
    """Find the matrix with counts where they were made before."""
    cache = _get_cache("tandemweb.matrices", CACHED_ROWS)
    return cast("FileMatrix | None", cache.find((pin(project, comparison), True)))


def pin(project: Project, comparison: Comparison) -> tuple[str, ...]:
    """Name what a comparison is made of, for keys."""
    return (project.slug, comparison.base, *(side.oid for side in comparison.sides))


def get_chunks(project: Project, row: FileRow) -> FileChunks:
    """Give a file taken apart. Raises NotFoundError where a content is missing, HistoryError."""

    def read() -> FileChunks:
        with open_history(project) as repository:
            return read_chunks(repository, row)

    return remember("tandemweb.chunks", CACHED_LINES, _name_row(project, row), read, _count_lines)


def get_plan(project: Project, row: FileRow, view: FileView) -> PlannedFile:
    """Give the rows of a file as one looks at it. Raises NotFoundError where it is not made of lines."""

    def plan() -> PlannedFile:
        chunks = get_chunks(project, row)
        if not chunks.row.has_lines:
            raise NotFoundError(f"{row.path} is not made of lines, or of more than are shown.")
        return plan_file(chunks, view)

    key = (_name_row(project, row), view)
    return remember("tandemweb.plans", CACHED_LINES, key, plan, lambda plan: 1 + plan.row_count)


def _name_row(project: Project, row: FileRow) -> tuple[object, ...]:
    return (project.slug, row.versions)


def _count_lines(chunks: FileChunks) -> int:
    return 1 + sum(map(len, chunks.versions))


def _weigh(matrix: FileMatrix) -> int:
    return 1 + len(matrix.rows)


def remember(name: str, limit: int, key: object, make: Callable[[], Value], weigh: Callable[[Value], int]) -> Value:
    """Give what ``make`` made for ``key`` before, or let it make it now."""
    cache = _get_cache(name, limit)
    found = cast("Value | None", cache.find(key))
    if found is None:
        found = make()
        cache.keep(key, found, weigh(found))
    return found


def find_remembered(name: str, limit: int, key: object) -> Any:
    """Find what ``remember`` keeps for ``key``, None where there is nothing."""
    return _get_cache(name, limit).find(key)


def _get_cache(name: str, limit: int) -> BoundedCache[Any]:
    return cast("BoundedCache[Any]", current_app.extensions.setdefault(name, BoundedCache(limit)))
