"""Documents of one project, rendered for a page that shows several of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from tandemweb.domain.mission import Document, Project, Readability
from tandemweb.store.documents import read_texts
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.markdown import MarkdownRenderer, TooExpensiveError, get_renderer
from tandemweb.web.markdown_slots import Resolvers


@dataclass(frozen=True, slots=True)
class Prose:
    """A document with its safe HTML; where it cannot be rendered, ``message`` says why and ``html`` is empty."""

    document: Document
    html: Markup
    message: str = ""

    @property
    def name(self) -> str:
        return self.document.path.rpartition("/")[2].rpartition(".")[0]


def render_documents(project: Project, documents: Iterable[Document]) -> tuple[Prose, ...]:
    """Render documents of one page, by one query for all their texts. Ids are kept apart by a prefix per document."""
    wanted = tuple(documents)
    texts = read_texts(get_index(), project.slug, [document.path for document in wanted])
    renderer = get_renderer()
    return tuple(
        _render(renderer, project, document, texts.get(document.path, ""), f"d{number}-")
        for number, document in enumerate(wanted, 1)
    )


def _render(renderer: MarkdownRenderer, project: Project, document: Document, text: str, id_prefix: str) -> Prose:
    if document.readability in {Readability.BINARY, Readability.UNREADABLE}:
        return Prose(document, Markup(), "This document could not be read as text; see its problems.")
    source = urls.document(project.slug, document.path, view="source")
    resolvers = Resolvers(source=source, context=f"{project.slug}:{document.path}")
    try:
        return Prose(document, renderer.render(text, resolvers, id_prefix=id_prefix).html)
    except TooExpensiveError as error:
        return Prose(document, Markup(), f"{error}; its source is shown in pages.")
