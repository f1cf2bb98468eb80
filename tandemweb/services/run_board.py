"""What all pages say about runs: how many are under way, what agents ask, and which ends nobody has seen.

It is kept in memory by the thread that watches the runs, so that no page asks for it.
"""

import re
import threading
from dataclasses import dataclass, replace
from datetime import datetime

from tandemweb.domain.run import Question, Run, RunStatus

TEXT_CHARACTERS = 300
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


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
    anchor: str  # of its form on the run's page


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

    def take_down(self, number: str) -> None:
        """Take away the notice of an end that a person has just seen."""
        with self._lock:
            left = tuple(run for run in self._notices.unseen if run.id != number)
            self._notices = replace(self._notices, unseen=left)

    def show(self, notices: RunNotices) -> bool:
        """Put up new notices; False where they are the same."""
        with self._lock:
            is_new = notices != self._notices
            self._notices = notices
            return is_new


def title_run(run: Run) -> str:
    """Give the title of a run: what it does to which mission."""
    mission = run.mission_path.rpartition("/")[2]
    stage = run.stage.replace("-", " ").capitalize() or run.workflow or run.id
    return f"{stage}: {mission}" if mission else stage


def name_anchor(question_id: str) -> str:
    """Name the place of a question on its page; agents choose ids as they like."""
    return f"question-{_UNSAFE.sub('-', question_id)[:80]}"


def describe_question(question: Question) -> str:
    """Give a question as one line."""
    asked = question.input.get("questions")
    texts = [one.get("question") for one in asked if isinstance(one, dict)] if isinstance(asked, list) else []
    told = " ".join(text for text in texts if isinstance(text, str)) or f"May it use {question.tool}?"
    line = " ".join(told.split())
    return line if len(line) <= TEXT_CHARACTERS else f"{line[: TEXT_CHARACTERS - 1]}…"
