"""Problems over all projects: what could not be understood, where, and which missions it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.problem import Problem
from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    project: str | None = None
    code: str | None = None
    text: str = ""  # looked for in path and message
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """``root`` and ``mission`` are None for problems of the project itself."""

    problem: Problem
    project: str
    project_name: str
    root: str | None
    mission: str | None


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """``codes`` counts problems per code under the other filters, most frequent first."""

    rows: tuple[ProblemRow, ...]
    total_count: int
    codes: tuple[tuple[str, int], ...]


def save_project_problems(index: Transaction, project: str, area: str, problems: Iterable[Problem]) -> None:
    """Replace the problems of one ``area`` of a project (such as ``archive``, ``documents``, ``history``)."""
    raise NotImplementedError


def list_problems(index: Database, wanted: ProblemFilter) -> ProblemPage:
    raise NotImplementedError
