"""Saving documents with their text: a document keeps its row, and its text too while its content is the same."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tandemweb.domain.mission import Document
from tandemweb.store.database import Transaction, clean_text
from tandemweb.store.values import write_json, write_path_bytes, write_stamp

HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
Known = dict[tuple[str, bytes | None], tuple[int, str]]


def save_documents(
    index: Transaction, project_id: int, mission_id: int | None, documents: Sequence[Document], texts: Mapping[str, str]
) -> dict[str, int]:
    """Replace the documents of a mission (None: those of no mission) and give path -> row id."""
    known = _list_known(index, project_id, documents)
    ids = dict(_number(index, documents, known))
    index.execute_many(
        """
        INSERT INTO documents (id, project_id, mission_id, position, path, path_bytes, kind, author, role, stage,
            round, step, title, readability, size, mtime_ns, inode, content_hash, line_count, verdict,
            verdict_line, approved, approved_line)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET mission_id = excluded.mission_id, position = excluded.position,
            kind = excluded.kind, author = excluded.author, role = excluded.role, stage = excluded.stage,
            round = excluded.round, step = excluded.step, title = excluded.title,
            readability = excluded.readability, size = excluded.size, mtime_ns = excluded.mtime_ns,
            inode = excluded.inode, content_hash = excluded.content_hash, line_count = excluded.line_count,
            verdict = excluded.verdict, verdict_line = excluded.verdict_line, approved = excluded.approved,
            approved_line = excluded.approved_line
        """,
        (
            (ids[document.path], project_id, mission_id, position, *_columns(document))
            for position, document in enumerate(documents)
        ),
    )
    _delete_others(index, project_id, mission_id, ids.values())
    _save_texts(index, [document for document in documents if _has_changed(document, known)], ids, texts, known)
    return ids


def _list_known(index: Transaction, project_id: int, documents: Sequence[Document]) -> Known:
    rows = index.rows(
        """
        SELECT path, path_bytes, id, content_hash FROM documents
        WHERE project_id = ? AND path IN (SELECT value FROM json_each(?))
        """,
        (project_id, write_json(document.path for document in documents)),
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _key(document: Document) -> tuple[str, bytes | None]:
    return clean_text(document.path), write_path_bytes(document.path)


def _number(index: Transaction, documents: Sequence[Document], known: Known) -> Iterator[tuple[str, int]]:
    # The writer is alone, so the next ids are free; texts share them without asking for each.
    following = (index.value("SELECT max(id) FROM documents") or 0) + 1
    for document in documents:
        found = known.get(_key(document))
        yield document.path, found[0] if found else following
        following += not found


def _columns(document: Document) -> tuple[object, ...]:
    return (
        document.path,
        write_path_bytes(document.path),
        document.kind,
        document.author,
        document.role,
        document.stage,
        document.round,
        document.step,
        document.title,
        document.readability,
        *write_stamp(document.stamp),
        document.content_hash,
        document.line_count,
        document.verdict,
        document.verdict_line,
        document.approved,
        document.approved_line,
    )


def _delete_others(index: Transaction, project_id: int, mission_id: int | None, kept_ids: Iterable[int]) -> None:
    # "+": ids are few per mission, so the mission's index is the way in, not the list of ids.
    index.execute(
        """
        DELETE FROM documents WHERE mission_id IS ? AND project_id = ?
            AND +id NOT IN (SELECT value FROM json_each(?))
        """,
        (mission_id, project_id, write_json(kept_ids)),
    )
    delete_lost_texts(index)


def delete_lost_texts(index: Transaction) -> None:
    """Remove the texts of documents just deleted; to be called by whatever deletes documents, directly or not."""
    index.execute("DELETE FROM document_texts WHERE rowid IN (SELECT document_id FROM lost_texts)")
    index.execute("DELETE FROM lost_texts")


def _has_changed(document: Document, known: Known) -> bool:
    found = known.get(_key(document))
    return found is None or found[1] != document.content_hash or not document.content_hash


def _save_texts(
    index: Transaction, changed: Sequence[Document], ids: Mapping[str, int], texts: Mapping[str, str], known: Known
) -> None:
    index.execute_many(
        "DELETE FROM document_texts WHERE rowid = ?",
        [(ids[document.path],) for document in changed if _key(document) in known],
    )
    index.execute_many(
        "INSERT INTO document_texts (rowid, body, title, headings) VALUES (?, ?, ?, ?)",
        (
            (ids[document.path], text, document.title, "\n".join(HEADING.findall(text)))
            for document in changed
            if (text := texts.get(document.path)) is not None
        ),
    )
