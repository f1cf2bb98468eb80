"""One document: rendered, as its source, or as what changed between two of its versions; and its exact bytes."""

import os
from dataclasses import dataclass, replace
from enum import StrEnum

from flask import Blueprint, Response, request

from tandemweb.archive.reading import FileText, TooLargeError
from tandemweb.domain.commit import Commit
from tandemweb.domain.mission import Document, Mission, Project, Readability
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.services.changes import document_topic, mission_topic, project_topic
from tandemweb.services.correction_requests import get_corrected_mission
from tandemweb.store.commit_paths import list_document_versions
from tandemweb.store.database import Database
from tandemweb.store.documents import DocumentPlace, get_document, get_path_bytes, list_project_documents
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.reviews import count_review_findings
from tandemweb.web import urls
from tandemweb.web.contents import get_content_on_disk
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.differences import DiffLayout, ShownDifference, find_layout, show_difference
from tandemweb.web.document_versions import (
    DiskFile,
    Version,
    get_committed_content,
    get_version,
    list_committed_versions,
    list_versions,
    read_difference,
    read_disk_file,
)
from tandemweb.web.events import name_topics
from tandemweb.web.file_links import DocumentLinks, find_tree
from tandemweb.web.markdown import RenderedMarkdown, TooExpensiveError, get_renderer
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_choice, find_page_number, find_text
from tandemweb.web.rail import MissionPlace, RailStep, list_steps
from tandemweb.web.raw import raw_response
from tandemweb.web.repositories import find_oid
from tandemweb.web.source_lines import SourcePage, build_source_page, find_line_range

blueprint = Blueprint("documents", __name__)

MARKDOWN_ENDINGS = (".md", ".markdown")
WITHOUT_TEXT = {Readability.BINARY, Readability.UNREADABLE}


class DocumentView(StrEnum):
    RENDERED = "rendered"
    SOURCE = "source"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class ViewLink:
    view: DocumentView
    address: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from ``older`` to ``newer``; ``message`` says why there is nothing to show."""

    layout: DiffLayout
    older: Version | None = None
    newer: Version | None = None
    difference: ShownDifference | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document, in one of its views.

    ``commit`` is the one whose content is shown, None for the file on disk. Of ``rendered``, ``source`` and
    ``changes`` one is there, none when there is no text. ``message`` says what is special about what is shown.
    """

    project: Project
    place: MissionPlace | None
    steps: tuple[RailStep, ...]
    document: Document
    topics: tuple[str, ...]
    at: str | None
    commit: Commit | None
    view: DocumentView
    views: tuple[ViewLink, ...]
    versions: tuple[Version, ...]
    readability: Readability
    line_count: int
    message: str
    finding_count: int | None  # of a plan or review outside missions that has a page for them
    rendered: RenderedMarkdown | None = None
    source: SourcePage | None = None
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """What every view of the document needs."""

    project: Project
    place: DocumentPlace
    mission: Mission | None
    versions: tuple[Version, ...]
    disk: DiskFile
    at: str | None
    text: FileText

    @property
    def path(self) -> str:
        return self.place.document.path


@page(blueprint, "/projects/<slug>/documents/<path:path>", "documents/show.html")
def show(slug: str, path: str) -> DocumentPage:
    index = get_index()
    reading = _read(index, get_project(slug), path)
    is_markdown = path.lower().endswith(MARKDOWN_ENDINGS)
    view = find_choice("view", DocumentView) or (DocumentView.RENDERED if is_markdown else DocumentView.SOURCE)
    if view is DocumentView.CHANGES:
        return _compose(reading, view, is_markdown=is_markdown, changes=_compare(reading))
    if reading.text.readability in WITHOUT_TEXT:
        return _compose(reading, view, is_markdown=is_markdown)
    if view is DocumentView.RENDERED and is_markdown:
        try:
            rendered = _render(index, reading)
            return _compose(reading, view, is_markdown=is_markdown, rendered=rendered)
        except TooExpensiveError as error:
            note = f"{error}, so its source is shown."
            return _compose(reading, view, is_markdown=is_markdown, source=_list_lines(reading), note=note)
    return _compose(reading, DocumentView.SOURCE, is_markdown=is_markdown, source=_list_lines(reading))


@blueprint.get("/projects/<slug>/raw/<path:path>")
def raw(slug: str, path: str) -> Response:
    """Answer the exact bytes, of any file of a commit, or of a document on disk."""
    project = get_project(slug)
    at = find_oid("at")
    if at is None:
        content = get_content_on_disk(project, os.fsdecode(get_path_bytes(get_index(), slug, path)))
    else:
        versions = list_committed_versions(list_document_versions(get_index(), slug, path))
        content = get_committed_content(project, versions, path, at)
    if len(content.data) < content.size:
        raise TooLargeError(f"{path} has {content.size:,} bytes; that is more than this page gives away.")
    return raw_response(content.data, path, download=find_text("download") is not None)


def _read(index: Database, project: Project, path: str) -> _Reading:
    place = get_document(index, project.slug, path)
    disk = read_disk_file(project, get_path_bytes(index, project.slug, path))
    versions = list_versions(list_document_versions(index, project.slug, path), path, disk)
    mission = None
    if place.root and place.mission:
        mission = get_corrected_mission(index, get_state(), project.slug, place.root, place.mission).mission
    at = find_oid("at")
    text = get_committed_content(project, versions, path, at).text if at else disk.text
    return _Reading(project, place, mission, versions, disk, at, text)


def _render(index: Database, reading: _Reading) -> RenderedMarkdown:
    renderer, text = get_renderer(), reading.text.text
    links = DocumentLinks(reading.project, reading.path, _list_paths(index, reading), None)
    wanted = links.list_wanted(renderer.list_slots(text))
    links = replace(links, tree=find_tree(reading.project, _find_commit(index, reading), wanted))
    source = urls.document(reading.project.slug, reading.path, view=DocumentView.SOURCE, at=reading.at)
    return renderer.render(text, links.resolvers(source))


def _list_paths(index: Database, reading: _Reading) -> frozenset[str]:
    documents = reading.mission.documents if reading.mission else ()
    return frozenset(document.path for document in (*documents, *list_project_documents(index, reading.project.slug)))


def _find_commit(index: Database, reading: _Reading) -> str | None:
    """Find the commit that last changed the document; HEAD when no commit holds it."""
    committed = next((version.key for version in reading.versions if version.commit), None)
    return reading.at or committed or get_repository_status(index, reading.project.slug).head_oid


def _list_lines(reading: _Reading) -> SourcePage:
    number = find_page_number() if "page" in request.args else None
    return build_source_page(reading.text.text, reading.path, get_renderer(), marked=find_line_range(), number=number)


def _compare(reading: _Reading) -> Changes:
    layout, versions = find_layout(), reading.versions
    given_newer, given_older = find_text("to") or reading.at, find_text("from")
    if not versions:
        return Changes(layout, message="No commit holds this document, and there is no file to compare with.")
    newer = get_version(versions, given_newer) if given_newer else versions[0]
    position = versions.index(newer)
    if not given_older and position + 1 == len(versions):
        return Changes(layout, None, newer, message="This is the first version; there is none before it.")
    older = get_version(versions, given_older) if given_older else versions[position + 1]
    try:
        difference = show_difference(read_difference(reading.project, older, newer, reading.disk), layout)
    except (HistoryError, NotFoundError) as error:
        return Changes(layout, older, newer, message=f"The difference cannot be shown: {error}")
    has_changes = difference.hunks or difference.is_binary
    return Changes(layout, older, newer, difference, "" if has_changes else "The two versions are the same.")


def _compose(
    reading: _Reading,
    view: DocumentView,
    *,
    is_markdown: bool,
    rendered: RenderedMarkdown | None = None,
    source: SourcePage | None = None,
    changes: Changes | None = None,
    note: str = "",
) -> DocumentPage:
    project, document, at = reading.project, reading.place.document, reading.at
    commits = {version.key: version.commit for version in reading.versions}
    problem = reading.text.problem
    messages = (note, problem.message if problem and changes is None else "")
    views = [choice for choice in DocumentView if is_markdown or choice is not DocumentView.RENDERED]
    return DocumentPage(
        project=project,
        place=_find_place(reading),
        steps=_list_rail(reading),
        document=document,
        topics=_list_topics(reading),
        at=at,
        commit=commits.get(at) if at else None,
        view=view,
        views=tuple(ViewLink(choice, _view_address(reading, choice)) for choice in views),
        versions=reading.versions,
        readability=reading.text.readability,
        line_count=reading.text.line_count,
        message=" ".join(filter(None, messages)),
        finding_count=None if reading.mission else count_review_findings(get_index(), project.slug).get(document.path),
        rendered=rendered,
        source=source,
        changes=changes,
    )


def _view_address(reading: _Reading, view: DocumentView) -> str:
    return urls.document(reading.project.slug, reading.path, view=view, at=reading.at)


def _find_place(reading: _Reading) -> MissionPlace | None:
    mission, project = reading.mission, reading.project
    if mission is None:
        return None
    return MissionPlace(project.slug, project.name, mission.root.slug, mission.name, mission.path)


def _list_rail(reading: _Reading) -> tuple[RailStep, ...]:
    """List the steps of the document's mission; its own step, or the exchange it belongs to, is the current one."""
    mission, document = reading.mission, reading.place.document
    if mission is None:
        return ()
    own = urls.document(reading.project.slug, document.path)
    keys = [step.key for step in list_steps(reading.project.slug, mission) if step.address == own]
    exchange = {"planning": "planning", "evaluation": f"evaluation-{document.round}"}.get(document.stage or "", "")
    return list_steps(reading.project.slug, mission, keys[0] if keys else exchange)


def _list_topics(reading: _Reading) -> tuple[str, ...]:
    """List what makes the page stale."""
    slug, place = reading.project.slug, reading.place
    own = mission_topic(slug, place.root, place.mission) if place.root and place.mission else ""
    return name_topics(own or document_topic(slug, reading.path), project_topic(slug))
