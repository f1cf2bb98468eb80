"""Registered projects: what each holds, its archive roots, documents outside missions, refs and worktrees."""

from dataclasses import dataclass

from flask import Blueprint

from tandemweb.domain.commit import RepositoryStatus
from tandemweb.domain.mission import ArchiveRoot, Document, Project
from tandemweb.domain.workflow import WorkflowSource
from tandemweb.services.workflows import list_workflows
from tandemweb.store.corrections import Correction, list_corrections
from tandemweb.store.documents import list_project_documents
from tandemweb.store.index_projects import ProjectSummary, list_project_summaries, list_roots
from tandemweb.store.mission_list import MissionFilter, MissionPage, list_missions
from tandemweb.store.missions import find_mission_places
from tandemweb.store.problems import ProblemFilter, ProblemPage, list_problems
from tandemweb.store.projects import list_projects
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.reviews import count_review_findings
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.pages import page
from tandemweb.web.views.workflows import WorkflowRow, make_row

blueprint = Blueprint("projects", __name__)

SHOWN_MISSIONS = 20
SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class ProjectGroup:
    """Projects that are worktrees of one repository, or a single one. ``common_dir`` is None without a repository."""

    common_dir: str | None
    projects: tuple[ProjectSummary, ...]


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    groups: tuple[ProjectGroup, ...]
    project_count: int


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """``finding_counts`` are those of the documents that say something of their own, by path.

    ``current_missions`` gives the address of the current mission of a root by its slug, where there is such a mission.
    ``lost_corrections`` belong to missions that are not there any more, under this name at least.
    """

    project: Project
    status: RepositoryStatus
    roots: tuple[ArchiveRoot, ...]
    current_missions: dict[str, str]
    missions: MissionPage
    documents: tuple[Document, ...]
    finding_counts: dict[str, int]
    problems: ProblemPage
    siblings: tuple[Project, ...]
    lost_corrections: tuple[Correction, ...]
    workflows: tuple[WorkflowRow, ...]


@dataclass(frozen=True, slots=True)
class RefsPage:
    """``most`` refs of a kind are listed."""

    project: Project
    status: RepositoryStatus
    most: int = 1000


@page(blueprint, "/projects", "projects/list.html")
def index() -> ProjectsPage:
    summaries = list_project_summaries(get_index())
    common_dirs = {project.slug: project.common_dir for project in list_projects(get_state())}
    groups: dict[str, list[ProjectSummary]] = {}
    for summary in summaries:
        groups.setdefault(common_dirs.get(summary.slug) or summary.path, []).append(summary)
    return ProjectsPage(
        tuple(ProjectGroup(common_dirs.get(members[0].slug), tuple(members)) for members in groups.values()),
        len(summaries),
    )


@page(blueprint, "/projects/<slug>", "projects/show.html")
def show(slug: str) -> ProjectPage:
    database = get_index()
    project = get_project(slug)
    roots, corrections = list_roots(database, slug), list_corrections(get_state(), slug)
    current = {root.slug: f"{root.path}/{root.current_mission}".lstrip("/") for root in roots if root.current_mission}
    corrected = {correction.anchor.mission_path for correction in corrections}
    missions = find_mission_places(database, slug, {*current.values(), *corrected})
    return ProjectPage(
        project=project,
        status=get_repository_status(database, slug),
        roots=roots,
        current_missions={
            root: urls.mission(slug, *missions[path]) for root, path in current.items() if path in missions
        },
        missions=list_missions(database, MissionFilter(project=slug, limit=SHOWN_MISSIONS)),
        documents=list_project_documents(database, slug),
        finding_counts=count_review_findings(database, slug),
        problems=list_problems(database, ProblemFilter(project=slug, limit=SHOWN_PROBLEMS)),
        siblings=list_siblings(project),
        lost_corrections=tuple(one for one in corrections if one.anchor.mission_path not in missions),
        workflows=list_startable(project),
    )


def list_startable(project: Project) -> tuple[WorkflowRow, ...]:
    """List the workflows that can begin without a mission, and all that the project itself offers."""
    entries = list_workflows(get_configuration().data_folder, project)
    rows = (make_row(entry, project if entry.source is WorkflowSource.PROJECT else None) for entry in entries)
    return tuple(row for row in rows if row.project or not (row.needs_mission or row.problem))


def list_siblings(project: Project) -> tuple[Project, ...]:
    """List the other registered worktrees of the same repository."""
    return tuple(
        other
        for other in list_projects(get_state())
        if other.slug != project.slug and other.common_dir and other.common_dir == project.common_dir
    )


@page(blueprint, "/projects/<slug>/refs", "projects/refs.html")
def refs(slug: str) -> RefsPage:
    return RefsPage(get_project(slug), get_repository_status(get_index(), slug))
