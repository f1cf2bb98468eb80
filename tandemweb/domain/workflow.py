"""Workflows as data: named steps, who does each, what it reads and writes, and who moves on.

A workflow is a graph of steps. A step ends with an outcome word that its gate gives (``done``, ``approved``, ``FAIL``,
…); ``next`` leads from the word to what follows: the name of a step or group, ``user:<gate>`` where a person decides,
or ``end``. Steps of one ``group`` start together and the group is left when all of them have ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AgentKind(StrEnum):
    CLAUDE = "claude"
    CODEX = "codex"
    COMMAND = "command"  # any argument vector


class Access(StrEnum):
    """What a step may do."""

    READ_ONLY = "read-only"
    WRITE = "write"  # to the work tree of the run


class Delivery(StrEnum):
    """How a step's document comes to be."""

    FILE = "file"  # the agent writes the file itself
    MESSAGE = "message"  # the agent's last message becomes the file
    NOTHING = "nothing"


class WorkflowSource(StrEnum):
    SHIPPED = "shipped"
    USER = "user"
    PROJECT = "project"  # of a repository: offered, and used only after it was trusted


@dataclass(frozen=True, slots=True)
class Limits:
    """None: no limit. ``stall_seconds`` is how long an agent may be silent before a notice."""

    seconds: float | None = None
    turns: int | None = None
    budget_usd: float | None = None
    stall_seconds: float | None = 600


@dataclass(frozen=True, slots=True)
class Step:
    """``session`` is "" for a fresh one, else the name of the step whose conversation is continued.

    ``prompt`` is a template; ``inputs`` are the documents that it names, ``output`` the one that it must write, each a
    path with placeholders. ``argv`` is the argument vector of a ``command``. ``gate`` names the function that gives the
    outcome word, ``next`` says what follows on each word (``*`` is any other), ``repeat_limit`` how often the step may
    run in one round before the outcome is ``stuck``.
    """

    name: str
    title: str
    stage: str
    agent: AgentKind
    role: str = ""
    group: str = ""
    access: Access = Access.READ_ONLY
    session: str = ""
    prompt: str = ""
    inputs: tuple[str, ...] = ()
    output: str = ""
    delivery: Delivery = Delivery.FILE
    argv: tuple[str, ...] = ()
    model: str = ""
    effort: str = ""
    allowed_tools: tuple[str, ...] = ()  # claude's --allowedTools
    gate: str = "written"
    next: Mapping[str, str] = field(default_factory=dict)
    repeat_limit: int | None = None
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class UserGate:
    """A place where a person decides: ``choices`` leads from the word to what follows."""

    name: str
    title: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage that a button starts: the step or group it begins with, and the mission phases it fits ("" is none)."""

    name: str
    title: str
    first: str
    phases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """``text`` is the TOML it was read from, ``digest`` its sha256, which a trust is bound to."""

    name: str
    title: str
    description: str
    stages: tuple[StageEntry, ...]
    steps: tuple[Step, ...]
    gates: tuple[UserGate, ...] = ()
    source: WorkflowSource = WorkflowSource.SHIPPED
    text: str = ""
    digest: str = ""
