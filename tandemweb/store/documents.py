"""Documents out of the index: the values, their text, and those that belong to no mission."""

from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.mission import Document
from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A document with where it belongs; ``root`` and ``mission`` are None outside missions."""

    document: Document
    root: str | None  # slug
    mission: str | None  # folder name
    mission_path: str | None


def get_document(index: Database, project: str, path: str) -> DocumentPlace:
    """Give a document by its path relative to the project. Raises NotFoundError."""
    raise NotImplementedError


def read_text(index: Database, project: str, path: str) -> str:
    """Give a document's text as it was indexed ("" for one that has none). Raises NotFoundError."""
    raise NotImplementedError


def read_texts(index: Database, project: str, paths: Iterable[str]) -> dict[str, str]:
    """Give the texts of many documents in one query; paths that the index lacks are left out."""
    raise NotImplementedError


def get_path_bytes(index: Database, project: str, path: str) -> bytes:
    """Give the name on disk of a document whose path may have had bytes that are not UTF-8."""
    raise NotImplementedError


def save_project_documents(index: Transaction, project: str, documents: Iterable[tuple[Document, str | None]]) -> None:
    """Replace the documents of a project that belong to no mission (plans, reviews, contexts).

    A text of None keeps what is saved for the same content hash.
    """
    raise NotImplementedError


def list_project_documents(index: Database, project: str) -> tuple[Document, ...]:
    """Documents that belong to no mission, by path."""
    raise NotImplementedError
