"""Documents of one project, rendered for a page that shows several of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from tandemweb.domain.mission import Document, Mission, Project, Readability
from tandemweb.store.commit_paths import find_last_commit
from tandemweb.store.documents import read_texts
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.file_links import DocumentLinks, Tree, Wanted, find_tree, join_wanted
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
    index = get_index()
    wanted = tuple(documents)
    paths = [document.path for document in wanted]
    texts = read_texts(index, project.slug, paths)
    known = frozenset(document.path for document in mission.documents)
    drafts = []
    for number, document in enumerate(wanted, 1):
        links = DocumentLinks(project, document.path, known, None)
        drafts.append(_Draft(document, texts.get(document.path, ""), links, f"d{number}-"))
    commit = find_last_commit(index, project.slug, paths) or get_repository_status(index, project.slug).head_oid
    tree = find_tree(project, commit, join_wanted(draft.list_wanted() for draft in drafts))
    return tuple(draft.render(tree) for draft in drafts)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document before it is known where the file names in it lead."""

    document: Document
    text: str
    links: DocumentLinks
    id_prefix: str

    def list_wanted(self) -> Wanted:
        try:
            slots = get_renderer().list_slots(self.text, id_prefix=self.id_prefix) if self._is_text() else ()
        except TooExpensiveError:
            slots = ()
        return self.links.list_wanted(slots)

    def render(self, tree: Tree | None) -> Prose:
        if not self._is_text():
            return Prose(self.document, Markup(), "This document could not be read as text; see its problems.")
        source = urls.document(self.links.project.slug, self.document.path, view="source")
        resolvers = replace(self.links, tree=tree).resolvers(source)
        try:
            return Prose(self.document, get_renderer().render(self.text, resolvers, id_prefix=self.id_prefix).html)
        except TooExpensiveError as error:
            return Prose(self.document, Markup(), f"{error}; its source is shown in pages.")

    def _is_text(self) -> bool:
        return self.document.readability not in {Readability.BINARY, Readability.UNREADABLE}
