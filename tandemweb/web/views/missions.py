"""The list of missions over all projects, one mission with its timeline, and its pictures."""

from dataclasses import dataclass, replace

from flask import Blueprint, request

from tandemweb.domain.mission import Document, DocumentKind, Mission, Project
from tandemweb.services.corrected_rows import correct_rows
from tandemweb.services.correction_requests import get_corrected_mission
from tandemweb.services.folders import shadow_folder
from tandemweb.services.timeline import Timeline, build_timeline
from tandemweb.services.work import ImplementingCommit, list_work
from tandemweb.store.commit_paths import list_mission_commits
from tandemweb.store.index_projects import list_read_projects
from tandemweb.store.mission_list import MissionFilter, MissionFlag, MissionPage, MissionSort, list_missions
from tandemweb.store.projects import list_projects
from tandemweb.store.questions import OpenQuestion, list_questions
from tandemweb.web import urls
from tandemweb.web.asset_groups import AssetGroup, group_assets
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.mission_findings import MissionFindings, build_mission_findings
from tandemweb.web.next_step import NextStepPanel, build_panel, read_mission_standing
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_choice, find_page_number, find_text
from tandemweb.web.rail import MissionPlace, RailStep, list_steps
from tandemweb.web.stage_panel import StagePanel, build_stage_panel

blueprint = Blueprint("missions", __name__)

PAGE_SIZE = 100
ANY = "*"
# Texts and counts read best from the smallest, dates and what needs care from the largest.
ASCENDING_FIRST = frozenset({MissionSort.NAME, MissionSort.PROJECT, MissionSort.PHASE})


@dataclass(frozen=True, slots=True)
class MissionQuery:
    """What the URL asks of the list."""

    project: str | None = None
    phase: str | None = None
    verdict: str | None = None
    flag: MissionFlag | None = None
    text: str = ""
    sort: MissionSort = MissionSort.UPDATED
    descending: bool = True
    number: int = 1

    def address(self, **changes: object) -> str:
        """Give the URL of the same list with some parameters changed; any change but the page leads to page one."""
        wanted = replace(self, **{"number": 1, **changes})  # type: ignore[arg-type]  # names are checked by replace
        is_default_order = wanted.sort is MissionSort.UPDATED and wanted.descending
        return urls.missions(
            project=wanted.project,
            phase=wanted.phase,
            verdict=wanted.verdict,
            flag=wanted.flag,
            text=wanted.text or None,
            sort=None if is_default_order else wanted.sort,
            order=None if is_default_order else ("desc" if wanted.descending else "asc"),
            page=None if wanted.number == 1 else wanted.number,
        )

    def sort_address(self, sort: str) -> str:
        """Sort by a column; by the same column again, the other way round."""
        chosen = MissionSort(sort)
        if chosen is self.sort:
            return self.address(descending=not self.descending)
        return self.address(sort=chosen, descending=chosen not in ASCENDING_FIRST)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.project or self.phase is not None or self.verdict is not None or self.flag or self.text)


@dataclass(frozen=True, slots=True)
class MissionsPage:
    """``missions`` holds the rows of this page with the counts of every possible filter.

    ``unread`` names the projects that are still being read for the first time.
    """

    query: MissionQuery
    missions: MissionPage
    page_count: int
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissionDetailPage:
    """One mission: its steps in the order of the protocol, its timeline in the order of git."""

    place: MissionPlace
    mission: Mission
    steps: tuple[RailStep, ...]
    timeline: Timeline
    work: tuple[ImplementingCommit, ...]
    documents: dict[str, Document]
    other_documents: tuple[Document, ...]
    questions: tuple[OpenQuestion, ...]
    findings: MissionFindings
    next: NextStepPanel
    stages: StagePanel


@dataclass(frozen=True, slots=True)
class AssetsPage:
    place: MissionPlace
    steps: tuple[RailStep, ...]
    rounds: tuple[tuple[int | None, tuple[AssetGroup, ...]], ...]  # without a round last
    asset_count: int


@page(blueprint, "/", "missions/list.html", fragment="missions/_list.html")
def index() -> MissionsPage:
    query = read_query()
    missions = list_missions(
        get_index(),
        MissionFilter(
            project=query.project,
            phase=query.phase,
            verdict=query.verdict,
            flags=frozenset({query.flag} if query.flag else ()),
            text=query.text,
            sort=query.sort,
            descending=query.descending,
            offset=(query.number - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
        ),
    )
    missions = replace(missions, rows=correct_rows(get_index(), get_state(), missions.rows))
    return MissionsPage(query, missions, max(1, -(-missions.total_count // PAGE_SIZE)), list_unread())


def list_unread() -> tuple[str, ...]:
    """Name the registered projects whose first refresh has not ended."""
    read = list_read_projects(get_index())
    return tuple(project.name for project in list_projects(get_state()) if project.slug not in read)


def read_query() -> MissionQuery:
    sort = find_choice("sort", MissionSort) or MissionSort.UPDATED
    order = find_text("order")
    return MissionQuery(
        project=_find_chosen("project"),
        phase=_find_chosen("phase"),
        verdict=_find_chosen("verdict"),
        flag=find_choice("flag", MissionFlag),
        text=find_text("text") or "",
        sort=sort,
        descending=order != "asc" if order else sort not in ASCENDING_FIRST,
        number=find_page_number(),
    )


def _find_chosen(name: str) -> str | None:
    """Give a value of a facet; empty is one ("without a verdict"), ``*`` of the form means any."""
    value = request.args.get(name)
    return None if value == ANY else value


@page(blueprint, "/projects/<slug>/missions/<root>/<name>", "missions/show.html")
def show(slug: str, root: str, name: str) -> MissionDetailPage:
    database = get_index()
    project = get_project(slug)
    corrected = get_corrected_mission(database, get_state(), slug, root, name)
    mission = corrected.mission
    commits = list_mission_commits(database, slug, mission.path)
    shadows = shadow_folder(get_configuration().data_folder)
    standing = read_mission_standing(project, mission)
    questions = list_questions(database, slug, root, name)
    return MissionDetailPage(
        place=find_place(project, mission),
        mission=mission,
        steps=list_steps(slug, mission),
        timeline=build_timeline(project, mission, commits, shadows),
        work=list_work(database, slug, root, name),
        documents={document.path: document for document in mission.documents},
        other_documents=tuple(d for d in mission.documents if d.kind is DocumentKind.OTHER),
        questions=questions,
        findings=build_mission_findings(database, slug, corrected, commits),
        next=build_panel(project, mission, standing, questions),
        stages=build_stage_panel(project, mission, standing),
    )


@page(blueprint, "/projects/<slug>/missions/<root>/<name>/assets", "missions/assets.html")
def assets(slug: str, root: str, name: str) -> AssetsPage:
    project = get_project(slug)
    mission = get_corrected_mission(get_index(), get_state(), slug, root, name).mission
    return AssetsPage(
        find_place(project, mission),
        list_steps(slug, mission, "assets"),
        group_assets(mission.assets),
        len(mission.assets),
    )


def find_place(project: Project, mission: Mission) -> MissionPlace:
    return MissionPlace(project.slug, project.name, mission.root.slug, mission.name, mission.path)
