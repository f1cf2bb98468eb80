"""What all pages say about runs: how many are under way, what agents ask, and which ends nobody has seen.

It is kept in memory by the thread that watches the runs, so that no page asks for it.
"""

import threading
from dataclasses import dataclass
from datetime import datetime

from tandemweb.domain.run import RunStatus


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question or permission that a run waits for; ``text`` is one line of it, ``title`` names the run."""

    run_id: str
    id: str
    kind: str
    step: str
    title: str
    text: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class UnseenRun:
    """A run that ended, or came to a gate, while nobody looked."""

    id: str
    status: RunStatus
    title: str
    reason: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunNotices:
    """``active_count``: runs that are queued, running, waiting or paused."""

    active_count: int = 0
    questions: tuple[OpenQuestion, ...] = ()
    unseen: tuple[UnseenRun, ...] = ()

    @property
    def count(self) -> int:
        """How many runs are under way or want a person to look."""
        return self.active_count + len(self.unseen)


class RunBoard:
    """The present notices. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notices = RunNotices()

    @property
    def notices(self) -> RunNotices:
        with self._lock:
            return self._notices

    def show(self, notices: RunNotices) -> bool:
        """Put up new notices; False where they are the same."""
        with self._lock:
            is_new = notices != self._notices
            self._notices = notices
            return is_new
