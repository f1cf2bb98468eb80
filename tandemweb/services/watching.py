"""Watching projects on disk: a change becomes a targeted refresh, and open pages hear of it."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.domain.mission import Project
from tandemweb.services.changes import Broker


class Watcher:
    """Keeps the index up to date in a thread of its own between ``with`` and its end.

    ``data_folder`` holds the index. When another process holds the index's write lock, this one only looks for that
    process's revisions and publishes ``EVERYTHING`` for each.
    """

    def __init__(self, data_folder: Path, projects: Sequence[Project], broker: Broker) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError
