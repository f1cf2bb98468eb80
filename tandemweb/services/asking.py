"""Asking why of a file on disk: finding its project, and its lines in the last commit."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tandemweb.analysis.symbols import find_symbol
from tandemweb.domain.difference import LineKind
from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.contents import find_file_at, read_blob
from tandemweb.history.differences import read_content_difference
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.services.blaming import Contribution, cut_runs, list_contributions, read_affordable_blame
from tandemweb.services.folders import shadow_folder
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import list_registered, register_project
from tandemweb.services.why import LineStory, explain_lines
from tandemweb.store.connections import open_index_reader, open_index_writer
from tandemweb.store.locks import IndexHeldError
from tandemweb.store.repositories import get_repository_status

MOST_LINES = 400
FILE_LIMIT = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a file's lines ``first`` to ``last`` as they are on disk; of the whole file when both are None.

    ``stories`` count lines as commit ``at`` does. ``uncommitted`` are lines on disk that no commit holds.
    """

    project: Project
    path: str
    at: str
    first: int | None
    last: int | None
    stories: tuple[LineStory, ...] = ()
    uncommitted: tuple[int, ...] = ()
    contributions: tuple[Contribution, ...] = ()


def explain_file(
    data_folder: Path, file: Path, lines: tuple[int, int] | None = None, *, symbol: str | None = None
) -> Answer:
    """Explain lines of a file, or the definition of ``symbol``, or tell the whole file's history as missions.

    Brings the index of the file's project up to date first, unless a running server does that; a project that is not
    known yet is registered. Raises NotFoundError, InvalidRequestError, HistoryError.
    """
    target = Path(os.path.abspath(file))  # noqa: PTH100 - links in the project stay links
    project = _find_project(data_folder, target)
    with suppress(IndexHeldError), open_index_writer(data_folder) as writer:
        refresh_project(writer, project)
    path = str(target.relative_to(project.path))
    location = find_repository(Path(project.path))
    if location is None:
        raise NotFoundError(f"{project.path} is no git repository, so nobody knows who wrote a line.")
    with (
        open_index_reader(data_folder) as index,
        open_repository(location, shadow_folder(data_folder)) as repository,
    ):
        at = get_repository_status(index, project.slug).head_oid
        entry = find_file_at(repository, at, path) if at else None
        if at is None or entry is None or not entry.mode.startswith("100"):
            raise NotFoundError(f"No commit of the current branch holds {path}.")
        if lines is None and symbol is None:
            contributions = list_contributions(index, project.slug, path)
            return Answer(project, path, at, None, None, contributions=contributions)
        committed = read_blob(repository, entry.oid).data
        on_disk = _read(target, committed)
        first, last = lines or _find_lines(on_disk, symbol or "", path)
        places, uncommitted = _place(repository, committed, on_disk, first, last)
        text = committed.decode("utf-8", "replace").split("\n")
        blamed = read_affordable_blame(index, repository, project.slug, at, path, line_count=len(text))
        runs = [run for place in places for run in cut_runs(blamed, *place)]
        stories = explain_lines(index, repository, project.slug, runs, text)
    return Answer(project, path, at, first, last, stories, uncommitted)


def _find_project(data_folder: Path, file: Path) -> Project:
    """Find the innermost registered project that holds the file, else register the repository that does."""
    holding = [project for project in list_registered(data_folder) if file.is_relative_to(project.path)]
    if holding:
        return max(holding, key=lambda project: len(project.path))
    location = next(filter(None, (find_repository(folder) for folder in file.parents if folder.is_dir())), None)
    if location is None or location.work_tree is None:
        raise NotFoundError(f"{file} is in no git repository, so nobody knows who wrote a line.")
    return register_project(data_folder, location.work_tree)


def _read(file: Path, committed: bytes) -> bytes:
    if file.is_symlink() or not file.is_file() or file.stat().st_size > FILE_LIMIT:
        return committed  # what is not there, or not a file any more, is asked of as it was
    return file.read_bytes()


def _find_lines(content: bytes, symbol: str, path: str) -> tuple[int, int]:
    found = find_symbol(content.decode("utf-8", "replace").split("\n"), symbol)
    if found is None:
        raise NotFoundError(f"Nothing in {path} looks like the definition of {symbol!r}.")
    return found


def _place(
    repository: Repository, committed: bytes, on_disk: bytes, first: int, last: int
) -> tuple[Sequence[tuple[int, int]], tuple[int, ...]]:
    """Find where lines on disk stand in the commit, as ranges, and which stand nowhere."""
    count = len(on_disk.splitlines())
    if first < 1 or first > last or first > count:
        raise InvalidRequestError(f"The file has {count} lines; ask for one of them, or for two as in 5-9.")
    numbers = _map_lines(repository, committed, on_disk, first, min(last, count, first + MOST_LINES - 1))
    uncommitted = tuple(number for number, old in numbers.items() if old is None)
    ranges: list[tuple[int, int]] = []
    for old in filter(None, numbers.values()):
        if ranges and ranges[-1][1] + 1 == old:
            ranges[-1] = (ranges[-1][0], old)
        else:
            ranges.append((old, old))
    return ranges, uncommitted


def _map_lines(
    repository: Repository, committed: bytes, on_disk: bytes, first: int, last: int
) -> dict[int, int | None]:
    wanted = range(first, last + 1)
    if committed == on_disk:
        return {number: number for number in wanted}
    hunks = read_content_difference(repository, committed, on_disk).hunks
    added = {line.new_number for hunk in hunks for line in hunk.lines if line.kind is LineKind.ADDED}
    kept = {
        line.new_number: line.old_number
        for hunk in hunks
        for line in hunk.lines
        if line.kind is LineKind.CONTEXT and line.new_number
    }
    numbers: dict[int, int | None] = {}
    for number in wanted:
        before = [hunk for hunk in hunks if hunk.new_start + hunk.new_count <= number]
        shift = sum(hunk.old_count - hunk.new_count for hunk in before)
        numbers[number] = None if number in added else kept.get(number, number + shift)
    return numbers
