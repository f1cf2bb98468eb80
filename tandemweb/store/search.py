"""Full-text search over documents. Whatever a person types is a valid query."""

from dataclasses import dataclass

from tandemweb.store.database import Database

HIT_START, HIT_END = "\ue000", "\ue001"  # around each hit in titles and excerpts


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


def search(
    index: Database, query: str, *, project: str | None = None, offset: int = 0, limit: int = 30, deadline: float = 0.25
) -> SearchPage:
    """Find documents that hold every word of ``query``, best first; never raises for what a query holds.

    Words stand for themselves; ``word*`` (3 letters or more) finds its continuations, words in double quotes stand
    together. At most 16 words and 256 characters count. ``deadline`` is in seconds.
    """
    terms = extract_terms(query)
    if not terms:
        return SearchPage((), ())
    words = tuple(term.text for term in terms)
    try:
        with _stopped_after(index, deadline):
            rows = index.rows(
                """
                WITH found (document_id, rank) AS (
                    SELECT rowid, bm25(document_texts, 1.0, 4.0, 2.0) FROM document_texts
                    WHERE document_texts MATCH ?1
                        AND (?2 IS NULL OR rowid IN (
                            SELECT documents.id FROM documents JOIN projects ON projects.id = project_id
                            WHERE slug = ?2
                        ))
                    ORDER BY 2, 1 LIMIT ?3 OFFSET ?4
                )
                SELECT documents.path, documents.kind, documents.author, documents.round,
                    projects.slug AS project, projects.name AS project_name, archive_roots.slug AS root,
                    missions.name AS mission,
                    (SELECT highlight(document_texts, 1, ?5, ?6) FROM document_texts
                        WHERE document_texts MATCH ?1 AND rowid = document_id) AS title,
                    (SELECT snippet(document_texts, 0, ?5, ?6, ' … ', 24) FROM document_texts
                        WHERE document_texts MATCH ?1 AND rowid = document_id) AS excerpt
                FROM found JOIN documents ON documents.id = document_id
                JOIN projects ON projects.id = documents.project_id
                LEFT JOIN missions ON missions.id = documents.mission_id
                LEFT JOIN archive_roots ON archive_roots.id = missions.root_id
                ORDER BY found.rank, document_id
                """,
                (" ".join(map(render_term, terms)), project, limit + 1, offset, HIT_START, HIT_END),
            )
    except InterruptedQueryError:
        return SearchPage((), words, is_partial=True)
    return SearchPage(tuple(map(_hit, rows[:limit])), words, has_more=len(rows) > limit)
