"""Missions and what they are made of, as they stand on disk.

Paths are relative to the project's work tree, separated by ``/``; names that are not UTF-8 hold surrogate escapes
(``os.fsdecode``) until the store replaces them. Times are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from tandemweb.domain.finding import Criterion, CriterionVerdict, Decision, Finding
from tandemweb.domain.problem import Problem


class Naming(StrEnum):
    PASCAL = "PascalCase"
    CAMEL = "camelCase"
    KEBAB = "kebab-case"
    SNAKE = "snake_case"


class Stage(StrEnum):
    """The two kinds of exchange."""

    PLANNING = "planning"
    EVALUATION = "evaluation"


class Author(StrEnum):
    CLAUDE = "claude"
    CODEX = "codex"
    GENERATOR = "generator"
    USER = "user"


class Role(StrEnum):
    """What a document is within its exchange."""

    INDEPENDENT = "independent"
    MERGED = "merged"
    REVIEW = "review"
    FINAL = "final"
    REPORT = "report"
    FEEDBACK = "feedback"
    PLACEHOLDER = "placeholder"


class DocumentKind(StrEnum):
    """What a file is, whatever exchange it belongs to."""

    DISCUSSION = "discussion"  # Claude-NN.md, Codex-NN.md of planning or of a round
    SPEC = "spec"
    REPORT = "report"  # Generator/Round-NN.md
    MANIFEST = "manifest"  # ChangedFiles-NN.txt
    EVALUATION = "evaluation"  # Evaluator/Round-NN.md
    FEEDBACK = "feedback"
    NOTE = "note"  # User-NN.md in a discussion: what the user told those who discuss
    SUMMARY = "summary"
    CONTEXT = "context"  # Planner.md, Generator.md, Evaluator.md, ClaudeEvaluatorPrompt.md of a root
    STATE = "state"
    CONFIG = "config"
    PLAN = "plan"  # plans/<feature>.md, PLAN.md
    REQUIREMENTS = "requirements"
    PLAN_REVIEW = "plan-review"
    RED_TEAM = "red-team"
    CODEX_REVIEW = "codex-review"  # review results as JSON
    CONSENSUS = "consensus"
    CONFIDENCE = "confidence"  # a plan or spec with each model's confidence
    PARALLEL_SPEC = "parallel-spec"  # SPEC.md of parallel implementations
    OTHER = "other"  # a readable file in a mission that no rule knows


class Readability(StrEnum):
    """How far a file's content could be read."""

    TEXT = "text"
    REPLACED = "replaced"  # not valid UTF-8; shown with U+FFFD
    TRUNCATED = "truncated"  # over the size limit; the beginning is indexed
    BINARY = "binary"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells without reading that a file is the one already known."""

    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Document:
    """One text file of an archive. ``round`` and ``step`` are numbers of its name (``Round-02``, ``Codex-01``)."""

    path: str
    kind: DocumentKind
    author: Author | None
    role: Role | None
    stage: Stage | None
    round: int | None
    step: int | None
    title: str
    readability: Readability
    stamp: FileStamp
    content_hash: str  # sha256 of the bytes, hexadecimal; "" when unreadable
    line_count: int
    verdict: str | None = None  # the document's own; PASS, PASS_WITH_GAPS, FAIL, BLOCKED or as written
    verdict_line: int | None = None
    approved: bool | None = None  # reviews only
    approved_line: int | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture or other binary under ``Assets/``. ``made_by``: ``gen`` or ``eval`` as in the file name."""

    path: str
    stamp: FileStamp
    round: int | None
    made_by: str | None
    slug: str
    locale: str | None


@dataclass(frozen=True, slots=True)
class MissionState:
    """``State.json``; words are kept as written, known or not."""

    phase: str | None = None
    round: int | None = None
    verdict: str | None = None
    generator_status: str | None = None
    evaluator_status: str | None = None
    user_feedback_round_count: int | None = None
    started_at: datetime | None = None
    updated_at: datetime | None = None
    completed_by: str | None = None
    unknown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArchiveRoot:
    """One ``TandemKit/``-like folder. ``slug`` is unique within the project and stands in URLs."""

    path: str
    slug: str
    naming: Naming
    project_name: str | None = None
    current_mission: str | None = None
    next_mission_number: int | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One planning discussion, or the evaluation discussion of one round, with its documents in order."""

    stage: Stage
    round: int
    documents: tuple[Document, ...]
    final_verdict: str | None = None
    criteria: tuple[CriterionVerdict, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Mission:
    """One numbered piece of work, read whole. ``documents`` holds every text file, those of exchanges too."""

    root: ArchiveRoot
    path: str
    name: str  # folder name, 003-AddDarkMode
    number: int | None
    title: str  # of the spec, else the folder name in words
    state: MissionState
    documents: tuple[Document, ...]
    exchanges: tuple[Exchange, ...]
    assets: tuple[Asset, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    decisions: tuple[Decision, ...] = ()
    changed_files: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # round -> paths of its manifest
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """A git checkout (or plain folder) that holds archives, as a person registered it."""

    slug: str
    name: str
    path: str  # absolute, resolved
    git_dir: str | None = None  # absolute; None where there is no repository
    common_dir: str | None = None  # shared by all worktrees of one repository
