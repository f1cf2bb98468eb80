"""A small broker inside the process: indexing says what changed, open pages hear of it.

Listeners hold no subscription that could leak: they ask for what came after the revision they know, and wait. A
listener that fell far behind, or knows a revision of an earlier process, is told that everything changed.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

EVERYTHING = "everything"
RUNS = "runs"  # a run began, ended, asked or came to another step: every page says something about that
KEPT_COUNT = 1000


def project_topic(project: str) -> str:
    return f"project:{project}"


def mission_topic(project: str, root: str, mission: str) -> str:
    return f"mission:{project}/{root}/{mission}"


def comparison_topic(number: int) -> str:
    """Name the topic of what people decide in a comparison."""
    return f"comparison:{number}"


def document_topic(project: str, path: str) -> str:
    """Name the topic of one document; ``path`` is relative to the project."""
    return f"document:{project}/{path}"


def run_topic(number: str) -> str:
    """Name the topic of all that happens in one run, each line that its agents print too."""
    return f"run:{number}"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since an earlier revision. A listener that meets ``EVERYTHING`` among the topics reloads."""

    revision: int
    topics: frozenset[str]


class Broker:
    """Hands changes from the threads that make them to the threads that wait for them."""

    def __init__(self) -> None:
        # Revisions of an earlier process are smaller than any of this one, so they are recognised as foreign.
        self._first = self._revision = time.time_ns() // 1_000_000
        self._kept: deque[Change] = deque(maxlen=KEPT_COUNT)
        self._condition = threading.Condition()
        self._closed = False
        self._troubles: dict[str, str] = {}

    @property
    def troubles(self) -> tuple[str, ...]:
        """What keeps the index from being brought up to date just now, as sentences for the top of every page."""
        with self._condition:
            return tuple(self._troubles.values())

    def note_trouble(self, project: str, trouble: str) -> None:
        """Say what keeps a project from being brought up to date, "" when nothing does any more; open pages hear it."""
        with self._condition:
            if self._troubles.get(project, "") == trouble:
                return
            self._troubles.pop(project, None)
            if trouble:
                self._troubles[project] = trouble
        self.publish({EVERYTHING})

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def is_closed(self) -> bool:
        return self._closed

    def publish(self, topics: Iterable[str]) -> int:
        """Tell all listeners; the answer is the new revision (the present one when there are no topics)."""
        named = frozenset(topics)
        with self._condition:
            if named:
                self._revision += 1
                self._kept.append(Change(self._revision, named))
                self._condition.notify_all()
            return self._revision

    def find_change(self, after: int | None, timeout: float) -> Change | None:
        """Wait up to ``timeout`` seconds for something newer than ``after``; None when there is nothing or on close.

        All changes since ``after`` come as one. ``after=None`` waits for the next change from now on.
        """
        with self._condition:
            known = self._revision if after is None else after
            self._condition.wait_for(lambda: self._closed or self._revision != known, timeout)
            return None if self._closed or self._revision == known else self._change_since(known)

    def close(self) -> None:
        """Wake every listener for the last time."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def _change_since(self, known: int) -> Change:
        oldest = self._kept[0].revision - 1 if self._kept else self._revision
        if not oldest <= known < self._revision:
            return Change(self._revision, frozenset({EVERYTHING}))
        topics = (change.topics for change in self._kept if change.revision > known)
        return Change(self._revision, frozenset().union(*topics))
