"""Problems over all projects: what could not be understood, where, and which missions it concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.problem import Problem
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.revisions import get_project_id, next_revision
from tandemweb.store.values import contains_pattern


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    project: str | None = None
    code: str | None = None
    text: str = ""  # looked for in path and message
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """``root`` and ``mission`` are None for problems of the project itself. ``is_document``: the path has a page."""

    problem: Problem
    project: str
    project_name: str
    root: str | None
    mission: str | None
    is_document: bool = False


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """``codes`` counts problems per code under the other filters, most frequent first."""

    rows: tuple[ProblemRow, ...]
    total_count: int
    codes: tuple[tuple[str, int], ...]


def save_project_problems(index: Transaction, project: str, area: str, problems: Iterable[Problem]) -> None:
    """Replace the problems of one ``area`` of a project (such as ``archive``, ``documents``, ``history``)."""
    wanted = tuple(problems)
    project_id = get_project_id(index, project)
    saved = index.rows(
        """
        SELECT path, line, code, message FROM problems
        WHERE project_id = ? AND mission_id IS NULL AND area = ? ORDER BY id
        """,
        (project_id, area),
    )
    if wanted == tuple(Problem(*row) for row in saved):
        return
    next_revision(index, project)
    index.execute("DELETE FROM problems WHERE project_id = ? AND mission_id IS NULL AND area = ?", (project_id, area))
    _insert(index, project_id, None, area, wanted)


def save_mission_problems(index: Transaction, project_id: int, mission_id: int, problems: Iterable[Problem]) -> None:
    """Add the problems of a mission that has none, by row ids."""
    _insert(index, project_id, mission_id, "mission", problems)


def list_mission_problems(index: Database, mission_id: int) -> tuple[Problem, ...]:
    """Problems of one mission, by row id, in the order they were saved."""
    rows = index.rows("SELECT path, line, code, message FROM problems WHERE mission_id = ? ORDER BY id", (mission_id,))
    return tuple(Problem(*row) for row in rows)


def list_problems(index: Database, wanted: ProblemFilter) -> ProblemPage:
    """One page of problems by project, path and line, in two queries."""
    pattern = contains_pattern(wanted.text)
    codes = index.rows(
        r"""
        SELECT code, count(*) FROM problems JOIN projects ON projects.id = problems.project_id
        WHERE (projects.slug = ? OR ? IS NULL)
            AND (problems.path LIKE ? ESCAPE '\' OR message LIKE ? ESCAPE '\')
        GROUP BY code ORDER BY count(*) DESC, code
        """,
        (wanted.project, wanted.project, pattern, pattern),
    )
    rows = index.rows(
        r"""
        SELECT problems.path, problems.line, code, message, projects.slug AS project,
            projects.name AS project_name, archive_roots.slug AS root, missions.name AS mission,
            EXISTS (SELECT 1 FROM documents AS shown
                WHERE shown.project_id = problems.project_id AND shown.path = problems.path) AS is_document
        FROM problems JOIN projects ON projects.id = problems.project_id
        LEFT JOIN missions ON missions.id = problems.mission_id
        LEFT JOIN archive_roots ON archive_roots.id = missions.root_id
        WHERE (projects.slug = ? OR ? IS NULL) AND (code = ? OR ? IS NULL)
            AND (problems.path LIKE ? ESCAPE '\' OR message LIKE ? ESCAPE '\')
        ORDER BY projects.slug, problems.path, problems.line, problems.id LIMIT ? OFFSET ?
        """,
        (wanted.project, wanted.project, wanted.code, wanted.code, pattern, pattern, wanted.limit, wanted.offset),
    )
    counts = tuple((row[0], row[1]) for row in codes)
    total = sum(count for code, count in counts if wanted.code in (None, code))
    return ProblemPage(tuple(map(_problem_row, rows)), total, counts)


def _insert(
    index: Transaction, project_id: int, mission_id: int | None, area: str, problems: Iterable[Problem]
) -> None:
    index.execute_many(
        "INSERT INTO problems (project_id, mission_id, area, path, line, code, message) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (project_id, mission_id, area, problem.path, problem.line, problem.code, problem.message)
            for problem in problems
        ),
    )


def _problem_row(row: Row) -> ProblemRow:
    return ProblemRow(
        problem=Problem(row["path"], row["line"], row["code"], row["message"]),
        project=row["project"],
        project_name=row["project_name"],
        root=row["root"],
        mission=row["mission"],
        is_document=bool(row["is_document"]),
    )
