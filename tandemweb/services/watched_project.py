"""One project while it is watched: what is pending for it, when it was looked at, and who listens to its folders."""

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tandemweb.domain.mission import ArchiveRoot, Document, Project
from tandemweb.history.repository import find_repository
from tandemweb.services.folder_watch import FolderWatch
from tandemweb.services.watch_lists import Touch, WatchList, interpret_changes, list_watched

# Seconds after which a project is looked at whole, whatever the operating system told; longer where that takes long.
ROUTINE, ROUTINE_FACTOR = 60.0, 50.0
# The same where nothing tells of changes.
POLLING, POLLING_FACTOR = 2.0, 10.0
NEVER = float("inf")
NOTHING = WatchList(frozenset(), frozenset())


class WatchedProject:
    """Gathers what changed in one project until it is taken. Safe to use from several threads."""

    def __init__(self, project: Project, wake: Callable[[], None]) -> None:
        self.project = project
        self._wake = wake
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._has_git_moved = False
        self._due_at = 0.0
        self._seen_at, self._seconds = 0.0, 0.0
        self._watched = NOTHING
        self._listens_since = 0.0
        self._is_deaf = self._is_outdated = False
        self._watches: list[FolderWatch] = []

    def take(self) -> tuple[bool, Touch]:
        """Take what is pending: whether to look at the whole project, and what changed otherwise."""
        with self._lock:
            is_whole = time.monotonic() >= min(self._due_at, self._routine_at())
            if is_whole:
                self._due_at = NEVER
            touch = Touch(frozenset(self._paths), self._has_git_moved)
            self._paths.clear()
            self._has_git_moved = False
        return is_whole, touch

    @property
    def is_settled(self) -> bool:
        """Whether all folders are listened to, and nothing is pending."""
        with self._lock:
            return bool(self._watches) and all(w.is_ready for w in self._watches) and self._due_at == NEVER

    def ask_for_whole(self, delay: float = 0.0) -> None:
        """Have the whole project looked at in ``delay`` seconds."""
        with self._lock:
            self._due_at = min(self._due_at, time.monotonic() + delay)
        self._wake()

    def touch(self, paths: Iterable[str]) -> None:
        """Have files (relative to the project) looked at now, whether or not the operating system tells of them."""
        with self._lock:
            self._paths |= set(paths)
        self._wake()

    def note_seen(self, seconds: float) -> None:
        """Note that the whole project was looked at, which took so many seconds."""
        self._seen_at, self._seconds = time.monotonic(), seconds

    def listen(self, roots: Iterable[ArchiveRoot], documents: Iterable[Document]) -> None:
        """Listen to what there is to listen to now; nothing happens when that is what is listened to already."""
        wanted = list_watched(self.project, roots, documents, find_repository(Path(self.project.path)))
        is_hopeless = self._is_deaf and time.monotonic() - self._listens_since < ROUTINE
        if wanted == self._watched and not self._is_outdated and (is_hopeless or not self._is_deaf):
            return
        self.close()
        self._watched, self._listens_since = wanted, time.monotonic()
        self._is_deaf = self._is_outdated = False
        for folders, is_deep in ((wanted.deep, True), (wanted.flat, False)):
            if folders:
                self._watches.append(
                    FolderWatch(
                        folders,
                        is_deep=is_deep,
                        on_changes=self._take_in,
                        on_ready=self.ask_for_whole,
                        on_failure=self._go_deaf,
                    )
                )

    def close(self) -> None:
        """Stop listening; ends the threads."""
        for watch in self._watches:
            watch.close()
        self._watches.clear()
        self._watched = NOTHING

    def _routine_at(self) -> float:
        least, factor = (POLLING, POLLING_FACTOR) if self._is_deaf else (ROUTINE, ROUTINE_FACTOR)
        return self._seen_at + max(least, factor * self._seconds)

    def _take_in(self, paths: set[str]) -> None:
        touch = interpret_changes(paths, self.project, find_repository(Path(self.project.path)))
        with self._lock:
            self._paths |= touch.paths
            self._has_git_moved |= touch.has_git_moved
        if not paths.isdisjoint(self._watched.deep | self._watched.flat | {self.project.path}):
            # A watched folder that went, or stands there anew, has nobody listening to it any more.
            self._is_outdated = True
            self.ask_for_whole()
        elif touch.paths or touch.has_git_moved:
            self._wake()

    def _go_deaf(self) -> None:
        self._is_deaf = True
        self._wake()
