"""Runs: background executions of stages, the agent steps in them, and what the agents said and asked.

Times are UTC, money is US dollars as the agent estimates it, tokens are counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tandemweb.domain.workflow import Limits


class RunStatus(StrEnum):
    """Where a run is. The last four are ends; only they may be shown without looking whether its process lives."""

    QUEUED = "queued"  # waits for a place, or for the work tree
    RUNNING = "running"
    WAITING = "waiting"  # an agent asked something
    PAUSED = "paused"  # between two steps, as a person wished
    ENDED = "ended"  # of a step: its process is gone, and it is judged when those that started with it have ended
    DONE = "done"  # came to its gate or end
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"  # cut off: its process is gone without having said how it ended

    @property
    def is_end(self) -> bool:
        return self in {RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.INTERRUPTED}


class RunMode(StrEnum):
    STEP = "step"  # one step, then stop
    STAGE = "stage"  # to the end of the stage
    AUTOPILOT = "autopilot"  # until it needs a person


class FailureKind(StrEnum):
    """Why a step failed, as far as it changes what a person can do about it."""

    RATE_LIMIT = "rate-limit"
    AUTHENTICATION = "authentication"
    BUDGET = "budget"
    TURNS = "turns"
    TIME = "time"
    API = "api"  # the service failed, or could not be reached
    CONTEXT = "context"  # more than the model takes at once
    MISSING = "missing"  # the agent's command line is not installed
    COMMAND = "command"  # it does not know the slash command, or refuses its arguments
    DENIED = "denied"  # tools were refused, so the work was not done
    OUTPUT = "output"  # the document is missing, empty, old, or not what the protocol asks
    ELSEWHERE = "elsewhere"  # files were changed that the step may not change
    SESSION = "session"  # not the conversation that was to be continued
    EXIT = "exit"  # any other exit status


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a person asked for, as it was then: nothing that changes later changes this run.

    Paths are absolute; ``mission_path`` is relative to the project, "" where the run belongs to no mission. The
    mappings are by step name: ``prompts`` (templates, filled in each time) and ``arguments`` (whole argument vectors)
    replace what the workflow says, as edited for this run; ``sessions`` names conversations to continue, ``messages``
    are what is said there, word for word, instead of the prompt. ``workflow_text`` is the whole workflow,
    ``first_step`` the step or group to begin with, ``round_limit`` how often autopilot may go round. ``goal`` and
    ``note`` are what the person says, ``parameters`` what the workflow asks for beside them. ``limits`` are those of
    the run as a whole, ``retry`` is whether it waits for the end of a rate limit.

    ``resumes`` is the id of a run that this one goes on from: its ``counters`` stand as they were then, the steps in
    ``finished`` of the group to begin with are done (by name, with their outcomes), and those in ``accepted`` are taken
    as they stand.
    """

    id: str
    project: str
    project_path: str
    root_path: str
    mission_path: str
    workflow: str
    workflow_text: str
    workflow_digest: str
    stage: str
    first_step: str
    mode: RunMode
    work_tree: str
    created_at: datetime
    prompts: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sessions: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    round_limit: int | None = None
    request_key: str = ""
    goal: str = ""
    note: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    retry: bool = False
    resumes: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)
    finished: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    is_rehearsal: bool = False  # a stand-in plays the agents


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one process. ``cost_usd`` is None where the agent does not tell (codex gives tokens only)."""

    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    turns: int | None = None


class EventKind(StrEnum):
    STARTED = "started"  # text: model, tools; the session id is in ``session_id``
    MESSAGE = "message"
    THINKING = "thinking"
    TOOL = "tool"  # a call: ``tool`` its name, text its input in short, detail the whole
    RESULT = "result"  # what a tool answered; ``is_error`` where it was refused or failed
    FILE = "file"  # ``path`` was written
    NOTICE = "notice"  # retries, warnings, stalls
    QUESTION = "question"
    ANSWER = "answer"
    END = "end"  # the agent's own last word on its turn


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One thing that an agent's stream told.

    ``number`` counts within the step from 1, ``offset`` is the byte of its line in the step's log.
    """

    number: int
    kind: EventKind
    at: datetime | None = None
    text: str = ""
    detail: str = ""
    tool: str = ""
    tool_id: str = ""
    path: str = ""
    session_id: str = ""
    parent_id: str = ""  # the tool call of a sub-agent that this belongs to
    is_error: bool = False
    offset: int = 0
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What an agent waits for. ``kind``: ``question`` (AskUserQuestion) or ``permission`` (any other tool)."""

    id: str  # of the control request
    run_id: str
    step: str
    kind: str
    tool: str
    asked_at: datetime
    input: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """What tells a process from a later one of the same number.

    ``started`` is in clock ticks since boot on Linux, elsewhere in seconds.
    """

    pid: int
    started: float
    boot_id: str = ""
    marker: str = ""  # TANDEMWEB_RUN in its environment


@dataclass(frozen=True, slots=True)
class StepRun:
    """One execution of a step. ``outcome`` is the gate's word, "" while it runs or when it failed."""

    number: int  # within the run, from 1
    name: str
    title: str
    agent: str
    folder: str  # within the run's folder
    started_at: datetime | None = None
    ended_at: datetime | None = None
    status: RunStatus = RunStatus.QUEUED
    outcome: str = ""
    failure: FailureKind | None = None
    reason: str = ""  # one sentence, and what to do
    exit_status: int | None = None
    session_id: str = ""
    usage: Usage = Usage()
    output: str = ""  # path in the project
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """``mission_path`` is "" for a run that belongs to none. ``waits_for`` names the user gate that it came to."""

    id: str
    project: str
    mission_path: str
    workflow: str
    stage: str
    mode: RunMode
    work_tree: str
    created_at: datetime
    status: RunStatus
    reason: str = ""
    waits_for: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seen_at: datetime | None = None
    steps: tuple[StepRun, ...] = ()
    questions: tuple[Question, ...] = ()
    usage: Usage = Usage()
    is_rehearsal: bool = False
