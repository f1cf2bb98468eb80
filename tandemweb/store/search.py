"""Full-text search over documents. Whatever a person types is a valid query."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tandemweb.store.database import Database, InterruptedQueryError, Row

HIT_START, HIT_END = "\ue000", "\ue001"  # around each hit in titles and excerpts
LONGEST_QUERY = 256
MOST_TERMS = 16
SHORTEST_PREFIX = 3
TERM = re.compile(r'"([^"]*)"?|(\S+)')
RANKED_SHARE = 0.6  # of the deadline; the rest is for finding anything at all
STEPS_BETWEEN_LOOKS = 1000


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One document. ``title`` and ``excerpt`` are plain text with hits between HIT_START and HIT_END."""

    project: str
    project_name: str
    root: str | None
    mission: str | None
    path: str
    kind: str
    author: str | None
    round: int | None
    title: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``is_partial``: the deadline passed, there may be more. ``terms`` are the words looked for."""

    hits: tuple[SearchHit, ...]
    terms: tuple[str, ...]
    has_more: bool = False
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to look for."""

    text: str
    is_prefix: bool = False


def extract_terms(query: str) -> tuple[Term, ...]:
    """Give what a query asks for; empty when it asks for nothing."""
    found = TERM.findall(query[:LONGEST_QUERY].replace("\0", " "))
    terms = (_term(phrase, word) for phrase, word in found)
    return tuple(term for term in terms if term.text)[:MOST_TERMS]


def _term(phrase: str, word: str) -> Term:
    if word.endswith("*") and len(word) > SHORTEST_PREFIX:
        return Term(word.rstrip("*"), is_prefix=True)
    return Term(phrase.strip() or word)


def _render_match(terms: tuple[Term, ...]) -> str:
    """Quote every term, so that nothing in it is an operator of FTS5."""
    return " ".join('"{}"{}'.format(term.text.replace('"', '""'), "*" if term.is_prefix else "") for term in terms)


def search(
    index: Database, query: str, *, project: str | None = None, offset: int = 0, limit: int = 30, deadline: float = 0.25
) -> SearchPage:
    """Find documents that hold every word of ``query``, best first; never raises for what a query holds.

    Words stand for themselves; ``word*`` (3 letters or more) finds its continuations, words in double quotes stand
    together. At most 16 words and 256 characters count. ``deadline`` is in seconds.
    """
    terms = extract_terms(query)
    words = tuple(term.text for term in terms)
    if not terms:
        return SearchPage((), ())
    parameters = (HIT_START, HIT_END, _render_match(terms), project, limit + 1, offset)
    is_partial = False
    try:
        with _stopped_after(index, deadline * RANKED_SHARE):
            rows = _list_ranked(index, parameters)
    except InterruptedQueryError:
        is_partial = True
        rows = _list_some(index, parameters, deadline * (1 - RANKED_SHARE))
    return SearchPage(tuple(map(_hit, rows[:limit])), words, has_more=len(rows) > limit, is_partial=is_partial)


def _list_ranked(index: Database, parameters: tuple[object, ...]) -> list[Row]:
    # CROSS JOIN keeps FTS5 outermost, so that it does the sorting and cuts excerpts only for rows that are given.
    return index.rows(
        """
        SELECT documents.path, documents.kind, documents.author, documents.round,
            projects.slug AS project, projects.name AS project_name,
            archive_roots.slug AS root, missions.name AS mission,
            highlight(document_texts, 1, ?1, ?2) AS title,
            snippet(document_texts, 0, ?1, ?2, ' … ', 24) AS excerpt
        FROM document_texts CROSS JOIN documents ON documents.id = document_texts.rowid
        CROSS JOIN projects ON projects.id = documents.project_id
        LEFT JOIN missions ON missions.id = documents.mission_id
        LEFT JOIN archive_roots ON archive_roots.id = missions.root_id
        WHERE document_texts MATCH ?3 AND rank MATCH 'bm25(1.0, 4.0, 2.0)' AND (projects.slug = ?4 OR ?4 IS NULL)
        ORDER BY rank LIMIT ?5 OFFSET ?6
        """,
        parameters,
    )


def _list_some(index: Database, parameters: tuple[object, ...], deadline: float) -> list[Row]:
    """Give the newest documents that match, unranked: that can stop as soon as there are enough."""
    try:
        with _stopped_after(index, deadline):
            return index.rows(
                """
                SELECT documents.path, documents.kind, documents.author, documents.round,
                    projects.slug AS project, projects.name AS project_name,
                    archive_roots.slug AS root, missions.name AS mission,
                    highlight(document_texts, 1, ?1, ?2) AS title,
                    snippet(document_texts, 0, ?1, ?2, ' … ', 24) AS excerpt
                FROM document_texts CROSS JOIN documents ON documents.id = document_texts.rowid
                CROSS JOIN projects ON projects.id = documents.project_id
                LEFT JOIN missions ON missions.id = documents.mission_id
                LEFT JOIN archive_roots ON archive_roots.id = missions.root_id
                WHERE document_texts MATCH ?3 AND (projects.slug = ?4 OR ?4 IS NULL)
                ORDER BY document_texts.rowid DESC LIMIT ?5 OFFSET ?6
                """,
                parameters,
            )
    except InterruptedQueryError:
        return []


@contextmanager
def _stopped_after(index: Database, seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    index.connection.set_progress_handler(lambda: time.monotonic() > end, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        index.connection.set_progress_handler(None, 0)


def _hit(row: Row) -> SearchHit:
    return SearchHit(**dict(row))
