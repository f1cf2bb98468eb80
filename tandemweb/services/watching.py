"""Keeping the index up to date while a server runs: what changes on disk is read, and open pages hear of it."""

from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.domain.mission import Project
from tandemweb.services.changes import Broker


class Watcher:
    """Refreshes and watches projects in threads of its own between ``with`` and its end.

    Entering opens the index (so that readers find one) and returns at once; the first refresh of each project runs in
    the background. When another process holds the index's write lock, this one reads only and publishes the other's
    revisions; ``notices`` says so.
    """

    def __init__(self, data_folder: Path, broker: Broker, *, address: str = "") -> None:
        raise NotImplementedError

    def watch(self, project: Project) -> None:
        """Refresh the project soon and keep watching it; a project already watched is refreshed."""
        raise NotImplementedError

    def forget(self, slug: str) -> None:
        """Stop watching a project and remove it from the index."""
        raise NotImplementedError

    def list_notices(self) -> tuple[str, ...]:
        """Sentences for every page: that another process writes the index, that it was rebuilt, that it is read now."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError
