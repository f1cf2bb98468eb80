"""Documents of one project, rendered for a page that shows several of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from tandemweb.domain.mission import Document, Mission, Project, Readability
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.store.commit_paths import list_mission_commits
from tandemweb.store.documents import read_texts
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.file_links import DocumentLinks, Tree, get_tree
from tandemweb.web.markdown import TooExpensiveError, get_renderer


@dataclass(frozen=True, slots=True)
class Prose:
    """A document with its safe HTML; where it cannot be rendered, ``message`` says why and ``html`` is empty."""

    document: Document
    html: Markup
    message: str = ""

    @property
    def name(self) -> str:
        return self.document.path.rpartition("/")[2].rpartition(".")[0]


def render_documents(project: Project, mission: Mission, documents: Iterable[Document]) -> tuple[Prose, ...]:
    """Render documents of one page, by one query for all their texts. Ids are kept apart by a prefix per document.

    Files that they name are those of the commit that last changed one of them.
    """
    wanted = tuple(documents)
    texts = read_texts(get_index(), project.slug, [document.path for document in wanted])
    tree = find_tree_of(project, mission, {document.path for document in wanted})
    known = frozenset(document.path for document in mission.documents)
    links = (DocumentLinks(project, document.path, known, tree) for document in wanted)
    return tuple(
        _render(document, texts.get(document.path, ""), own_links, f"d{number}-")
        for number, (document, own_links) in enumerate(zip(wanted, links, strict=True), 1)
    )


def find_tree_of(project: Project, mission: Mission, paths: set[str]) -> Tree | None:
    """Find the files of the newest commit that changed one of ``paths``; of HEAD when none did."""
    index = get_index()
    rows = list_mission_commits(index, project.slug, mission.path)
    changed = (row.commit.oid for row in rows if paths & {change.path for change in row.commit.changes})
    commit = next(changed, None) or get_repository_status(index, project.slug).head_oid
    try:
        return get_tree(project, commit) if commit else None
    except (HistoryError, NotFoundError):
        return None  # the documents can be read all the same, file names in them stay plain


def _render(document: Document, text: str, links: DocumentLinks, id_prefix: str) -> Prose:
    if document.readability in {Readability.BINARY, Readability.UNREADABLE}:
        return Prose(document, Markup(), "This document could not be read as text; see its problems.")
    source = urls.document(links.project.slug, document.path, view="source")
    try:
        return Prose(document, get_renderer().render(text, links.resolvers(source), id_prefix=id_prefix).html)
    except TooExpensiveError as error:
        return Prose(document, Markup(), f"{error}; its source is shown in pages.")
