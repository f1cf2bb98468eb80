"""Any file of a project as it was at one commit: text with line anchors, a picture, a link's target, or what it is."""

import posixpath
from dataclasses import dataclass

from flask import Blueprint, request

from tandemweb.domain.commit import Commit
from tandemweb.domain.mission import Project
from tandemweb.errors import NotFoundError
from tandemweb.history.contents import list_folder_at
from tandemweb.store.commit_list import get_commit
from tandemweb.store.database import Database
from tandemweb.store.documents import get_document
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.contents import Content, ContentKind, get_content_at
from tandemweb.web.databases import get_index, get_project
from tandemweb.web.markdown import get_renderer
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_page_number
from tandemweb.web.raw import find_image_type
from tandemweb.web.repositories import find_oid, open_history
from tandemweb.web.source_lines import LineRange, SourcePage, build_source_page, find_line_range

blueprint = Blueprint("files", __name__)

LINK_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class FolderEntry:
    name: str
    path: str
    is_folder: bool


@dataclass(frozen=True, slots=True)
class FilePage:
    """``at`` is the commit; ``commit`` is None when the index does not know it. ``oid`` is git's name of the content.

    ``source`` for text, ``target`` for a symbolic link, ``image`` for a picture's address, ``entries`` for a folder.
    """

    project: Project
    path: str
    at: str
    commit: Commit | None
    kind: ContentKind
    oid: str | None
    size: int
    message: str
    document: str | None
    marked: LineRange | None
    source: SourcePage | None = None
    target: str = ""
    image: str | None = None
    entries: tuple[FolderEntry, ...] = ()

    def line_address(self, number: int) -> str:
        return urls.file(self.project.slug, self.path, at=self.at, line=number)


@page(blueprint, "/projects/<slug>/files/<path:path>", "files/show.html")
def show(slug: str, path: str) -> FilePage:
    index, project = get_index(), get_project(slug)
    at = find_oid("at") or get_repository_status(index, slug).head_oid
    if at is None:
        raise NotFoundError(f"{project.name} has no commit, so there is no file of any commit to show.")
    content = get_content_at(project, path, at)
    problem = content.text.problem if content.kind is ContentKind.TEXT else None
    return FilePage(
        project=project,
        path=path,
        at=at,
        commit=_find_commit(index, slug, at),
        kind=content.kind,
        oid=content.oid,
        size=content.size,
        message=problem.message if problem else "",
        document=_find_document(index, slug, path),
        marked=find_line_range(),
        source=_list_lines(content) if content.kind is ContentKind.TEXT else None,
        target=_read_target(content),
        image=urls.blob(slug, path, at=at) if _is_picture(content) else None,
        entries=_list_entries(project, path, at) if content.kind is ContentKind.FOLDER else (),
    )


def _find_commit(index: Database, slug: str, oid: str) -> Commit | None:
    try:
        return get_commit(index, slug, oid).commit
    except NotFoundError:
        return None


def _find_document(index: Database, slug: str, path: str) -> str | None:
    """Find the address of the page that shows the file as a document."""
    try:
        get_document(index, slug, path)
    except NotFoundError:
        return None
    return urls.document(slug, path)


def _list_lines(content: Content) -> SourcePage:
    number = find_page_number() if "page" in request.args else None
    return build_source_page(content.text.text, content.path, get_renderer(), marked=find_line_range(), number=number)


def _read_target(content: Content) -> str:
    if content.kind is not ContentKind.LINK:
        return ""
    return content.data.decode("utf-8", "replace")[:LINK_CHARACTERS]


def _is_picture(content: Content) -> bool:
    return content.kind is ContentKind.BINARY and find_image_type(content.path) is not None


def _list_entries(project: Project, folder: str, at: str) -> tuple[FolderEntry, ...]:
    """List what a folder holds, folders first."""
    with open_history(project) as repository:
        found = list_folder_at(repository, at, folder)
    ordered = sorted(found, key=lambda entry: (not entry.is_folder, entry.path))
    return tuple(FolderEntry(posixpath.basename(one.path), one.path, is_folder=one.is_folder) for one in ordered)
