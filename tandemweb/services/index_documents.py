"""Documents outside missions brought into the index; only those are read that changed."""

from collections.abc import Collection, Iterable
from itertools import chain

from tandemweb.archive.others import list_candidates
from tandemweb.domain.mission import Document, Project, Readability
from tandemweb.domain.review import Review
from tandemweb.services.project_documents import ProjectDocument, list_contexts, read_project_document
from tandemweb.services.survey import UNREADABLE, Survey
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Transaction
from tandemweb.store.documents import list_project_documents, save_project_documents
from tandemweb.store.files import KnownFile
from tandemweb.store.problems import save_project_problems
from tandemweb.store.reviews import save_reviews


def refresh_documents(
    index: IndexWriter, project: Project, survey: Survey, touched: Collection[str]
) -> dict[str, KnownFile]:
    """Read the documents among the ``touched`` paths, keep the others; gives what is now known of the read ones."""
    kinds = {**dict.fromkeys(list_candidates(survey.tree, survey.roots)), **list_contexts(survey.tree, survey.roots)}
    read = {path: read_project_document(project.path, path, kinds[path]) for path in kinds if path in touched}
    found = [document for document in read.values() if document]
    with index.transaction() as transaction:
        stored = list_project_documents(transaction, project.slug)
        kept = [document for document in stored if document.path in kinds and document.path not in touched]
        if found or len(kept) != len(stored):
            _save_documents(transaction, project, kept, found)
            save_reviews(transaction, project.slug, {new.document.path: _review(new) for new in found})
        for path in touched:
            document = read.get(path)
            save_project_problems(transaction, project.slug, f"document:{path}", document.problems if document else ())
    return {document.document.path: _known(document.document, survey) for document in found}


def _save_documents(
    transaction: Transaction, project: Project, kept: Iterable[Document], found: Iterable[ProjectDocument]
) -> None:
    pairs = chain(((document, None) for document in kept), ((new.document, new.text) for new in found))
    save_project_documents(transaction, project.slug, pairs)


def _review(document: ProjectDocument) -> Review:
    reading = document.reading
    return Review(reading.findings, reading.reviewers, reading.confidence) if reading else Review()


def _known(document: Document, survey: Survey) -> KnownFile:
    """Files that cannot be read keep the walk's stamp."""
    stamp = survey.tree.files[document.path] if document.readability is Readability.UNREADABLE else document.stamp
    return KnownFile(stamp, document.content_hash or UNREADABLE)
