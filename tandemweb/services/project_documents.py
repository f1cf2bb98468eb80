"""Documents that belong to no mission: plans and reviews of other kinds, and the contexts of an archive root."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tandemweb.analysis.others import OtherReading, extract_other
from tandemweb.archive.missions import list_root_files
from tandemweb.archive.others import list_candidates, recognise_document
from tandemweb.archive.reading import FileText, read_text
from tandemweb.archive.tree import Tree
from tandemweb.domain.mission import ArchiveRoot, Document, DocumentKind
from tandemweb.domain.problem import Problem

UNDERSTOOD = {
    DocumentKind.PLAN,
    DocumentKind.PLAN_REVIEW,
    DocumentKind.RED_TEAM,
    DocumentKind.CODEX_REVIEW,
    DocumentKind.CONSENSUS,
    DocumentKind.CONFIDENCE,
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProjectDocument:
    """A document outside missions, its text, and what analysis understood of it (None for kinds it does not read)."""

    document: Document
    text: str
    reading: OtherReading | None
    problems: tuple[Problem, ...]


def read_project_documents(tree: Tree, roots: Sequence[ArchiveRoot]) -> tuple[ProjectDocument, ...]:
    """Read every document outside missions, by path."""
    contexts = list_contexts(tree, roots)
    candidates = ((path, None) for path in list_candidates(tree, tuple(roots)))
    read = (read_project_document(tree.project_path, path, kind) for path, kind in (*contexts.items(), *candidates))
    return tuple(sorted((found for found in read if found), key=lambda found: found.document.path))


def list_contexts(tree: Tree, roots: Iterable[ArchiveRoot]) -> dict[str, DocumentKind]:
    """Paths of the roots' own files (Config.json, the contexts of the roles) with what they are."""
    return {file.path: file.place.kind for root in roots for file in list_root_files(tree, root)}


def read_project_document(project_path: str, path: str, kind: DocumentKind | None) -> ProjectDocument | None:
    """Read one document; of a candidate (``kind`` None) the text decides what it is, or that it is none."""
    file = read_text(project_path, path)
    kind = kind or recognise_document(path, file.text)
    if kind is None:
        return None
    reading = _extract(file.text, path, kind) if kind in UNDERSTOOD else None
    problems = (*((file.problem,) if file.problem else ()), *(reading.problems if reading else ()))
    return ProjectDocument(_document(file, kind, reading), file.text, reading, problems)


def _extract(text: str, path: str, kind: DocumentKind) -> OtherReading:
    try:
        return extract_other(text, path, kind)
    except Exception as error:
        log.exception("Document %s could not be read", path)
        message = f"The document could not be read because of a mistake in tandemweb ({type(error).__name__}: {error})."
        return OtherReading("", problems=(Problem(path, None, "internal-error", message),))


def _document(file: FileText, kind: DocumentKind, reading: OtherReading | None) -> Document:
    return Document(
        path=file.path,
        kind=kind,
        author=None,
        role=None,
        stage=None,
        round=None,
        step=None,
        title=(reading.title if reading else "") or PurePosixPath(file.path).name,
        readability=file.readability,
        stamp=file.stamp,
        content_hash=file.content_hash,
        line_count=file.line_count,
        verdict=reading.verdict if reading else None,
    )
