"""Operators of a query as conditions on what ``search`` joins: documents, items, missions, projects."""

from collections.abc import Iterable
from typing import Any

from tandemweb.domain.mission import DocumentKind
from tandemweb.domain.search import Narrowing, SearchField, SearchKind
from tandemweb.store.values import contains_pattern

FIRST_ITEM = 2**40  # ids of search_items begin above it, those of documents stay below
EVERYTHING = (0, 2**63 - 1)
BOUNDS = {"search_items": (FIRST_ITEM, 2**63 - 1), "documents": (0, FIRST_ITEM - 1)}
JOINS = """
    LEFT JOIN documents ON documents.id = found.rowid
    LEFT JOIN search_items AS items ON items.id = found.rowid
    LEFT JOIN missions ON missions.id = coalesce(documents.mission_id, items.mission_id, (
        SELECT mission_id FROM commit_links
        WHERE items.kind = 'commit' AND commit_links.project_id = items.project_id AND oid = items.key
        ORDER BY strength LIMIT 1
    ))
    LEFT JOIN projects ON projects.id = coalesce(documents.project_id, items.project_id)
    LEFT JOIN archive_roots ON archive_roots.id = missions.root_id
"""
PATH = "coalesce(documents.path, items.path)"
# The last commit that changed it, else what its mission says of itself.
WRITTEN_AT = f"""coalesce(
    (SELECT committed_at FROM commits WHERE commits.id = coalesce(items.commit_id, (
        SELECT max(commit_id) FROM commit_files
        WHERE commit_files.project_id = projects.id AND commit_files.path = {PATH}
    ))), missions.updated_at)"""  # noqa: S608 literals of this module
# What belongs to missions, given as a JSON array of their ids; commits as well that other missions are behind.
OF_MISSIONS = """
    WITH chosen AS (SELECT value AS id FROM json_each(?))
    SELECT documents.id FROM chosen JOIN documents ON documents.mission_id = chosen.id
    UNION ALL SELECT search_items.id FROM chosen JOIN search_items ON search_items.mission_id = chosen.id
    UNION ALL SELECT search_items.id FROM chosen
    JOIN commit_links ON commit_links.mission_id = chosen.id
    JOIN commits ON commits.project_id = commit_links.project_id AND commits.oid = commit_links.oid
    JOIN search_items ON search_items.commit_id = commits.id AND search_items.kind = 'commit'
"""
_LIKE = r"LIKE ? ESCAPE '\'"
_CONDITIONS = {
    SearchField.PROJECT: "projects.slug = ? OR projects.name = ? COLLATE NOCASE",
    SearchField.MISSION: f"missions.name {_LIKE} OR missions.title {_LIKE}",
    SearchField.AUTHOR: f"coalesce(documents.author, items.author) {_LIKE}",
    SearchField.SEVERITY: "items.severity = upper(?)",
    SearchField.AGREEMENT: "items.agreement = ?",
    SearchField.PHASE: "missions.phase = ?",
    SearchField.VERDICT: "coalesce(documents.verdict, items.verdict) = ?",
    SearchField.KIND: "coalesce(documents.kind, items.kind) = ?",
    SearchField.FILE: rf"""{PATH} {_LIKE} OR items.files {_LIKE} OR EXISTS (
        SELECT 1 FROM commit_files WHERE commit_files.commit_id = items.commit_id AND commit_files.path {_LIKE}
    )""",  # noqa: S608 literals of this module
    SearchField.BEFORE: f"{WRITTEN_AT} < ?",
    SearchField.AFTER: f"{WRITTEN_AT} >= ?",
}
_ITEM_KINDS = frozenset(SearchKind) - {SearchKind.DOCUMENT}
_CONTAINED = {SearchField.MISSION, SearchField.AUTHOR, SearchField.FILE}


def render_conditions(narrowings: Iterable[Narrowing]) -> tuple[str, list[Any]]:
    """Give a condition that holds what all operators let through, with its parameters in order."""
    conditions, parameters = ["1"], []
    for narrowing in narrowings:
        either, given = _any_of(narrowing)
        conditions.append(f"{'NOT ' if narrowing.is_excluded else ''}coalesce(({either}), 0)")
        parameters += given
    return " AND ".join(conditions), parameters


def render_missions(narrowings: Iterable[Narrowing]) -> tuple[str, list[Any]]:
    """Give the condition that the first operator on missions is, alone; empty where there is none."""
    for narrowing in narrowings:
        if narrowing.field is SearchField.MISSION and not narrowing.is_excluded:
            return _any_of(narrowing)
    return "", []


def list_tables(narrowings: Iterable[Narrowing]) -> tuple[str, ...]:
    """Name the tables of what the operators can let through at all."""
    tables = set(BOUNDS)
    for narrowing in narrowings:
        if narrowing.is_excluded:
            continue
        if narrowing.field in {SearchField.SEVERITY, SearchField.AGREEMENT}:
            tables -= {"documents"}
        elif narrowing.field is SearchField.KIND:
            kinds = set(narrowing.values)
            tables -= set() if kinds & _ITEM_KINDS else {"search_items"}
            tables -= set() if kinds - _ITEM_KINDS else {"documents"}
    return tuple(table for table in BOUNDS if table in tables)


def _any_of(narrowing: Narrowing) -> tuple[str, list[Any]]:
    """Give the condition that one of an operator's values makes, with its parameters in order."""
    some = [_condition(narrowing.field, value) for value in narrowing.values] or [("0", [])]
    return " OR ".join(condition for condition, _ in some), [value for _, given in some for value in given]


def _condition(field: SearchField, value: str) -> tuple[str, list[Any]]:
    if field is SearchField.MISSION and value.isascii() and value.isdigit():
        return "missions.number = ?", [int(value[:9])]
    if field is SearchField.KIND and value == SearchKind.DOCUMENT:
        return "documents.id IS NOT NULL", []
    if field is SearchField.KIND and value == DocumentKind.SPEC:
        return "documents.kind IN (?, ?)", [DocumentKind.SPEC, DocumentKind.PARALLEL_SPEC]
    condition = _CONDITIONS[field]
    given = contains_pattern(value) if field in _CONTAINED else value
    return f"({condition})", [given] * condition.count("?")
