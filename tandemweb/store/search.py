"""Full-text search over everything in the index. Whatever a query holds, the answer is a page, within its deadline."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tandemweb.domain.search import HIT_END, HIT_START, SearchHit, SearchPage, SearchQuery
from tandemweb.store.database import Database, InterruptedQueryError
from tandemweb.store.search_conditions import PATH, WRITTEN_AT, render_conditions
from tandemweb.store.search_match import Match, render_excluded, render_match
from tandemweb.store.values import read_time, write_json

RANKED_SHARE = 0.6  # of the deadline; the rest is for finding anything at all, and for showing it
FOUND_SHARE = 0.8
STEPS_BETWEEN_LOOKS = 1000
LONGEST_EXCERPT = 24  # words
# CROSS JOIN keeps FTS5 outermost, so that it does the sorting and stops when there is enough.
_JOINS = """
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


class _Deadline:
    """Interrupts queries of a connection at points of time between now and ``seconds`` from now."""

    def __init__(self, index: Database, seconds: float) -> None:
        self._connection = index.connection
        self._start = time.monotonic()
        self._seconds = seconds

    @contextmanager
    def share(self, share: float) -> Iterator[None]:
        end = self._start + self._seconds * share
        self._connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)


def search(
    index: Database, query: SearchQuery, *, offset: int = 0, limit: int = 30, deadline: float = 0.25
) -> SearchPage:
    """Find what holds every term and passes every operator; never raises for what a query holds.

    First come terms in titles and headings, then the words exactly as given, then parts of identifiers and (for terms
    that are open) continuations; the best of each first. Without terms the newest come first. ``deadline`` is in
    seconds: after it the page holds what was found by then and says so.
    """
    if query.is_empty:
        return SearchPage()
    limits = _Deadline(index, deadline)
    match = render_match(query.terms, query.excluded) if query.terms else None
    wanted = offset + limit + 1
    found, is_partial = _find(index, query, match, wanted, limits)
    shown = found[offset : offset + limit]
    try:
        with limits.share(1.0):
            hits = _show(index, shown, match)
    except InterruptedQueryError:
        hits, is_partial = _show(index, shown, None), True
    return SearchPage(hits, has_more=len(found) > offset + limit, is_partial=is_partial)


def _find(
    index: Database, query: SearchQuery, match: Match | None, wanted: int, limits: _Deadline
) -> tuple[list[int], bool]:
    """Give up to ``wanted`` row ids in order, and whether the deadline cut the search off."""
    found: list[int] = []
    try:
        if match is None:
            with limits.share(FOUND_SHARE):
                return _list_newest(index, query, wanted), False
        with limits.share(RANKED_SHARE):
            for tier in match.tiers:
                found += _list_matching(index, query, tier, wanted - len(found), "rank")
                if len(found) >= wanted:
                    break
            return found, False
    except InterruptedQueryError:
        return _add_unranked(index, query, match, found, wanted, limits), True


def _add_unranked(
    index: Database, query: SearchQuery, match: Match | None, found: list[int], wanted: int, limits: _Deadline
) -> list[int]:
    """Fill up with the newest that match, unranked: that can stop as soon as there are enough."""
    if match is None:
        return found
    try:
        with limits.share(FOUND_SHARE):
            more = _list_matching(index, query, match.anywhere, wanted, "found.rowid DESC")
    except InterruptedQueryError:
        return found
    return list(dict.fromkeys([*found, *more]))[:wanted]


def _list_matching(index: Database, query: SearchQuery, match: str, limit: int, order: str) -> list[int]:
    conditions, parameters = render_conditions(query.narrowings)
    joins = _JOINS if query.narrowings else ""
    rows = index.rows(
        f"""
        SELECT found.rowid FROM document_texts AS found {joins}
        WHERE found.document_texts MATCH ? AND rank MATCH 'bm25(1.0, 4.0, 2.0, 0.5)' AND {conditions}
        ORDER BY {order} LIMIT ?
        """,  # noqa: S608 literals of this layer; every value is a parameter
        [match, *parameters, limit],
    )
    return [row[0] for row in rows]


def _list_newest(index: Database, query: SearchQuery, limit: int) -> list[int]:
    """List by operators alone: documents and everything else, the last committed first."""
    conditions, parameters = render_conditions(query.narrowings)
    excluded = render_excluded(query.excluded)
    without = "found.rowid NOT IN (SELECT rowid FROM document_texts WHERE document_texts MATCH ?)" if excluded else "1"
    rows = index.rows(
        f"""
        SELECT found.rowid FROM (SELECT id AS rowid FROM documents UNION ALL SELECT id FROM search_items) AS found
        {_JOINS} WHERE {without} AND {conditions} ORDER BY {WRITTEN_AT} DESC, found.rowid DESC LIMIT ?
        """,  # noqa: S608 literals of this layer; every value is a parameter
        [*([excluded] if excluded else []), *parameters, limit],
    )
    return [row[0] for row in rows]


def _show(index: Database, ids: Sequence[int], match: Match | None) -> tuple[SearchHit, ...]:
    if match:
        shown = f"""
            highlight(document_texts, 1, '{HIT_START}', '{HIT_END}') AS title,
            snippet(document_texts, 0, '{HIT_START}', '{HIT_END}', ' … ', {LONGEST_EXCERPT}) AS excerpt"""
        join, condition, parameters = "CROSS JOIN", "document_texts MATCH ? AND", [match.shown]
    else:
        shown = "coalesce(documents.title, texts.title) AS title, coalesce(substr(texts.body, 1, 200), '') AS excerpt"
        join, condition, parameters = "LEFT JOIN", "", []  # a document that could not be read has no text
    rows = index.rows(
        f"""
        SELECT projects.slug AS project, projects.name AS project_name, archive_roots.slug AS root,
            missions.name AS mission, coalesce(documents.kind, items.kind) AS kind, items.key, {PATH} AS path,
            items.line, coalesce(documents.author, items.author) AS author,
            coalesce(documents.stage, items.stage) AS stage, coalesce(documents.round, items.round) AS round,
            items.severity, items.agreement, coalesce(documents.verdict, items.verdict) AS verdict,
            {WRITTEN_AT} AS at, {shown}
        FROM (SELECT value AS rowid, key AS place FROM json_each(?)) AS found
        {join} document_texts AS texts ON texts.rowid = found.rowid {_JOINS}
        WHERE {condition} projects.id IS NOT NULL ORDER BY found.place
        """,  # noqa: S608 literals of this layer; every value is a parameter
        [write_json(ids), *parameters],
    )
    return tuple(_hit(dict(row)) for row in rows)


def _hit(row: dict[str, Any]) -> SearchHit:
    return SearchHit(**{**row, "key": row["key"] or row["path"], "at": read_time(row["at"])})
