"""What the page of a run is made of: its steps as views, side by side where they ran at the same time.

Pure, apart from the addresses. What agents wrote is cleaned by the template filter ``output`` or by ``run_events``.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tandemweb.domain.run import FailureKind, Run, RunMode, RunStatus, StepRun
from tandemweb.domain.workflow import AgentKind, Limits
from tandemweb.services.run_details import RunDetail
from tandemweb.web.run_events import EventEntry

STATUS_WORDS = {
    RunStatus.QUEUED: "queued",
    RunStatus.RUNNING: "running",
    RunStatus.WAITING: "asks you",
    RunStatus.PAUSED: "paused",
    RunStatus.ENDED: "ended",
    RunStatus.DONE: "done",
    RunStatus.FAILED: "failed",
    RunStatus.CANCELLED: "stopped",
    RunStatus.INTERRUPTED: "cut off",
}
MODE_WORDS = {
    RunMode.STEP: "one step",
    RunMode.STAGE: "to the end of the stage",
    RunMode.AUTOPILOT: "goes on until it needs you",
}
FAILURE_TITLES = {
    FailureKind.RATE_LIMIT: "The limit of the account is reached",
    FailureKind.AUTHENTICATION: "The agent is not logged in",
    FailureKind.BUDGET: "The budget is spent",
    FailureKind.TURNS: "The limit of turns is reached",
    FailureKind.TIME: "The time is over",
    FailureKind.API: "The service failed",
    FailureKind.MISSING: "The agent is not installed",
    FailureKind.COMMAND: "The agent does not take the command",
    FailureKind.DENIED: "Tools were refused",
    FailureKind.OUTPUT: "The document is not what the protocol asks",
    FailureKind.ELSEWHERE: "Other files were changed",
    FailureKind.SESSION: "Another conversation",
    FailureKind.EXIT: "The agent failed",
}


@dataclass(frozen=True, slots=True)
class RunPlace:
    """What a run belongs to. ``is_known``: its project is registered; addresses are None where there is no page."""

    project_name: str
    is_known: bool
    mission: str = ""
    mission_address: str | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a list."""

    run: Run
    title: str
    place: RunPlace
    seconds: float | None
    is_unseen: bool


@dataclass(frozen=True, slots=True)
class WrittenFile:
    path: str
    address: str | None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with what is shown of it.

    ``is_shown``: its events are on this page, a window of them that is the end of its log when ``is_tail``.
    ``seconds`` is None while it goes on, and the page counts. ``environment`` names variables, ``errors`` is stderr,
    ``problem`` says why there are no events. ``template`` is the prompt as it was edited for this run, "" where it was
    not; ``has_own_command`` whether the command was.
    """

    step: StepRun
    address: str
    limits: Limits = field(default_factory=Limits)
    seconds: float | None = None
    progress: str = ""
    is_shown: bool = False
    is_tail: bool = False
    entries: tuple[EventEntry, ...] = ()
    event_count: int = 0
    older_count: int = 0
    older_address: str | None = None
    newer_address: str | None = None
    files: tuple[WrittenFile, ...] = ()
    output_address: str | None = None
    command: str = ""
    cwd: str = ""
    environment: tuple[str, ...] = ()
    prompt: str = ""
    template: str = ""
    has_own_command: bool = False
    errors: str = ""
    problem: str = ""
    has_log: bool = False

    @property
    def is_running(self) -> bool:
        return not self.step.status.is_end

    @property
    def word(self) -> str:
        return self.step.outcome or STATUS_WORDS[self.step.status]

    @property
    def output_words(self) -> str:
        """Say what its document is to it: of a step without an outcome nobody knows whether it is there."""
        if self.is_running:
            return "writes"
        return "its document" if self.step.outcome else "was to write"

    @property
    def failure_title(self) -> str:
        return FAILURE_TITLES.get(self.step.failure, "") if self.step.failure else ""


def make_request_key(*parts: str) -> str:
    """Name one press of a button by what its page shows, the newest run among it.

    Who sees the same and presses the same button, in whatever browser, asks for the same run. Once it has begun, pages
    show it, and their buttons ask for the next one.
    """
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def pair_steps(views: Sequence[StepView]) -> tuple[tuple[StepView, ...], ...]:
    """Put steps that ran at the same time into one row, Claude left and Codex right."""
    rows: list[list[StepView]] = []
    for view in views:
        if rows and all(_overlap(other.step, view.step) for other in rows[-1]):
            rows[-1].append(view)
        else:
            rows.append([view])
    return tuple(tuple(sorted(row, key=_side)) for row in rows)


def _overlap(earlier: StepRun, later: StepRun) -> bool:
    if earlier.started_at is None or later.started_at is None:
        return False
    return earlier.ended_at is None or later.started_at < earlier.ended_at


def _side(view: StepView) -> tuple[int, int]:
    order = {AgentKind.CLAUDE: 0, AgentKind.CODEX: 2}
    return order.get(view.step.agent, 1), view.step.number  # type: ignore[call-overload]  # a word is equal to its enum


def choose_shown(steps: Iterable[StepRun], chosen: int | None) -> frozenset[int]:
    """Say whose events a page shows: the chosen step's, else those of all that run, else of the last that ran."""
    listed = list(steps)
    if chosen is not None:
        return frozenset({chosen})
    begun = [step for step in listed if step.started_at is not None]
    active = frozenset(step.number for step in begun if not step.status.is_end)
    return active or frozenset(_list_last(begun))


def _list_last(begun: Sequence[StepRun]) -> list[int]:
    last = begun[-1:]
    while last and len(begun) > len(last) and _overlap(begun[-len(last) - 1], last[0]):
        last = begun[-len(last) - 1 :]
    return [step.number for step in last]


def list_actions(detail: RunDetail, *, has_session: bool, has_mission: bool) -> tuple[str, ...]:
    """Say which buttons the run has now: go-on, pause, stop, mission, again, resume; stopping, where that is wanted."""
    status = detail.run.status
    if status.is_end:
        is_cut = status is not RunStatus.DONE and bool(detail.run.steps)
        words = (("again", is_cut), ("mission", has_mission), ("resume", has_session))
        return tuple(word for word, is_there in words if is_there)
    if detail.is_stop_wanted:
        return ("stopping",)
    is_waiting = detail.is_pause_wanted or status is RunStatus.PAUSED
    return ("go-on" if is_waiting else "pause", "stop")
