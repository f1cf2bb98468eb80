"""Saving documents with their text: a document keeps its row, and its text too while its content is the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tandemweb.domain.mission import Document
from tandemweb.store.database import Transaction, clean_text
from tandemweb.store.identifiers import extract_parts
from tandemweb.store.search_items import delete_file_items
from tandemweb.store.values import write_json, write_path_bytes, write_stamp

NO_PARTS: Mapping[str, str] = {}
Known = dict[tuple[str, bytes | None], tuple[int, str]]


def save_documents(
    index: Transaction,
    project_id: int,
    mission_id: int | None,
    documents: Sequence[Document],
    texts: Mapping[str, str],
    parts: Mapping[str, str] = NO_PARTS,
) -> dict[str, int]:
    """Replace the documents of a mission (None: those of no mission) and give path -> row id.

    ``parts`` as far as they are known are not worked out again: the ``extract_parts`` of text and title.
    """
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
    delete_file_items(index, project_id, ids)
    for document in documents:
        if _has_changed(document, known):
            _hold_text(index, ids[document.path], document, texts.get(document.path), parts.get(document.path))
    return ids


def save_waiting_texts(index: Transaction) -> None:
    """Write the texts of all documents saved in this transaction, and remove those of deleted ones: the last step.

    FTS5 gathers words in memory and writes them out whenever another statement that may fail halfway begins; among
    the saves of single missions that would make a segment of each.
    """
    index.execute_many(
        "DELETE FROM document_texts WHERE rowid = ?", [(document_id,) for document_id in sorted(index.outdated_texts)]
    )
    index.execute_many(
        "INSERT INTO document_texts (rowid, body, title, headings, parts) VALUES (?, ?, ?, ?, ?)",
        # In the order of ids: FTS5 writes out what it has gathered whenever an id goes back.
        (
            (document_id, *columns, _get_parts(index, document_id, columns))
            for document_id, columns in sorted(index.waiting_texts.items())
        ),
    )
    index.execute("DELETE FROM document_texts WHERE rowid IN (SELECT document_id FROM lost_texts)")
    index.execute("DELETE FROM lost_texts")


def _get_parts(index: Transaction, document_id: int, columns: tuple[str, str, str]) -> str:
    known = index.waiting_parts.get(document_id)
    return extract_parts("\n".join(columns[:2])) if known is None else known


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
    following = (index.value("SELECT seq FROM sqlite_sequence WHERE name = 'documents'") or 0) + 1
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


def _has_changed(document: Document, known: Known) -> bool:
    found = known.get(_key(document))
    return found is None or found[1] != document.content_hash or not document.content_hash


def _hold_text(index: Transaction, document_id: int, document: Document, text: str | None, parts: str | None) -> None:
    index.outdated_texts.add(document_id)
    index.waiting_texts.pop(document_id, None)
    index.waiting_parts.pop(document_id, None)
    if text is not None:
        # Near enough for ranking, which is all that they are for: a comment in a code block counts as well.
        headings = "\n".join([line.lstrip("#") for line in text.split("\n") if line.startswith("#")])
        index.waiting_texts[document_id] = (text, document.title, headings)
        if parts is not None:
            index.waiting_parts[document_id] = parts
