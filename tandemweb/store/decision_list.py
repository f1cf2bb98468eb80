"""Key decisions as pages list them, with what each replaces and what took its place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tandemweb.domain.decision import DecisionSource, KeyDecision, Quote
from tandemweb.domain.search import Term
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Row
from tandemweb.store.search_match import render_match
from tandemweb.store.values import contains_pattern, read_json, read_strings, read_time, write_json

_FROM = """
    FROM key_decisions JOIN missions ON missions.id = mission_id
    JOIN archive_roots ON archive_roots.id = missions.root_id JOIN projects ON projects.id = missions.project_id
"""
_ANY = "1"


@dataclass(frozen=True, slots=True)
class DecisionLink:
    """The decision on the other side of a supersession."""

    key: str
    title: str
    source: DecisionSource
    root: str
    mission: str
    reason: str
    score: float  # 0..1


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision with where and when it was taken, what it replaces, and what took its place."""

    decision: KeyDecision
    project: str
    project_name: str
    root: str
    mission: str
    mission_title: str
    decided_at: datetime | None
    supersedes: tuple[DecisionLink, ...] = ()
    superseded_by: tuple[DecisionLink, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """What to list. ``file`` is a part of a path; ``after`` and ``before`` are the beginning of ISO 8601 times."""

    project: str | None = None
    mission: str | None = None
    source: DecisionSource | None = None
    file: str = ""
    after: str = ""
    before: str = ""
    terms: tuple[Term, ...] = ()
    only_superseded: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class DecisionPage:
    rows: tuple[DecisionRow, ...]
    total_count: int


def list_decisions(index: Database, wanted: DecisionFilter) -> DecisionPage:
    """List decisions, those of the newest mission first, in the mission's own order; four queries."""
    conditions, parameters = _conditions(wanted)
    everything = "FROM key_decisions" if conditions == _ANY else _FROM
    total = index.value(f"SELECT count(*) {everything} WHERE {conditions}", parameters)
    rows = _list_rows(
        index,
        f"{conditions} ORDER BY decided_at DESC, missions.number DESC, mission_id, position LIMIT ? OFFSET ?",
        [*parameters, wanted.limit, wanted.offset],
    )
    return DecisionPage(rows, total)


def get_decision(index: Database, project: str, key: str) -> DecisionRow:
    """Raise NotFoundError for a key that the project does not have."""
    rows = _list_rows(index, "projects.slug = ? AND key = ? LIMIT 1", [project, key])
    if not rows:
        raise NotFoundError(f"There is no decision {key!r} in project {project!r}.")
    return rows[0]


def list_dated_decisions(index: Database, project: str) -> list[tuple[str, KeyDecision]]:
    """Give all decisions of a project with their missions' paths, the oldest mission first."""
    rows = index.rows(
        f"""
        SELECT missions.path AS mission_path, key_decisions.* {_FROM} WHERE projects.slug = ?
        ORDER BY coalesce(missions.started_at, missions.updated_at, ''), missions.number, missions.path,
            source = 'summary', source = 'feedback', position
        """,
        (project,),
    )
    return [(row["mission_path"], _read_decision(row)) for row in rows]


def _conditions(wanted: DecisionFilter) -> tuple[str, list[Any]]:
    found: list[tuple[str, list[Any]]] = [(_ANY, [])]
    if wanted.project:
        found.append(("projects.slug = ?", [wanted.project]))
    if wanted.mission:
        found.append(("missions.name = ?", [wanted.mission]))
    if wanted.source:
        found.append(("key_decisions.source = ?", [wanted.source]))
    if wanted.file:
        pattern = contains_pattern(wanted.file)
        found.append(
            (r"(key_decisions.files LIKE ? ESCAPE '\' OR key_decisions.path LIKE ? ESCAPE '\')", [pattern] * 2)
        )
    if wanted.after:
        found.append(("decided_at >= ?", [wanted.after]))
    if wanted.before:
        found.append(("decided_at < ?", [wanted.before]))
    if wanted.only_superseded:
        found.append(
            ("EXISTS (SELECT 1 FROM supersessions AS s WHERE s.project_id = projects.id AND earlier = key)", [])
        )
    if wanted.terms:
        found.append(
            (
                """EXISTS (
                    SELECT 1 FROM search_items AS i WHERE i.mission_id = key_decisions.mission_id AND kind = 'decision'
                    AND i.key = key_decisions.key
                    AND i.id IN (SELECT rowid FROM document_texts WHERE document_texts MATCH ?)
                )""",
                [render_match(wanted.terms, ()).anywhere],
            )
        )
    return " AND ".join(condition for condition, _ in found), [value for _, given in found for value in given]


def _list_rows(index: Database, conditions: str, parameters: Sequence[Any]) -> tuple[DecisionRow, ...]:
    rows = index.rows(
        f"""
        SELECT key_decisions.*, projects.slug AS project, projects.name AS project_name, archive_roots.slug AS root,
            missions.name AS mission, missions.title AS mission_title
        {_FROM} WHERE {conditions}
        """,
        parameters,
    )
    keys = write_json({row["key"] for row in rows})
    later = _list_links(index, keys, "earlier", "later")
    earlier = _list_links(index, keys, "later", "earlier")
    return tuple(
        DecisionRow(
            _read_decision(row),
            row["project"],
            row["project_name"],
            row["root"],
            row["mission"],
            row["mission_title"],
            read_time(row["decided_at"]),
            tuple(earlier[row["project"], row["key"]]),
            tuple(later[row["project"], row["key"]]),
        )
        for row in rows
    )


def _list_links(index: Database, keys: str, near: str, far: str) -> defaultdict[tuple[str, str], list[DecisionLink]]:
    found = defaultdict(list)
    for row in index.rows(
        f"""
        SELECT projects.slug AS project, supersessions.{near} AS near, supersessions.{far} AS far,
            key_decisions.title, source,
            archive_roots.slug AS root, missions.name AS mission, reason, score
        FROM projects CROSS JOIN supersessions ON supersessions.project_id = projects.id
        CROSS JOIN key_decisions ON key_decisions.key = supersessions.{far}
        CROSS JOIN missions ON missions.id = key_decisions.mission_id AND missions.project_id = projects.id
        CROSS JOIN archive_roots ON archive_roots.id = missions.root_id
        WHERE supersessions.{near} IN (SELECT value FROM json_each(?)) ORDER BY score DESC, supersessions.{far}
        """,  # noqa: S608 the two names are literals of this module
        (keys,),
    ):
        link = DecisionLink(
            row["far"],
            row["title"],
            DecisionSource(row["source"]),
            row["root"],
            row["mission"],
            row["reason"],
            row["score"],
        )
        found[row["project"], row["near"]].append(link)
    return found


def _read_decision(row: Row) -> KeyDecision:
    return KeyDecision(
        key=row["key"],
        source=DecisionSource(row["source"]),
        title=row["title"],
        text=row["text"],
        rationale=row["rationale"],
        alternatives=read_strings(row["alternatives"]),
        path=row["path"],
        line=row["line"],
        end_line=row["end_line"],
        round=row["round"],
        won_by=row["won_by"],
        quotes=tuple(Quote(*quote) for quote in read_json(row["quotes"])),
        files=read_strings(row["files"]),
    )
