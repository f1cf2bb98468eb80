"""Workflows as data: named steps, who does each, what it reads and writes, and who moves on.

A workflow is a graph of steps. A step ends with an outcome word that its gate gives (``done``, ``approved``, ``FAIL``,
…); ``next`` leads from the word to what follows: the name of a step or group, ``user:<gate>`` where a person decides,
or ``end``. Steps of one ``group`` start together and the group is left when all of them have ended.

Paths and prompts are templates: ``{name}`` stands for a document of the workflow, a shared text, a parameter, a
counter, or one of the words in ``PLACEHOLDERS``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

USER = "user:"  # before the name of a gate
END = "end"
ANY = "*"  # any other outcome
UNAVAILABLE = "unavailable"  # the outcome of a step whose agent cannot be had, where the workflow goes on without it
STUCK = "stuck"
FAILED = "failed"  # the outcome of a step that failed, where the workflow goes on all the same
NEXT = "next"  # of a counter
NOTHING = "nothing"  # of ``work_tree_at``

# What every template may name beside the workflow's own documents, texts, parameters and counters.
PLACEHOLDERS = {
    "root": "the archive root, relative to the work tree",
    "mission": "the mission folder, relative to the work tree",
    "mission-name": "the name of the mission folder",
    "goal": "what the user wants, as a quotation",
    "note": "what the user said for this run, as a quotation",
    "inputs": "a list of the step's input documents that are there",
    "output": "the document that the step writes",
    "work-tree": "the absolute path of the work tree",
    "reason": "why an agent cannot be had, for the text that stands for its document",
}


class AgentKind(StrEnum):
    CLAUDE = "claude"
    CODEX = "codex"
    COMMAND = "command"  # any argument vector
    TANDEMWEB = "tandemweb"  # no process: an action of this program


class Access(StrEnum):
    """What a step may do."""

    READ_ONLY = "read-only"
    DOCUMENTS = "documents"  # run anything, but write its own documents only
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

    ``prompt`` is a template; ``inputs`` are the documents that it reads (with ``?`` at the end where it may be missing,
    with ``*`` for several), ``output`` is the one that it must write and ``companions`` are further ones, ``places``
    folders that it may write to. ``argv`` is the argument vector of a ``command``, ``action`` what tandemweb does
    itself. ``gate`` names the function that gives the outcome word, ``next`` says what follows on each word (``*`` is
    any other), ``repeat_limit`` how often the step may run in one round before the outcome is ``stuck``.

    ``counters`` are set before the step: to a number, to ``next`` (one more, unless the step's output with the present
    number is still to be written), or to ``next:document`` (the same with another document of the workflow).
    ``begins`` and ``ends`` name what State.json says from then on, ``ends`` by outcome. ``placeholder`` is the text
    that stands for the document when the agent cannot be had; the outcome is then ``unavailable``. ``slash_command`` is
    what the agent must know. ``work_tree`` names an isolated one, "" is the run's. ``work_tree_at`` makes it one that
    ends with the run: a detached work tree at a commit, or ``nothing``: an empty folder that belongs to no repository.
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
    companions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    delivery: Delivery = Delivery.FILE
    argv: tuple[str, ...] = ()
    action: str = ""
    model: str = ""
    effort: str = ""
    allowed_tools: tuple[str, ...] = ()  # claude's --allowedTools
    asks: bool = False  # its questions and permission requests are put to the user
    slash_command: str = ""
    work_tree: str = ""
    work_tree_at: str = ""
    gate: str = "written"
    next: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""
    ends: Mapping[str, str] = field(default_factory=dict)
    placeholder: str = ""
    repeat_limit: int | None = None
    limits: Limits = Limits()

    @property
    def node(self) -> str:
        """What ``next`` calls it: its group where it is in one."""
        return self.group or self.name


@dataclass(frozen=True, slots=True)
class UserGate:
    """A place where a person decides: ``choices`` leads from the word to what follows."""

    name: str
    title: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage that a button starts: the step or group it begins with, and the mission phases it fits (none: any)."""

    name: str
    title: str
    first: str
    phases: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a person gives for a run beside goal and note: a focus, a command, a branch."""

    name: str
    title: str
    default: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """``text`` is the TOML it was read from, ``digest`` its sha256, which a trust is bound to.

    ``needs_mission``: it works on a mission folder and writes State.json. ``documents`` and ``texts`` are named
    templates of paths and of parts of prompts.
    """

    name: str
    title: str
    description: str
    stages: tuple[StageEntry, ...]
    steps: tuple[Step, ...]
    gates: tuple[UserGate, ...] = ()
    needs_mission: bool = True
    documents: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    source: WorkflowSource = WorkflowSource.SHIPPED
    text: str = ""
    digest: str = ""

    def list_members(self, node: str) -> tuple[Step, ...]:
        """List what starts together under this name: the steps of a group, or one; nothing where there is none."""
        return tuple(step for step in self.steps if step.node == node)

    def find_step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def find_gate(self, name: str) -> UserGate | None:
        return next((gate for gate in self.gates if gate.name == name), None)

    def find_stage(self, name: str) -> StageEntry | None:
        return next((stage for stage in self.stages if stage.name == name), None)
