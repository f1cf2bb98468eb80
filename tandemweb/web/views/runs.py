"""The list of runs, what waits for a person, one run while it goes on, and the plain output of its steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from flask import Blueprint, Response, request

from tandemweb.archive.reading import read_bytes
from tandemweb.domain.run import Run, RunStatus, StepRun
from tandemweb.domain.workflow import Limits
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.gate_choosing import find_next_run, list_run_choices
from tandemweb.services.run_board import RunNotices, title_run
from tandemweb.services.run_details import STREAMS, RunDetail, find_stream, read_detail
from tandemweb.services.run_listing import Total, count_seconds, list_runs, total_by_mission, total_runs
from tandemweb.services.stage_previews import GateChoice
from tandemweb.store.projects import list_projects
from tandemweb.store.runs import list_run_rows
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.form_drafts import recall_draft
from tandemweb.web.guards import SANDBOX_POLICY
from tandemweb.web.pages import page
from tandemweb.web.parameters import LONGEST_NUMBER, find_choice, find_text
from tandemweb.web.raw import TEXT_TYPE, raw_response
from tandemweb.web.run_pages import MODE_WORDS, RunPlace, RunRow, StepView, list_actions, make_request_key, pair_steps
from tandemweb.web.run_questions import QuestionForm, make_form
from tandemweb.web.run_views import EventChoice, build_steps, is_unseen, list_places, make_run_row
from tandemweb.web.stage_forms import Form

blueprint = Blueprint("runs", __name__)

CHUNK = 256 * 1024


class StatusFilter(StrEnum):
    """Groups of statuses that a person looks for."""

    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class RunsQuery:
    """What the URL asks of the list; ``mission`` is the path of a mission folder."""

    project: str | None = None
    mission: str | None = None
    status: StatusFilter | None = None

    def address(self, **changes: str | None) -> str:
        given = {"project": self.project, "mission": self.mission, "status": self.status, **changes}
        return urls.runs(**given)


@dataclass(frozen=True, slots=True)
class MissionTotal:
    place: RunPlace
    total: Total
    address: str


@dataclass(frozen=True, slots=True)
class RunsPage:
    """``counts`` says how many runs each status would show; ``limit`` is how many of the newest are looked at."""

    query: RunsQuery
    rows: tuple[RunRow, ...]
    total: Total
    missions: tuple[MissionTotal, ...]
    counts: Mapping[str, int]
    projects: Mapping[str, str]
    all_count: int


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What agents ask and which ends nobody has seen, as the top of every page says it."""

    notices: RunNotices


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A way on from the gate that a run waits for; ``run_address`` leads to the run that it began."""

    choice: GateChoice
    run_address: str | None


@dataclass(frozen=True, slots=True)
class RunPage:
    """``rows`` holds the steps, parallel ones side by side; ``actions`` the buttons that the run has now.

    ``choices`` are the ways on of a run outside missions, ``edited`` names steps that were edited for it. ``message``
    and ``note`` were typed before a look at what had to be allowed.
    """

    run: Run
    title: str
    place: RunPlace
    mode_words: str
    gate_title: str
    seconds: float | None
    limits: Limits
    edited: tuple[str, ...]
    problems: tuple[str, ...]
    retry_at: datetime | None
    is_unseen: bool
    questions: tuple[QuestionForm, ...]
    rows: tuple[tuple[StepView, ...], ...]
    resumable: tuple[StepView, ...]
    actions: tuple[str, ...]
    request_key: str
    choices: tuple[RunChoice, ...]
    message: str = ""
    note: str = ""


@page(blueprint, "/runs", "runs/list.html")
def index() -> RunsPage:
    query = read_query()
    found = list_runs(get_configuration().data_folder, get_state(), project=query.project, mission_path=query.mission)
    chosen = [run for run in found if query.status is None or is_like(run, query.status)]
    places = list_places(found)
    totals = total_by_mission(run for run in chosen if run.mission_path)
    return RunsPage(
        query=query,
        rows=tuple(make_run_row(run, places[run.id]) for run in chosen),
        total=total_runs("all", chosen),
        missions=tuple(_make_total(key, total, chosen, places) for key, total in totals.items()),
        counts={status.value: sum(is_like(run, status) for run in found) for status in StatusFilter},
        projects={project.slug: project.name for project in list_projects(get_state())},
        all_count=len(found),
    )


def read_query() -> RunsQuery:
    project = find_text("project")
    return RunsQuery(None if project == "*" else project, find_text("mission"), find_choice("status", StatusFilter))


def is_like(run: Run, status: StatusFilter) -> bool:
    match status:
        case StatusFilter.ACTIVE:
            return not run.status.is_end
        case StatusFilter.WAITING:
            return run.status is RunStatus.PAUSED or bool(run.questions or run.waits_for)
        case StatusFilter.DONE:
            return run.status is RunStatus.DONE
        case StatusFilter.FAILED:
            return run.status in {RunStatus.FAILED, RunStatus.INTERRUPTED}
        case StatusFilter.STOPPED:
            return run.status is RunStatus.CANCELLED
        case StatusFilter.UNSEEN:
            return is_unseen(run)


def _make_total(key: tuple[str, str], total: Total, runs: list[Run], places: Mapping[str, RunPlace]) -> MissionTotal:
    run = next(run for run in runs if (run.project, run.mission_path) == key)
    return MissionTotal(places[run.id], total, urls.runs(project=key[0], mission=key[1]))


@page(blueprint, "/runs/waiting", "runs/waiting.html")
def waiting() -> WaitingPage:
    return WaitingPage(get_configuration().runs.notices)


@page(blueprint, "/runs/<number>", "runs/show.html")
def show(number: str) -> RunPage:
    detail = read_detail(get_configuration().data_folder, get_state(), number)
    run = detail.run
    place = list_places([run])[run.id]
    views = build_steps(detail, EventChoice(find_number("step"), find_number("before")))
    typed = recall_draft(urls.run(number))[0] or Form()
    resumable = tuple(view for view in views if view.step.session_id and view.step.status.is_end)
    return RunPage(
        run=run,
        title=title_run(run),
        place=place,
        mode_words=MODE_WORDS[run.mode],
        gate_title=detail.gates.get(run.waits_for, run.waits_for),
        seconds=count_seconds(run),
        limits=detail.limits,
        edited=detail.edited,
        problems=detail.problems,
        retry_at=detail.retry_at,
        is_unseen=is_unseen(run),
        questions=tuple(map(make_form, run.questions)),
        rows=pair_steps(views),
        resumable=resumable,
        actions=list_actions(detail, has_session=bool(resumable), has_mission=place.mission_address is not None),
        request_key=make_request_key("resume", run.project, run.mission_path, find_latest_run(run)),
        choices=list_ways_on(detail),
        message=typed.get("message", ""),
        note=typed.get("note", ""),
    )


def list_ways_on(detail: RunDetail) -> tuple[RunChoice, ...]:
    run = detail.run
    found = list_run_choices(detail.request, run.waits_for) if run.status.is_end else ()
    began = {choice.word: find_next_run(get_state(), run.id, choice.word) for choice in found}
    return tuple(RunChoice(choice, urls.run(began[choice.word]) if began[choice.word] else None) for choice in found)


def find_latest_run(run: Run) -> str:
    """Name the newest run of the same mission."""
    rows = list_run_rows(get_state(), project=run.project, mission_path=run.mission_path, limit=1)
    return rows[0].id if rows else run.id


def find_number(name: str) -> int | None:
    text = find_text(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER and int(text)):
        raise InvalidRequestError(f"The parameter {name} is {text[:80]!r}; it is a number from 1 on.")
    return int(text)


@blueprint.get("/runs/<number>/steps/<int:step>/<stream>")
def log(number: str, step: int, stream: str) -> Response:
    """Answer the plain output of a step as it is now, in pieces: it may have any size."""
    data_folder = get_configuration().data_folder
    run = read_detail(data_folder, get_state(), number).run
    path = find_stream(data_folder, number, _get_step(run, step), stream)
    size = path.stat().st_size
    response = Response(_iter_file(path, size), content_type=TEXT_TYPE)
    response.headers["Content-Security-Policy"] = SANDBOX_POLICY
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f"inline; filename={number}-{step:02}-{STREAMS[stream]}"
    return response


def _get_step(run: Run, number: int) -> StepRun:
    step = next((step for step in run.steps if step.number == number), None)
    if step is None:
        raise NotFoundError(f"The run has no step {number}.")
    return step


def _iter_file(path: Path, size: int) -> Iterator[bytes]:
    # Not beyond the size that was announced: the agent may be writing.
    with path.open("rb") as opened:
        while size > 0 and (chunk := opened.read(min(CHUNK, size))):
            size -= len(chunk)
            yield chunk


@blueprint.get("/runs/<number>/files/<path:path>")
def file(number: str, path: str) -> Response:
    """Answer a file as it is now in the work tree of the run."""
    run = read_detail(get_configuration().data_folder, get_state(), number).run
    if not run.work_tree:
        raise NotFoundError("It is not known where this run worked.")
    return raw_response(read_bytes(run.work_tree, path), path, download=request.args.get("download") is not None)
