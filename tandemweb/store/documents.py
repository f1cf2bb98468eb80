"""Documents out of the index: the values, their text, and those that belong to no mission."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.mission import Author, Document, DocumentKind, Readability, Role, Stage
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Row, Transaction, clean_text
from tandemweb.store.document_saving import make_document_rows, save_document_rows
from tandemweb.store.revisions import next_revision
from tandemweb.store.texts import list_texts, read_kept
from tandemweb.store.values import read_stamp, write_json


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A document with where it belongs; ``root`` and ``mission`` are None outside missions."""

    document: Document
    root: str | None  # slug
    mission: str | None  # folder name
    mission_path: str | None


def get_document(index: Database, project: str, path: str) -> DocumentPlace:
    """Give a document by its path relative to the project. Raises NotFoundError."""
    row = _get_row(index, project, path)
    return DocumentPlace(read_document(row), row["root"], row["mission"], row["mission_path"])


def read_text(index: Database, project: str, path: str) -> str:
    """Give a document's text as it was indexed ("" for one that has none). Raises NotFoundError."""
    document_id = _get_row(index, project, path)["id"]
    text = list_texts(index, [document_id]).get(document_id)
    return text.body if text else ""


def read_texts(index: Database, project: str, paths: Iterable[str]) -> dict[str, str]:
    """Give the texts of many documents in one query; paths that the index lacks are left out."""
    rows = index.rows(
        """
        SELECT documents.path, texts.packed FROM projects
        JOIN documents ON documents.project_id = projects.id
        JOIN texts ON texts.id = documents.id
        WHERE projects.slug = ? AND documents.path IN (SELECT value FROM json_each(?))
        """,
        (project, write_json(paths)),
    )
    return {row["path"]: read_kept(index, row["packed"]).body for row in rows}


def get_path_bytes(index: Database, project: str, path: str) -> bytes:
    """Give the name on disk of a document or asset, which may have bytes that are not UTF-8. Raises NotFoundError."""
    asset = index.row(
        """
        SELECT assets.path_bytes FROM assets JOIN missions ON missions.id = mission_id
        JOIN archive_roots ON archive_roots.id = root_id JOIN projects ON projects.id = archive_roots.project_id
        WHERE projects.slug = ? AND assets.path = ?
        """,
        (project, path),
    )
    found: bytes | None = (asset or _get_row(index, project, path))["path_bytes"]
    return os.fsencode(path) if found is None else found


def save_project_documents(index: Transaction, project: str, documents: Iterable[tuple[Document, str | None]]) -> None:
    """Replace the documents of a project that belong to no mission (plans, reviews, contexts).

    A text of None keeps what is saved for the same content hash. Nothing happens when all are the same.
    """
    given = tuple(documents)
    if tuple(document for document, _ in given) == list_project_documents(index, project):
        return
    project_id, _ = next_revision(index, project)
    texts = {document.path: text for document, text in given if text is not None}
    save_document_rows(index, project_id, None, make_document_rows([document for document, _ in given], texts))


def list_project_documents(index: Database, project: str) -> tuple[Document, ...]:
    """Documents that belong to no mission, in the order they were saved."""
    rows = index.rows(
        """
        SELECT * FROM documents INDEXED BY documents_by_mission
        WHERE mission_id IS NULL AND project_id = (SELECT id FROM projects WHERE slug = ?) ORDER BY position
        """,
        (project,),
    )
    return tuple(map(read_document, rows))


def list_mission_documents(index: Database, mission_id: int) -> dict[int, Document]:
    """Documents of a mission in order, by row id."""
    rows = index.rows("SELECT * FROM documents WHERE mission_id = ? ORDER BY position", (mission_id,))
    return {row["id"]: read_document(row) for row in rows}


def _get_row(index: Database, project: str, path: str) -> Row:
    # Two names that differ only in bytes that are not UTF-8 look the same here: the first is meant.
    row = index.row(
        """
        SELECT documents.*, missions.name AS mission, missions.path AS mission_path, archive_roots.slug AS root
        FROM projects JOIN documents ON documents.project_id = projects.id
        LEFT JOIN missions ON missions.id = documents.mission_id
        LEFT JOIN archive_roots ON archive_roots.id = missions.root_id
        WHERE projects.slug = ? AND documents.path = ? ORDER BY documents.path_bytes LIMIT 1
        """,
        (project, path),
    )
    if row is None:
        raise NotFoundError(f"There is no document {clean_text(path)!r} in project {project!r}.")
    return row


def read_document(row: Row) -> Document:
    """Make the value of a row of ``documents``."""
    return Document(
        path=row["path"],
        kind=DocumentKind(row["kind"]),
        author=None if row["author"] is None else Author(row["author"]),
        role=None if row["role"] is None else Role(row["role"]),
        stage=None if row["stage"] is None else Stage(row["stage"]),
        round=row["round"],
        step=row["step"],
        title=row["title"],
        readability=Readability(row["readability"]),
        stamp=read_stamp(row["size"], row["mtime_ns"], row["inode"]),
        content_hash=row["content_hash"],
        line_count=row["line_count"],
        verdict=row["verdict"],
        verdict_line=row["verdict_line"],
        approved=None if row["approved"] is None else bool(row["approved"]),
        approved_line=row["approved_line"],
    )
