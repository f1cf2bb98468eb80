"""Saving documents with their text: a document keeps its row, and its text too while its content is the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tandemweb.domain.mission import Document
from tandemweb.store.database import Transaction, clean_text
from tandemweb.store.search_items import delete_file_items
from tandemweb.store.texts import Text, find_headings, make_text
from tandemweb.store.values import write_json, write_path_bytes, write_stamp

Known = dict[tuple[str, bytes | None], tuple[int, str]]


class DocumentRow(NamedTuple):
    """A document as it is saved. ``text`` is None for one that has none, or keeps the one that it has."""

    path: str
    path_bytes: bytes | None
    columns: tuple[object, ...]  # those after path_bytes
    content_hash: str
    text: Text | None


def make_document_rows(documents: Iterable[Document], texts: Mapping[str, str]) -> tuple[DocumentRow, ...]:
    """Prepare documents for ``save_document_rows``; ``texts`` go by path."""
    made: dict[tuple[str, str], Text] = {}  # a final document is a copy of the last merged one
    return tuple(_make_row(document, texts.get(document.path), made) for document in documents)


def save_document_rows(
    index: Transaction, project_id: int, mission_id: int | None, documents: Sequence[DocumentRow]
) -> None:
    """Replace the documents of a mission (None: those of no mission)."""
    known = _list_known(index, project_id, documents)
    numbered = list(_number(index, documents, known))
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
        [
            (number, project_id, mission_id, position, document.path, document.path_bytes, *document.columns)
            for position, (number, document) in enumerate(numbered)
        ],
    )
    _delete_others(index, project_id, mission_id, [number for number, _ in numbered])
    delete_file_items(index, project_id, [document.path for document in documents if _key(document) not in known])
    for number, document in numbered:
        if _has_changed(document, known):
            index.outdated_texts.add(number)
            index.waiting_texts.pop(number, None)
            if document.text is not None:
                index.waiting_texts[number] = document.text


def _make_row(document: Document, text: str | None, made: dict[tuple[str, str], Text]) -> DocumentRow:
    kept = None
    if text is not None:
        kept = made.get((text, document.title)) or make_text(text, document.title, find_headings(text))
        made[text, document.title] = kept
    return DocumentRow(
        clean_text(document.path),
        write_path_bytes(document.path),
        _columns(document),
        document.content_hash,
        kept,
    )


def _list_known(index: Transaction, project_id: int, documents: Sequence[DocumentRow]) -> Known:
    rows = index.rows(
        """
        SELECT path, path_bytes, id, content_hash FROM documents
        WHERE project_id = ? AND path IN (SELECT value FROM json_each(?))
        """,
        (project_id, write_json(document.path for document in documents)),
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _key(document: DocumentRow) -> tuple[str, bytes | None]:
    return document.path, document.path_bytes


def _number(index: Transaction, documents: Sequence[DocumentRow], known: Known) -> Iterator[tuple[int, DocumentRow]]:
    # The writer is alone, so the next ids are free; texts share them without asking for each.
    following = (index.value("SELECT seq FROM sqlite_sequence WHERE name = 'documents'") or 0) + 1
    for document in documents:
        found = known.get(_key(document))
        yield (found[0] if found else following), document
        following += not found


def _columns(document: Document) -> tuple[object, ...]:
    return (
        str(document.kind),
        document.author and str(document.author),
        document.role and str(document.role),
        document.stage and str(document.stage),
        document.round,
        document.step,
        document.title,
        str(document.readability),
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


def _has_changed(document: DocumentRow, known: Known) -> bool:
    found = known.get(_key(document))
    return found is None or found[1] != document.content_hash or not document.content_hash
