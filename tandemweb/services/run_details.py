"""One run with what was told in it, for people to read: prompts, commands, complaints, windows of events.

Everything is read from the run's folder when it is asked for; nothing is ever written, apart from the index of events
that the reader of windows keeps beside a log.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from tandemweb.agents.event_log import read_window
from tandemweb.agents.presets import shell_command
from tandemweb.agents.run_files import read_json_file
from tandemweb.agents.run_folder import RunFolder, StepFolder, get_run_folder
from tandemweb.agents.run_reading import find_command, find_end, find_identity, find_request, find_state, read_run
from tandemweb.agents.tailing import read_end
from tandemweb.domain.run import Run, RunEvent, RunRequest, StepRun
from tandemweb.domain.workflow import AgentKind, Limits, Workflow
from tandemweb.errors import NotFoundError
from tandemweb.services.workflow_reading import extract_workflow
from tandemweb.store.database import Database
from tandemweb.store.runs import find_run

WINDOW = 200  # events
PROMPT_CHARACTERS, COMPLAINT_BYTES = 100_000, 8_000
CHUNK = 256 * 1024
STREAMS = {"stdout": "stdout.jsonl", "stderr": "stderr.txt", "prompt": "prompt.md"}


@dataclass(frozen=True, slots=True)
class StepDetail:
    """``command`` is a line for a shell, ``environment`` names variables, ``complaints`` is the end of stderr.

    ``template`` is what the prompt was made from where it was edited for this run, "" where it is the workflow's own;
    ``has_own_command`` whether the command was edited for it.
    ``problem`` says what is damaged, "" when nothing is.
    """

    limits: Limits
    command: str = ""
    cwd: str = ""
    environment: tuple[str, ...] = ()
    prompt: str = ""
    template: str = ""
    has_own_command: bool = False
    complaints: str = ""
    has_log: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Events number ``first`` (from 1) and following of ``total``."""

    events: tuple[RunEvent, ...] = ()
    first: int = 1
    total: int = 0
    problem: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.events) - 1


@dataclass(frozen=True, slots=True)
class RunDetail:
    """``limits`` are those of the run, ``gates`` the titles of the workflow's user gates by name.

    ``edited`` are the titles of steps whose prompts or commands were edited for this run.
    """

    run: Run
    request: RunRequest
    limits: Limits
    steps: Mapping[str, StepDetail] = field(default_factory=dict)  # by folder
    gates: Mapping[str, str] = field(default_factory=dict)
    edited: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    is_stop_wanted: bool = False
    is_pause_wanted: bool = False
    retry_at: datetime | None = None  # when it goes on by itself


def read_detail(data_folder: Path, state: Database, run_id: str) -> RunDetail:
    """Read all but the events. Raises NotFoundError when there is no such run."""
    folder = get_run_folder(data_folder, run_id)
    row, request, told = find_run(state, run_id), find_request(folder), find_state(folder)
    run = replace(read_run(folder), seen_at=row.seen_at if row else None)
    workflow = _read_workflow(request.workflow_text) if request.workflow_text else None
    edited = {*request.prompts, *request.arguments}
    limits = {step.name: step.limits for step in workflow.steps} if workflow else {}
    return RunDetail(
        run,
        request,
        request.limits,
        {step.path.name: _read_step(step, request, limits) for step in folder.list_steps()},
        {gate.name: gate.title for gate in workflow.gates} if workflow else {},
        tuple(step.title for step in workflow.steps if step.name in edited) if workflow else (),
        tuple(_list_problems(folder, request)),
        is_stop_wanted=folder.is_stop_wanted(),
        is_pause_wanted=folder.is_pause_wanted(),
        retry_at=told.retry_at if told and not run.status.is_end else None,
    )


def read_events(data_folder: Path, run_id: str, step: StepRun, *, before: int | None = None) -> Window:
    """Read the last events of a step, or the last ones before event ``before``."""
    folder = get_run_folder(data_folder, run_id).get_step(step.folder)
    first = 0 if before is None else max(1, before - WINDOW)
    count = WINDOW if before is None else max(0, before - first)
    kind = AgentKind(step.agent) if step.agent in set(AgentKind) else AgentKind.COMMAND
    try:
        window = read_window(folder.path, kind, first, count, is_complete=step.status.is_end)
    except OSError as error:
        return Window(problem=f"The log of this step cannot be read: {error.strerror}.")
    begin = window.events[0].number if window.events else max(1, first)
    return Window(window.events, begin, window.total, "" if window.is_whole else _describe_rest(window.total, step))


def _describe_rest(count: int, step: StepRun) -> str:
    said = f"The log of this step is long: up to now its first {count:,} events were found"
    how = "load the page again to find more" if step.status.is_end else "its agent prints faster than it can be read"
    return f"{said}; {how}. All that was printed stands in its plain log."


def find_stream(data_folder: Path, run_id: str, step: StepRun, stream: str) -> Path:
    """Give the file with the plain output of a step. Raises NotFoundError."""
    folder = get_run_folder(data_folder, run_id).get_step(step.folder)
    path = folder.path / STREAMS.get(stream, "")
    if stream not in STREAMS or not path.is_file():
        raise NotFoundError(f"There is no {stream} of step {step.number} of this run.")
    return path


@lru_cache(maxsize=16)
def _read_workflow(text: str) -> Workflow | None:
    # The page of a run that goes on is asked for several times a second.
    return extract_workflow(text, "workflow").workflow


def _read_step(step: StepFolder, request: RunRequest, limits: Mapping[str, Limits]) -> StepDetail:
    command = find_command(step)
    prompt = _read_text(step.prompt)
    edited = request.prompts.get(command.name, "") if command else ""
    shell = shell_command(command.argv, str(step.prompt), command.cwd) if command and command.argv else ""
    return StepDetail(
        limits=limits.get(command.name, Limits()) if command else Limits(),
        command=shell,
        cwd=command.cwd if command else request.work_tree,
        environment=command.environment if command else (),
        prompt=prompt,
        template="" if command and request.messages.get(command.name) == prompt else edited,
        has_own_command=command is not None and command.name in request.arguments,
        complaints=read_end(step.stderr, COMPLAINT_BYTES),
        has_log=step.stdout.exists(),
        problem=_find_problem(step) if command is None else "",
    )


def _find_problem(step: StepFolder) -> str:
    """Say that the beginning of a step cannot be read. tandemweb's own steps start nothing, so they have none."""
    is_own = not step.command.exists() and step.end.exists()
    return "" if is_own else f"It cannot be read how this step began: {step.command.name} is missing or damaged."


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            text = opened.read(PROMPT_CHARACTERS + 1).decode("utf-8", "replace")
    except OSError:
        return ""
    return text if len(text) <= PROMPT_CHARACTERS else f"{text[:PROMPT_CHARACTERS]}\n… (cut here)"


def _list_problems(folder: RunFolder, request: RunRequest) -> Iterator[str]:
    if not request.workflow:
        yield f"What was asked for cannot be read: {folder.request.name} in its folder is missing or damaged."
    damaged = (
        ("who drives it", folder.driver, find_identity(read_json_file(folder.driver))),
        ("how far it has come", folder.state, find_state(folder)),
        ("how it ended", folder.end, find_end(folder)),
    )
    for what, path, value in damaged:
        if value is None and path.exists():
            yield f"It cannot be read {what}: {path.name} in its folder is damaged."
    complaints = read_end(folder.driver_complaints, COMPLAINT_BYTES).strip()
    if complaints and not folder.end.exists():
        yield f"The process that drives this run complained: {complaints[-500:]}"
