"""Refreshing the index of a project: what changed on disk and in git since the last time, and nothing else.

A refresh walks the project (stamps against the known ones), lists new missions by name and State.json so that they can
be browsed at once, reads the missions that changed in batches of one transaction each, then documents outside missions,
then git. The structure is forgotten first and noted last: after a refresh that was cut off, the next one finds the rest
changed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tandemweb.archive.checks import check_root
from tandemweb.archive.missions import MissionFolder
from tandemweb.archive.state import StateReading, read_state
from tandemweb.archive.tree import list_skip_problems, read_tree
from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.services.changes import document_topic, project_topic
from tandemweb.services.collector import undisturbed
from tandemweb.services.commits import refresh_history
from tandemweb.services.deciding import link_decisions
from tandemweb.services.index_documents import refresh_documents
from tandemweb.services.index_missions import list_topics, save_planned
from tandemweb.services.link_refresh import refresh_links
from tandemweb.services.mission_plans import MissionPlan, plan_missions
from tandemweb.services.survey import NO_STAMP, PROJECT, Survey, summarise_walk, survey_tree
from tandemweb.store.connections import IndexWriter
from tandemweb.store.files import (
    KnownFile,
    delete_known_files,
    find_known_file,
    list_known_files,
    save_known_files,
)
from tandemweb.store.index_projects import list_roots, mark_refreshed, save_indexed_project, save_roots
from tandemweb.store.missions import list_mission_paths
from tandemweb.store.problems import save_project_problems

AREA = "archive"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is. ``stage`` is ``walking``, ``documents``, ``history`` or ``done``; 0 of 0: not known."""

    stage: str
    done_count: int = 0
    total_count: int = 0


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh did. ``topics`` (of services.changes) are for open pages; empty when nothing changed."""

    project: str  # slug
    topics: frozenset[str] = frozenset()
    saved_mission_count: int = 0
    removed_mission_count: int = 0
    new_commit_count: int = 0
    seconds: float = 0.0


Report = Callable[[Progress], None]


def report_nothing(_progress: Progress) -> None:
    pass


def refresh_project(index: IndexWriter, project: Project, *, report: Report = report_nothing) -> Refresh:
    """Bring the index of one project up to date. ``report`` is called from this thread, after each batch too."""
    with undisturbed():
        return _refresh(index, project, report)


def _refresh(index: IndexWriter, project: Project, report: Report) -> Refresh:
    start = time.monotonic()
    report(Progress("walking"))
    refresh = _refresh_files(index, project, report)
    if refresh is None:
        return _note_missing(index, project)
    report(Progress("history"))
    has_moved, new_commit_count = refresh_history(index, project)
    refresh_links(index, project)
    has_moved |= link_decisions(index, project.slug)
    with index.transaction() as transaction:
        mark_refreshed(transaction, project.slug, datetime.now(UTC))
    report(Progress("done"))
    return Refresh(
        project=project.slug,
        topics=refresh.topics | ({project_topic(project.slug)} if has_moved else set()),
        saved_mission_count=refresh.saved_mission_count,
        removed_mission_count=refresh.removed_mission_count,
        new_commit_count=new_commit_count,
        seconds=time.monotonic() - start,
    )


def _refresh_files(index: IndexWriter, project: Project, report: Report) -> Refresh | None:
    """Bring all but the history up to date; None when the project's folder is away."""
    tree = read_tree(project.path)
    walk = summarise_walk(tree)
    with index.transaction() as transaction:
        save_indexed_project(transaction, project)
        # Asked first: the stamps of many files take longer to load than to walk over.
        if find_known_file(transaction, project.slug, PROJECT) == walk:
            return Refresh(project.slug)
        known = list_known_files(transaction, project.slug)
        known_roots = list_roots(transaction, project.slug)
    survey = survey_tree(tree, known, known_roots)
    if survey.is_missing:
        return None
    if not survey.is_unchanged:
        return _refresh_archives(index, project, survey, known, report)
    with index.transaction() as transaction:
        save_known_files(transaction, project.slug, {PROJECT: walk})
    return Refresh(project.slug)


def _refresh_archives(
    index: IndexWriter, project: Project, survey: Survey, known: Mapping[str, KnownFile], report: Report
) -> Refresh:
    with index.transaction() as transaction:
        delete_known_files(transaction, project.slug, [PROJECT])
        save_roots(transaction, project.slug, survey.roots)
        stored = list_mission_paths(transaction, project.slug)
    plan = plan_missions(survey, known, stored)
    files = survey.tree.files
    save_planned(index, project, plan, files, lambda done, total: report(Progress("documents", done, total)))
    seen = {path: KnownFile(files[path], "") for path in survey.changed - plan.claimed}
    seen |= refresh_documents(index, project, survey, seen.keys() | survey.removed)
    _save_problems(index, project, tuple(_list_problems(survey, plan)))
    with index.transaction() as transaction:
        delete_known_files(transaction, project.slug, survey.removed)
        save_known_files(transaction, project.slug, seen | {PROJECT: KnownFile(NO_STAMP, survey.structure)})
    topics = list_topics(project, plan) | {document_topic(project.slug, path) for path in seen}
    if topics or survey.has_new_structure:
        topics |= {project_topic(project.slug)}
    return Refresh(project.slug, topics, len(plan.jobs), len(plan.gone))


def _note_missing(index: IndexWriter, project: Project) -> Refresh:
    """Keep what the index holds of a project whose folder is away: it may be on a disk that is not mounted."""
    away = KnownFile(NO_STAMP, "away")
    with index.transaction() as transaction:
        if find_known_file(transaction, project.slug, PROJECT) == away:
            return Refresh(project.slug)
    _save_problems(index, project, list_skip_problems(read_tree(project.path)))
    with index.transaction() as transaction:
        save_known_files(transaction, project.slug, {PROJECT: away})
    return Refresh(project.slug, frozenset({project_topic(project.slug)}))


def _save_problems(index: IndexWriter, project: Project, problems: tuple[Problem, ...]) -> None:
    with index.transaction() as transaction:
        save_project_problems(transaction, project.slug, AREA, problems)


def _list_problems(survey: Survey, plan: MissionPlan) -> Iterator[Problem]:
    inside: set[Problem] = set()
    for root in survey.roots:
        folders = [folder for folder in plan.folders if folder.root_path == root.path]
        for problem in check_root(survey.tree, root, folders, _States(survey.tree.project_path, folders)):
            inside.add(problem)
            yield problem
    yield from (problem for problem in list_skip_problems(survey.tree) if problem not in inside)


class _States(Mapping[str, StateReading]):
    """State.json of missions by mission path, read when asked for: the checks of a root look at one of them."""

    def __init__(self, project_path: str, folders: list[MissionFolder]) -> None:
        self._project_path = project_path
        self._state_paths = {folder.path: folder.state_path for folder in folders}

    def __getitem__(self, path: str) -> StateReading:
        return read_state(self._project_path, self._state_paths[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._state_paths)

    def __len__(self) -> int:
        return len(self._state_paths)
