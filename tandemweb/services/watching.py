"""Keeping the index up to date while a server runs: what changes on disk is read, and open pages hear of it.

One thread writes the index. It looks every second which projects are registered, so that one that is added in a page,
or by another process, is taken up without being told. Only one process writes an index: another one reads it, tells
its own pages what the first one changed, and takes over when that one ends.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.errors import TandemwebError
from tandemweb.services.changes import Broker, mission_topic, project_topic
from tandemweb.services.commits import refresh_history
from tandemweb.services.indexing import Progress, refresh_project
from tandemweb.services.link_refresh import refresh_links
from tandemweb.services.registering import list_registered
from tandemweb.services.touching import refresh_paths
from tandemweb.services.watch_lists import Touch
from tandemweb.services.watched_project import WatchedProject
from tandemweb.store.connections import IndexWriter, open_index_reader, open_index_writer
from tandemweb.store.documents import list_project_documents
from tandemweb.store.index_projects import forget_project, list_project_summaries, list_roots, save_indexed_project
from tandemweb.store.locks import IndexHeldError
from tandemweb.store.revisions import get_revision, list_changes

LOOK_SECONDS = 1.0
RETRY_SECONDS = 5.0
SETTLE_SECONDS = 2.0

log = logging.getLogger(__name__)


class Watcher:
    """Keeps the index of all registered projects up to date between ``with`` and its end.

    Entering opens the index (so that readers find one) and returns at once; everything else runs in threads. Raises
    StoreError when the data folder cannot be used. ``address`` is what another process tells its user about this one.
    """

    def __init__(self, data_folder: Path, broker: Broker, *, address: str = "") -> None:
        self._data_folder = data_folder
        self._broker = broker
        self._address = address
        self._writer: IndexWriter | None = None
        self._projects: dict[str, WatchedProject] = {}
        self._mend_after = 0.0
        self._wake = threading.Event()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tandemweb-watcher")

    def __enter__(self) -> Self:
        try:
            self._writer = open_index_writer(self._data_folder, address=self._address)
        except IndexHeldError as error:
            log.warning("%s This one only reads the index meanwhile.", error)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopping.set()
        self._wake.set()
        self._thread.join()

    def touch(self, project: str, paths: Iterable[str]) -> bool:
        """Have files of a project (by its slug) looked at at once; False where another process keeps the index."""
        watched = self._projects.get(project)
        if watched is not None:
            watched.touch(paths)
        return watched is not None

    def _run(self) -> None:
        try:
            writer = self._writer or self._follow()
            if writer:
                with writer:
                    self._keep(writer)
        finally:
            for watched in self._projects.values():
                watched.close()

    def _follow(self) -> IndexWriter | None:
        """Publish what the writing process changes until it ends; then give the right to write. None: stopped."""
        revision = self._read_revision()
        while not self._is_stopping.wait(LOOK_SECONDS):
            with suppress(IndexHeldError):
                return open_index_writer(self._data_folder, address=self._address)
            with suppress(TandemwebError), open_index_reader(self._data_folder) as index:
                changes = list_changes(index, revision)
                revision = changes.revision
                topics = {project_topic(slug) for slug in changes.projects}
                self._broker.publish(
                    topics | {mission_topic(change.project, change.root, change.mission) for change in changes.missions}
                )
        return None

    def _read_revision(self) -> int:
        with suppress(TandemwebError), open_index_reader(self._data_folder) as index:
            return get_revision(index)
        return 0

    def _keep(self, writer: IndexWriter) -> None:
        looked_at = 0.0
        while not self._is_stopping.is_set():
            self._wake.clear()
            if time.monotonic() - looked_at >= LOOK_SECONDS:
                self._mend_index(writer)
                self._adopt_projects(writer)
                looked_at = time.monotonic()
            for watched in list(self._projects.values()):
                self._refresh(writer, watched)
            self._wake.wait(LOOK_SECONDS)

    def _mend_index(self, writer: IndexWriter) -> None:
        """Begin a new index when a query met damage in this one, or somebody removed it; pages say so then."""
        fault = writer.find_fault()
        if not fault or time.monotonic() < self._mend_after:
            return
        self._mend_after = time.monotonic() + RETRY_SECONDS
        try:
            writer.rebuild(fault)
        except TandemwebError as error:
            log.warning("The index is damaged (%s) and could not be rebuilt: %s", fault, error)
            return
        log.warning("The index was damaged (%s) and is rebuilt from the archives.", fault)
        for watched in self._projects.values():
            watched.ask_for_whole()

    def _adopt_projects(self, writer: IndexWriter) -> None:
        """Take up projects that were registered, let go of those that no longer are."""
        try:
            registered = {project.slug: project for project in list_registered(self._data_folder)}
            for slug in self._projects.keys() - registered.keys():
                self._projects.pop(slug).close()
                self._broker.note_trouble(slug, "")
            with writer.transaction() as index:
                indexed = {summary.slug for summary in list_project_summaries(index)}
                gone, new = indexed - registered.keys(), registered.keys() - indexed
                for slug in gone:
                    forget_project(index, slug)
                for slug in new:  # to be there while those before it are read
                    save_indexed_project(index, registered[slug])
        except TandemwebError as error:
            log.warning("The registered projects could not be read: %s", error)
            return
        self._broker.publish({project_topic(slug) for slug in gone | new})
        for slug in registered.keys() - self._projects.keys():
            self._projects[slug] = WatchedProject(registered[slug], self._wake.set)

    def _refresh(self, writer: IndexWriter, watched: WatchedProject) -> None:
        is_whole, touch = watched.take()
        try:
            if is_whole or not self._refresh_touched(writer, watched, touch):
                self._refresh_whole(writer, watched)
        except _StoppedError:
            return
        except TandemwebError as error:
            log.warning("Project %s could not be refreshed: %s", watched.project.slug, error)
            self._try_again(watched, str(error))
        except Exception:  # a mistake of ours: the other projects go on, and this one is tried again
            log.exception("Project %s could not be refreshed", watched.project.slug)
            self._try_again(watched, "the log of tandemweb says why.")

    def _try_again(self, watched: WatchedProject, reason: str) -> None:
        name = watched.project.name
        self._broker.note_trouble(watched.project.slug, f"{name} is shown as it was before, not as it is now: {reason}")
        watched.ask_for_whole(RETRY_SECONDS)

    def _refresh_touched(self, writer: IndexWriter, watched: WatchedProject, touch: Touch) -> bool:
        """Refresh what a few changes belong to; False when the whole project has to be looked at."""
        if touch.has_git_moved:
            has_moved, _ = refresh_history(writer, watched.project)
            refresh_links(writer, watched.project)
            self._broker.publish({project_topic(watched.project.slug)} if has_moved else ())
        if not touch.paths:
            return True
        refresh = refresh_paths(writer, watched.project, touch.paths)
        if refresh and any(path.lower().endswith(".json") for path in touch.paths):
            # The checks of the whole archive look at states; the page of the mission need not wait for them.
            watched.ask_for_whole(SETTLE_SECONDS)
        self._broker.publish(refresh.topics if refresh else ())
        return refresh is not None

    def _refresh_whole(self, writer: IndexWriter, watched: WatchedProject) -> None:
        refresh = refresh_project(writer, watched.project, report=self._reporter(watched.project.slug))
        self._broker.publish(refresh.topics)
        self._broker.note_trouble(watched.project.slug, "")
        watched.note_seen(refresh.seconds)
        with writer.transaction() as index:
            roots = list_roots(index, watched.project.slug)
            documents = list_project_documents(index, watched.project.slug)
        watched.listen(roots, documents)

    def _reporter(self, slug: str) -> Callable[[Progress], None]:
        """Show what is read already while a long refresh goes on, and end it when the watcher is stopped."""
        told_at = time.monotonic()

        def report(progress: Progress) -> None:
            nonlocal told_at
            if self._is_stopping.is_set():
                raise _StoppedError
            if progress.done_count and time.monotonic() - told_at >= LOOK_SECONDS:
                self._broker.publish({project_topic(slug)})
                told_at = time.monotonic()

        return report


class _StoppedError(Exception):
    """Ends a refresh at a place where nothing is half done."""
