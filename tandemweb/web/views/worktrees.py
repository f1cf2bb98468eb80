"""Worktrees that this program made: listed with what would be lost, archived or removed on request."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, request

from tandemweb.domain.made_tree import MadeTree, Parting
from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError
from tandemweb.services.changes import project_topic
from tandemweb.services.made_trees import get_made_tree, list_made_trees
from tandemweb.services.tree_removal import PATCHES, remove_made_tree
from tandemweb.store.projects import list_projects
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_project, get_state
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_text
from tandemweb.web.quantities import format_size

blueprint = Blueprint("worktrees", __name__)

SHOWN_PATHS = 200


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A worktree with its size in words and where it belongs; ``mission`` may have no page any more."""

    tree: MadeTree
    size: str
    is_registered: bool
    address: str


@dataclass(frozen=True, slots=True)
class WorktreesPage:
    """``project`` is the one whose worktrees are shown, None for all."""

    rows: tuple[TreeRow, ...]
    project: Project | None
    patches: tuple[str, ...]
    patch_folder: str


@dataclass(frozen=True, slots=True)
class WorktreePage:
    """``changed`` are the first of the files that are in no commit."""

    row: TreeRow
    changed: tuple[str, ...]
    patch_folder: str


@page(blueprint, "/worktrees", "worktrees/list.html")
def index() -> WorktreesPage:
    slug = find_text("project")
    project = get_project(slug) if slug else None
    data_folder = get_configuration().data_folder
    folder = data_folder / PATCHES
    return WorktreesPage(
        rows=make_rows(list_made_trees(data_folder, get_state(), project=slug)),
        project=project,
        patches=tuple(sorted((str(path.relative_to(folder)) for path in folder.glob("*/*.patch")), reverse=True)[:50]),
        patch_folder=str(folder),
    )


@page(blueprint, "/worktrees/<number>", "worktrees/show.html")
def show(number: str) -> WorktreePage:
    data_folder = get_configuration().data_folder
    tree = get_made_tree(data_folder, get_state(), number)
    return WorktreePage(make_rows([tree])[0], tree.changed[:SHOWN_PATHS], str(data_folder / PATCHES))


@blueprint.post("/worktrees/<number>/remove")
def remove(number: str) -> Response:
    configuration = get_configuration()
    wanted = request.form.get("keep", "")
    if wanted not in set(Parting):
        raise InvalidRequestError(f"keep cannot be {wanted[:40]!r}; it can be one of: {', '.join(Parting)}.")
    tree = get_made_tree(configuration.data_folder, get_state(), number)
    remove_made_tree(configuration.data_folder, get_state(), number, request.form.get("seen", ""), Parting(wanted))
    configuration.broker.publish({project_topic(tree.project)})
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": urls.worktrees()})


def make_rows(trees: Iterable[MadeTree]) -> tuple[TreeRow, ...]:
    known = {project.slug for project in list_projects(get_state())}
    return tuple(TreeRow(tree, describe_size(tree), tree.project in known, urls.worktree(tree.id)) for tree in trees)


def describe_size(tree: MadeTree) -> str:
    return f"{format_size(tree.size_count)}{' at least' if tree.is_large else ''}"
