"""The commits of a project, and one commit with what it changed."""

from dataclasses import dataclass

from flask import Blueprint

from tandemweb.domain.commit import ChangeStatus, Commit, FileChange, RepositoryStatus
from tandemweb.domain.mission import Project
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.history.differences import read_commit_difference
from tandemweb.store.commit_list import CommitFilter, CommitPage, get_commit, list_commits
from tandemweb.store.links import LinkedMission, list_links
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.databases import get_index, get_project
from tandemweb.web.differences import DiffLayout, ShownDifference, find_layout, show_difference
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_page_number, find_text
from tandemweb.web.raw import find_image_type
from tandemweb.web.repositories import check_commit, open_history

blueprint = Blueprint("commits", __name__)

PAGE_SIZE = 50
SHOWN_LINES = 4000  # of all files of a commit together; the others are one click away
SUBMODULE, LINK = "160000", "120000"


@dataclass(frozen=True, slots=True)
class CommitsPage:
    project: Project
    status: RepositoryStatus
    path: str | None
    text: str
    with_unreachable: bool
    number: int
    page_count: int
    commits: CommitPage

    def address(self, *, number: int = 1) -> str:
        return urls.commits(
            self.project.slug,
            path=self.path,
            text=self.text or None,
            unreachable=1 if self.with_unreachable else None,
            page=None if number == 1 else number,
        )


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file of the commit. ``before`` and ``after``: addresses of the file there; ``images``: pictures to show.

    ``note`` says in words what the lines do not: a rename, a mode, a submodule. ``why_before`` and ``why_after`` begin
    the addresses of the stories of its lines.
    """

    change: FileChange
    note: str
    before: str | None
    after: str | None
    why_before: str | None
    why_after: str | None
    images: tuple[tuple[str, str], ...]
    difference: ShownDifference | None


@dataclass(frozen=True, slots=True)
class CommitDetailPage:
    """``path``: only that file's lines are shown. ``message`` says why lines are missing.

    ``missions`` are those that the commit implements, with the evidence; none: no mission is known.
    """

    project: Project
    commit: Commit
    is_reachable: bool
    parent: str | None
    missions: tuple[LinkedMission, ...]
    layout: DiffLayout
    path: str | None
    files: tuple[ChangedFile, ...]
    added_count: int
    removed_count: int
    message: str


@page(blueprint, "/projects/<slug>/commits", "commits/list.html")
def index(slug: str) -> CommitsPage:
    database, project = get_index(), get_project(slug)
    path, text, number = find_text("path"), find_text("text") or "", find_page_number()
    with_unreachable = find_text("unreachable") is not None
    wanted = CommitFilter(
        path=path,
        text=text,
        with_unreachable=with_unreachable,
        offset=(number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    commits = list_commits(database, slug, wanted)
    page_count = max(1, -(-commits.total_count // PAGE_SIZE))
    status = get_repository_status(database, slug)
    return CommitsPage(project, status, path, text, with_unreachable, number, page_count, commits)


@page(blueprint, "/projects/<slug>/commits/<oid>", "commits/show.html")
def show(slug: str, oid: str) -> CommitDetailPage:
    project = get_project(slug)
    row = get_commit(get_index(), slug, oid)
    layout, path = find_layout(), find_text("path")
    parent = row.commit.parents[0] if row.commit.parents and not row.commit.is_boundary else None
    differences, message = _read_differences(project, row.commit, layout, path)
    files = tuple(_show_file(slug, oid, parent, change, shown) for change, shown in differences)
    return CommitDetailPage(
        project=project,
        commit=row.commit,
        is_reachable=row.is_reachable,
        parent=parent,
        missions=list_links(get_index(), slug, oids=[oid]),
        layout=layout,
        path=path,
        files=files,
        added_count=sum(file.difference.added_count for file in files if file.difference),
        removed_count=sum(file.difference.removed_count for file in files if file.difference),
        message=message,
    )


def _read_differences(
    project: Project, commit: Commit, layout: DiffLayout, path: str | None
) -> tuple[list[tuple[FileChange, ShownDifference | None]], str]:
    """Give every changed file, with its lines as far as they can be read and fit on the page, and what is missing."""
    if commit.is_boundary:
        return [], "This is where a shallow clone begins: what this commit changed is not known."
    try:
        with open_history(project) as repository:
            found = read_commit_difference(repository, check_commit(commit.oid))
    except (HistoryError, NotFoundError) as error:
        return [(change, None) for change in commit.changes], f"Lines cannot be shown: {error}"
    shown: list[tuple[FileChange, ShownDifference | None]] = []
    room = SHOWN_LINES
    for file in found.files:
        size = sum(len(hunk.lines) for hunk in file.hunks)
        is_wanted = path in {None, file.change.path}
        is_first = room == SHOWN_LINES
        with_lines = is_wanted and (size <= room or is_first)
        room -= size if with_lines else 0
        shown.append((file.change, show_difference(file, layout, with_lines=with_lines)))
    return shown, "This commit is very large; some of its lines were not read." if found.is_truncated else ""


def _show_file(
    slug: str, oid: str, parent: str | None, change: FileChange, difference: ShownDifference | None
) -> ChangedFile:
    old_path = change.old_path or change.path
    before = parent if change.status is not ChangeStatus.ADDED else None
    after = oid if change.status is not ChangeStatus.DELETED else None
    sides = [("Before", before, old_path), ("After", after, change.path)]
    return ChangedFile(
        change=change,
        note=describe_change(change),
        before=urls.file(slug, old_path, at=before) if before else None,
        after=urls.file(slug, change.path, at=after) if after else None,
        why_before=urls.why(slug, old_path, at=before) if before else None,
        why_after=urls.why(slug, change.path, at=after) if after else None,
        images=tuple(
            (label, urls.blob(slug, path, at=at)) for label, at, path in sides if at and find_image_type(path)
        ),
        difference=difference,
    )


def describe_change(change: FileChange) -> str:
    """Say what a change of a file is beyond its lines; "" for a plain one."""
    parts = []
    if change.old_path:
        parts.append(f"{'copied' if change.status is ChangeStatus.COPIED else 'renamed'} from {change.old_path}")
    if SUBMODULE in {change.mode, change.old_mode}:
        parts.append(f"submodule {(change.old_blob or 'none')[:12]} → {(change.blob or 'none')[:12]}")
    elif LINK in {change.mode, change.old_mode}:
        parts.append("symbolic link; its line is where it points to")
    if change.status not in {ChangeStatus.ADDED, ChangeStatus.DELETED} and change.mode != change.old_mode:
        parts.append(f"mode {change.old_mode} → {change.mode}")
    return ", ".join(parts)
