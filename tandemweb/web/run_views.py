"""Putting together what the page of one run shows: its steps, the windows of events that were asked for, its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run, RunStatus, StepRun
from tandemweb.errors import NotFoundError
from tandemweb.services.run_board import title_run
from tandemweb.services.run_details import RunDetail, StepDetail, Window, read_events
from tandemweb.services.run_listing import count_seconds
from tandemweb.store.mission_places import IndexedMission, find_document_paths, list_mission_places
from tandemweb.store.projects import list_projects
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_state
from tandemweb.web.output_text import clean_output
from tandemweb.web.run_events import describe_progress, link_files, list_entries
from tandemweb.web.run_pages import RunPlace, RunRow, StepView, WrittenFile, choose_shown

NOTHING = Window()


@dataclass(frozen=True, slots=True)
class EventChoice:
    """Which events a page asks for: those of one step, and those before one of them."""

    step: int | None = None
    before: int | None = None


def list_places(runs: Sequence[Run]) -> Mapping[str, RunPlace]:
    """Say what each run belongs to, by run id; two queries for any number of runs."""
    projects = {project.slug: project for project in list_projects(get_state())}
    paths = {run.mission_path for run in runs if run.mission_path}
    missions = list_mission_places(get_index(), paths) if paths else {}
    return {
        run.id: _find_place(run, projects.get(run.project), missions.get((run.project, run.mission_path)))
        for run in runs
    }


def _find_place(run: Run, project: Project | None, mission: IndexedMission | None) -> RunPlace:
    return RunPlace(
        project_name=project.name if project else run.project or "?",
        is_known=project is not None,
        mission=run.mission_path.rpartition("/")[2],
        mission_address=urls.mission(mission.project, mission.root, mission.name) if project and mission else None,
    )


def make_run_row(run: Run, place: RunPlace) -> RunRow:
    return RunRow(run, title_run(run), place, count_seconds(run), is_unseen(run))


def is_unseen(run: Run) -> bool:
    return run.status.is_end and run.seen_at is None


def build_steps(detail: RunDetail, choice: EventChoice) -> tuple[StepView, ...]:
    """Make the views of all steps; events are read of those that are shown, and of those that run."""
    run = detail.run
    shown = choose_shown(run.steps, choice.step)
    if choice.step is not None and choice.step not in {step.number for step in run.steps}:
        raise NotFoundError(f"The run has no step {choice.step}.")
    windows = {step.number: _read_window(run, step, choice, shown) for step in run.steps}
    views = tuple(
        _build_view(run, step, detail.steps.get(step.folder), windows[step.number], is_shown=step.number in shown)
        for step in run.steps
    )
    return _link(detail, views)


def _read_window(run: Run, step: StepRun, choice: EventChoice, shown: frozenset[int]) -> Window:
    if step.number not in shown and step.status.is_end:
        return NOTHING
    before = choice.before if step.number == choice.step else None
    return read_events(get_configuration().data_folder, run.id, step, before=before)


def _build_view(run: Run, step: StepRun, detail: StepDetail | None, window: Window, *, is_shown: bool) -> StepView:
    is_running = not step.status.is_end
    is_tail = window.last >= window.total
    entries = list_entries(window.events, is_running=is_running and is_tail)
    view = StepView(
        step=step,
        address=urls.run(run.id, step=step.number),
        seconds=count_seconds(step),
        progress=describe_progress(entries) if step.status is RunStatus.RUNNING and is_tail else "",
        is_shown=is_shown,
        is_tail=is_tail,
        entries=entries if is_shown else (),
        event_count=window.total,
        older_count=window.first - 1,
        older_address=urls.run(run.id, step=step.number, before=window.first) if window.first > 1 else None,
        newer_address=None if is_tail else urls.run(run.id, step=step.number),
        problem=window.problem,
    )
    if detail is None:
        return view
    return replace(
        view,
        limits=detail.limits,
        command=detail.command,
        cwd=detail.cwd,
        environment=detail.environment,
        prompt=detail.prompt,
        template=detail.template,
        has_own_command=detail.has_own_command,
        errors=detail.complaints,
        has_log=detail.has_log,
        problem=window.problem or detail.problem,
    )


def _link(detail: RunDetail, views: tuple[StepView, ...]) -> tuple[StepView, ...]:
    """Lead from the files that steps wrote to their pages."""
    run = detail.run
    project = next((one for one in list_projects(get_state()) if one.slug == run.project), None)
    named = {entry.path for view in views for entry in view.entries if entry.path}
    named |= {view.step.output for view in views if view.step.output}
    roots = [root for root in (run.work_tree, project.path if project else "") if root]
    inside = {path: _find_inside(path, roots) for path in named}
    found = {path for path in inside.values() if path}
    documents = find_document_paths(get_index(), project.slug, found) if project and found else frozenset()

    def find_address(path: str) -> str | None:
        within = inside.get(path)
        if within is None:
            return None
        if project and within in documents:
            return urls.document(project.slug, within)
        return urls.run_file(run.id, within)

    return tuple(
        replace(
            view,
            entries=(entries := link_files(view.entries, find_address)),
            output_address=find_address(view.step.output) if view.step.output else None,
            files=tuple(
                WrittenFile(clean_output(_shorten(path, inside)), find_address(path))
                for path in dict.fromkeys(entry.path for entry in entries if entry.kind == "file")
                if inside.get(path, path) != view.step.output
            ),
        )
        for view in views
    )


def _find_inside(path: str, roots: Sequence[str]) -> str | None:
    """Give a path as one within the project; None where it leads out of it."""
    for root in roots:
        if path.startswith(f"{root}/"):
            path = path.removeprefix(f"{root}/")
            break
    parts = path.split("/")
    return None if path.startswith("/") or not path or ".." in parts or "" in parts else path


def _shorten(path: str, inside: Mapping[str, str | None]) -> str:
    return inside.get(path) or path
