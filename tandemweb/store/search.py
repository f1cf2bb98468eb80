"""Full-text search over everything in the index. Whatever a query holds, the answer is a page, within its deadline."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, zip_longest
from operator import itemgetter
from typing import Any

from tandemweb.domain.search import SearchHit, SearchPage, SearchQuery, Term
from tandemweb.store.database import Database, InterruptedQueryError
from tandemweb.store.excerpts import Marker, make_marker
from tandemweb.store.identifiers import join_identifier
from tandemweb.store.search_conditions import (
    BOUNDS,
    EVERYTHING,
    JOINS,
    OF_MISSIONS,
    PATH,
    WRITTEN_AT,
    list_tables,
    render_conditions,
    render_missions,
)
from tandemweb.store.search_match import Match, render_excluded, render_match
from tandemweb.store.texts import Text, read_kept
from tandemweb.store.values import read_time, write_json

RANKED_SHARE = 0.6  # of the deadline; the rest is for finding anything at all
FOUND_SHARE = 0.9
STEPS_BETWEEN_LOOKS = 1000
FEW = 200  # matches: fewer need no care
SHORT = 3  # letters: so many are the beginning of more words than can be read in passing
FEW_MISSIONS = 20  # whose texts are listed before what matches is looked at
BEST, NEWEST = "rank", "found.rowid DESC"  # orders
MOST_RANKED = 15_000  # matches of a tier, for one term; each further one costs as much


@dataclass(frozen=True)
class _Scope:
    """Where a query looks: what operators let through, as a condition, and the row ids between which that lies.

    ``ranges`` are counted and ranked, each at once; ``spans`` are the same table by table.
    """

    condition: str
    parameters: list[Any]
    spans: Sequence[tuple[int, int]]
    ranges: Sequence[tuple[int, int]]


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
    found, is_partial = _find(index, query, offset + limit + 1, _Deadline(index, deadline))
    hits = _show(index, found[offset : offset + limit], query.terms)
    return SearchPage(hits, has_more=len(found) > offset + limit, is_partial=is_partial)


def _find(index: Database, query: SearchQuery, wanted: int, limits: _Deadline) -> tuple[list[int], bool]:
    """Give up to ``wanted`` row ids in order, and whether the deadline cut the search off."""
    found: list[int] = []
    if not query.terms:
        return _find_newest(index, query, wanted, limits)
    match, scope = render_match(query.terms, query.excluded), _find_scope(index, query)
    try:
        with limits.share(RANKED_SHARE):
            count = _count_some(index, query, match, scope.ranges)
            enough = wanted if count == FEW else min(wanted, count)
            for tier in match.tiers:
                best = _list_best(index, query, scope, tier, wanted, is_rare=count < FEW)
                found = list(dict.fromkeys([*found, *best]))[:wanted]
                if len(found) >= enough:
                    break
            return found, False
    except InterruptedQueryError:
        return _add_unranked(index, query, scope, match, found, wanted, limits), True


def _find_scope(index: Database, query: SearchQuery) -> _Scope:
    """Say where a query looks: everywhere, or, where an operator lets few missions through, only at what is theirs."""
    conditions, parameters = render_conditions(query.narrowings)
    tables = list_tables(query.narrowings)
    bounds = [BOUNDS[table] for table in tables]
    everywhere = _Scope(conditions, parameters, bounds, [EVERYTHING] if len(bounds) == len(BOUNDS) else bounds)
    chosen, values = render_missions(query.narrowings)
    if not chosen:
        return everywhere
    sql = f"SELECT missions.id FROM missions WHERE {chosen} LIMIT ?"  # noqa: S608 literals of this layer
    missions = [row["id"] for row in index.rows(sql, [*values, FEW_MISSIONS + 1])]
    if len(missions) > FEW_MISSIONS:
        return everywhere
    ids = sorted(row["id"] for row in index.rows(OF_MISSIONS, [write_json(missions)]))
    owned = ([one for one in ids if first <= one <= last] for first, last in bounds)
    spans = [(own[0], own[-1]) for own in owned if own]
    condition = "+found.rowid IN (SELECT value FROM json_each(?))"  # the +: as a filter, not row by row
    return _Scope(f"{condition} AND {conditions}", [write_json(ids), *parameters], spans, spans)


def _count_some(index: Database, query: SearchQuery, match: Match, ranges: Sequence[tuple[int, int]]) -> int:
    """Count all that matches, no further than to ``FEW``, which also stands for a number that is not worth its price.

    All continuations of a word are read before the first match is known, and a word's beginning has many.
    """
    if any((term.is_open or term.is_prefix) and len(term.text) <= SHORT for term in query.terms):
        return FEW
    if match.exact != match.anywhere:
        count = _count_all(index, match.exact, ranges, FEW)
        if count == FEW or (not count and not any(join_identifier(term.text) for term in query.terms)):
            return FEW
    return _count_all(index, match.anywhere, ranges, FEW)


def _add_unranked(
    index: Database,
    query: SearchQuery,
    scope: _Scope,
    match: Match,
    found: list[int],
    wanted: int,
    limits: _Deadline,
) -> list[int]:
    """Fill up with the newest that match, unranked: that can stop as soon as there are enough."""
    more: list[int] = []
    try:
        with limits.share(FOUND_SHARE):
            for bounds in scope.spans:
                more += [
                    found for found, _ in _list_matching(index, query, scope, match.anywhere, bounds, NEWEST, wanted)
                ]
    except InterruptedQueryError:
        pass
    return list(dict.fromkeys([*found, *more]))[:wanted]


def _list_best(
    index: Database, query: SearchQuery, scope: _Scope, match: str, limit: int, *, is_rare: bool
) -> list[int]:
    """Give the best of a tier; of what very much matches, the newest, since ranks say nothing there and cost most."""
    most = MOST_RANKED // len(query.terms)
    count = 0 if is_rare else _count_all(index, match, scope.ranges, most + 1)
    if not is_rare and not count:
        return []
    if count > most:
        newest = [_list_matching(index, query, scope, match, bounds, NEWEST, limit) for bounds in scope.spans]
        return [found[0] for pair in zip_longest(*newest) for found in pair if found is not None][:limit]
    ranked = (_list_matching(index, query, scope, match, bounds, BEST, limit) for bounds in scope.ranges)
    return [found for found, _ in sorted(chain.from_iterable(ranked), key=itemgetter(1))][:limit]


def _count_all(index: Database, match: str, ranges: Sequence[tuple[int, int]], most: int) -> int:
    """Count matches between these row ids, no further than to ``most``."""
    sql = "SELECT rowid FROM document_texts WHERE document_texts MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
    count = 0
    for bounds in ranges:
        count += index.value(f"SELECT count(*) FROM ({sql})", [match, *bounds, most - count])  # noqa: S608 literals
        if count >= most:
            break
    return count


def _list_matching(
    index: Database, query: SearchQuery, scope: _Scope, match: str, bounds: tuple[int, int], order: str, limit: int
) -> list[tuple[int, float]]:
    """Give row ids with their rank, the lower the better; that of the newest is not asked for."""
    rows = index.rows(
        f"""
        SELECT found.rowid AS id, {"rank" if order == BEST else "0"} AS score
        FROM document_texts AS found {JOINS if query.narrowings else ""}
        WHERE found.document_texts MATCH ? AND found.rowid BETWEEN ? AND ?
            AND rank MATCH 'bm25(1.0, 4.0, 2.0, 0.5)' AND {scope.condition}
        ORDER BY {order} LIMIT ?
        """,  # noqa: S608 literals of this layer; every value is a parameter
        [match, *bounds, *scope.parameters, limit],
    )
    return [(row["id"], row["score"]) for row in rows]


def _find_newest(index: Database, query: SearchQuery, wanted: int, limits: _Deadline) -> tuple[list[int], bool]:
    """Give what operators alone let through, and whether the deadline cut the search off."""
    found: list[int] = []
    try:
        with limits.share(FOUND_SHARE):
            for table in list_tables(query.narrowings):
                found += _list_newest(index, query, table, wanted - len(found))
    except InterruptedQueryError:
        return found, True
    return found, False


def _list_newest(index: Database, query: SearchQuery, table: str, limit: int) -> list[int]:
    """List by operators alone, what was indexed last first."""
    conditions, parameters = render_conditions(query.narrowings)
    excluded = render_excluded(query.excluded)
    without = "found.rowid NOT IN (SELECT rowid FROM document_texts WHERE document_texts MATCH ?)" if excluded else "1"
    rows = index.rows(
        f"""
        SELECT found.rowid AS id FROM {table} AS found {JOINS}
        WHERE {without} AND {conditions} ORDER BY found.rowid DESC LIMIT ?
        """,  # noqa: S608 literals of this layer; every value is a parameter
        [*([excluded] if excluded else []), *parameters, limit],
    )
    return [row["id"] for row in rows]


def _show(index: Database, ids: Sequence[int], terms: tuple[Term, ...]) -> tuple[SearchHit, ...]:
    # A document that could not be read has no text.
    rows = index.rows(
        f"""
        SELECT projects.slug AS project, projects.name AS project_name, archive_roots.slug AS root,
            missions.name AS mission, coalesce(documents.kind, items.kind) AS kind, items.key, {PATH} AS path,
            items.line, coalesce(documents.author, items.author) AS author,
            coalesce(documents.stage, items.stage) AS stage, coalesce(documents.round, items.round) AS round,
            items.severity, items.agreement, coalesce(documents.verdict, items.verdict) AS verdict,
            {WRITTEN_AT} AS at, documents.title AS title, texts.packed AS text
        FROM (SELECT value AS rowid, key AS place FROM json_each(?)) AS found
        LEFT JOIN texts ON texts.id = found.rowid {JOINS} ORDER BY found.place
        """,  # noqa: S608 literals of this layer
        [write_json(ids)],
    )
    marker = make_marker(terms)
    return tuple(_hit(dict(row), read_kept(index, row["text"] or b""), marker) for row in rows)


def _hit(row: dict[str, Any], text: Text, marker: Marker) -> SearchHit:
    title = row["title"] if row["title"] is not None else text.title
    shown = {"title": marker.mark(title), "excerpt": marker.cut(text.body)}
    del row["text"]
    return SearchHit(**{**row, **shown, "key": row["key"] or row["path"], "at": read_time(row["at"])})
