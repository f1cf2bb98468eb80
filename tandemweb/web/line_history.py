"""Who wrote the lines of a file, remembered by commit and path: neither can change."""

from typing import cast

from flask import current_app

from tandemweb.domain.mission import Project
from tandemweb.history.blame_parsing import BlameRun
from tandemweb.history.opening import Repository
from tandemweb.services.blaming import read_affordable_blame
from tandemweb.store.database import Database
from tandemweb.web.markdown_cache import BoundedCache

CACHED_RUNS = 400_000  # of all files together
_EXTENSION = "tandemweb.blame"


def get_blame(
    index: Database, repository: Repository, project: Project, at: str, path: str, *, line_count: int
) -> tuple[BlameRun, ...]:
    """Give who wrote each line; known answers cost nothing. Raises NotFoundError, HistoryError."""
    cache = cast(
        "BoundedCache[tuple[BlameRun, ...]]",
        current_app.extensions.setdefault(_EXTENSION, BoundedCache(CACHED_RUNS)),
    )
    key = (project.common_dir or project.path, at, path)
    runs = cache.find(key)
    if runs is None:
        runs = read_affordable_blame(index, repository, project.slug, at, path, line_count=line_count)
        cache.keep(key, runs, len(runs))
    return runs
