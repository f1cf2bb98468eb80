"""Who wrote the lines of a file, remembered by commit and path: neither can change."""

from collections.abc import Hashable
from typing import Any, cast

from flask import current_app

from tandemweb.domain.mission import Project
from tandemweb.errors import NotFoundError
from tandemweb.history.blame_parsing import BlameRun
from tandemweb.history.contents import find_file_at, read_blob
from tandemweb.history.opening import Repository
from tandemweb.services.blaming import read_affordable_blame
from tandemweb.store.database import Database
from tandemweb.web.highlighting import split_lines
from tandemweb.web.markdown_cache import BoundedCache
from tandemweb.web.repositories import open_history

CACHED_RUNS = 400_000  # of all files together
CACHED_CHARACTERS = 32 * 1024 * 1024  # of rendered margins


def get_blame(index: Database, project: Project, at: str, path: str) -> tuple[BlameRun, ...]:
    """Give who wrote each line; known answers cost nothing. Raises NotFoundError, HistoryError."""
    cache = _get_cache("tandemweb.blame", CACHED_RUNS)
    key = (project.common_dir or project.path, at, path)
    runs = cast("tuple[BlameRun, ...] | None", cache.find(key))
    if runs is None:
        with open_history(project) as repository:
            line_count = len(read_lines(repository, at, path))
            runs = read_affordable_blame(index, repository, project.slug, at, path, line_count=line_count)
        cache.keep(key, runs, len(runs))
    return runs


def read_lines(repository: Repository, at: str, path: str) -> list[str]:
    """Read a file's lines as a commit holds them. Raises NotFoundError."""
    entry = find_file_at(repository, at, path)
    if entry is None or not entry.mode.startswith("100"):
        raise NotFoundError(f"There is no file {path} in commit {at[:12]}.")
    return split_lines(read_blob(repository, entry.oid).data.decode("utf-8", "replace"))


def find_rendered(key: Hashable) -> str | None:
    """Find a rendered margin; ``key`` holds the revision of the index, so that it is never an old one."""
    return cast("str | None", _get_cache("tandemweb.margins", CACHED_CHARACTERS).find(key))


def keep_rendered(key: Hashable, html: str) -> None:
    _get_cache("tandemweb.margins", CACHED_CHARACTERS).keep(key, html, len(html))


def _get_cache(name: str, limit: int) -> BoundedCache[Any]:
    return cast("BoundedCache[Any]", current_app.extensions.setdefault(name, BoundedCache(limit)))
