"""The folder of one run, and who writes what into it.

The server writes ``request.json`` once and drops files into ``control``; the driver writes everything else. Nothing is
ever changed in place.
"""

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents import event_index
from tandemweb.agents.json_values import UnreadableError, from_json
from tandemweb.agents.run_files import make_folder, read_json_file, write_file, write_json_file
from tandemweb.domain.run import ProcessIdentity, Question, RunRequest, RunStatus, StepRun, Usage
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import NotFoundError

RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
STEP_NAME = re.compile(r"[0-9]{1,9}-")
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_ID = 80


@dataclass(frozen=True, slots=True)
class RunState:
    """What the driver says of a run that goes on. ``steps`` are folders of steps that run now, ``rounds`` from 1.

    ``reason`` says what it waits for; ``retry_at`` is when it goes on by itself.
    """

    status: RunStatus
    steps: tuple[str, ...] = ()
    rounds: int = 0
    reason: str = ""
    started_at: datetime | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunEnd:
    status: RunStatus
    ended_at: datetime
    reason: str = ""
    waits_for: str = ""  # the user gate that it came to


@dataclass(frozen=True, slots=True)
class StepCommand:
    """A step as it was started. ``environment`` are names only; ``identity`` is None until the child runs."""

    number: int
    name: str
    title: str
    agent: AgentKind
    argv: tuple[str, ...]
    cwd: str
    started_at: datetime
    environment: tuple[str, ...] = ()
    session_id: str = ""
    is_resumed: bool = False
    output: str = ""
    has_pipe: bool = False
    identity: ProcessIdentity | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said to a question: labels by question, or whether the tool may be used."""

    question_id: str
    is_allowed: bool
    answered_at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    message: str = ""  # why not


class StepFolder:
    """The folder of one execution of a step."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.prompt = path / "prompt.md"
        self.stdout = path / "stdout.jsonl"
        self.stderr = path / "stderr.txt"
        self.logs = (self.stdout, self.stderr, path / event_index.NAME)  # what grows while the agent prints
        self.command = path / "command.json"
        self.usage = path / "usage.json"
        self.end = path / "end.json"

    def write_prompt(self, prompt: str) -> None:
        write_file(self.prompt, prompt.encode("utf-8", "replace"))

    def write_log(self, text: str) -> None:
        """Say what was done by a step that starts no process."""
        write_file(self.stdout, text.encode("utf-8", "replace"))

    def write_command(self, command: StepCommand) -> None:
        write_json_file(self.command, command)

    def write_usage(self, usage: Usage) -> None:
        """Say what the step has used up to now; its end says what it used."""
        write_json_file(self.usage, usage)

    def write_end(self, step: StepRun) -> None:
        write_json_file(self.end, step)


class RunFolder:
    """The folder of one run; none of these reads or writes before it is asked to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name
        self.request = path / "request.json"
        self.driver = path / "driver.json"
        self.state = path / "state.json"
        self.end = path / "end.json"
        self.steps = path / "steps"
        self.questions = path / "questions"
        self.control = path / "control"
        self.driver_output = path / "driver.out"
        self.driver_complaints = path / "driver.err"

    def write_driver(self, identity: ProcessIdentity) -> None:
        write_json_file(self.driver, identity)

    def write_state(self, state: RunState) -> None:
        write_json_file(self.state, state)

    def write_end(self, end: RunEnd) -> None:
        write_json_file(self.end, end)

    def make_step(self, number: int, name: str) -> StepFolder:
        """Create the folder of a step; ``number`` counts within the run, from 1."""
        return StepFolder(make_folder(self.steps / f"{number:02}-{_make_safe(name)}"))

    def get_step(self, folder: str) -> StepFolder:
        """Give the folder that is named ``folder``. Raises NotFoundError."""
        path = self.steps / folder
        if Path(folder).name != folder or folder in {"", ".", ".."} or not path.is_dir():
            raise NotFoundError(f"The run {self.id} has no step {folder!r}.")
        return StepFolder(path)

    def list_steps(self) -> list[StepFolder]:
        """List the folders of steps in the order of their beginning."""
        try:
            found = [path for path in self.steps.iterdir() if STEP_NAME.match(path.name) and path.is_dir()]
        except OSError:
            return []
        return [StepFolder(path) for path in sorted(found, key=_get_order)]

    def write_question(self, question: Question) -> None:
        make_folder(self.questions)
        write_json_file(self.questions / f"{_make_safe(question.id)}.json", question)

    def remove_question(self, question_id: str) -> None:
        """Take a question away with its answer, which must not be one to a later question."""
        (self.questions / f"{_make_safe(question_id)}.json").unlink(missing_ok=True)
        self._name_answer(question_id).unlink(missing_ok=True)

    def ask_to_stop(self, asked_at: datetime) -> None:
        write_json_file(make_folder(self.control) / "stop.json", {"asked_at": asked_at})

    def ask_to_pause(self, asked_at: datetime) -> None:
        write_json_file(make_folder(self.control) / "pause.json", {"asked_at": asked_at})

    def go_on(self) -> None:
        """Take back the wish to pause."""
        (self.control / "pause.json").unlink(missing_ok=True)

    def answer(self, answer: Answer) -> None:
        make_folder(self.control)
        write_json_file(self._name_answer(answer.question_id), answer)

    def is_stop_wanted(self) -> bool:
        return (self.control / "stop.json").exists()

    def is_pause_wanted(self) -> bool:
        return (self.control / "pause.json").exists()

    def find_answer(self, question_id: str) -> Answer | None:
        """Find what a person answered; a damaged file is no answer, nor is one to another question."""
        source = read_json_file(self._name_answer(question_id))
        with suppress(UnreadableError):
            answer = from_json(Answer, source, answered_at=datetime.now(UTC))
            return answer if answer.question_id == question_id else None
        return None

    def _name_answer(self, question_id: str) -> Path:
        return self.control / f"answer-{_make_safe(question_id)}.json"


def make_run_id(now: datetime) -> str:
    """Make the name of a new run: ids sort by time."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def get_runs_folder(data_folder: Path) -> Path:
    return data_folder / "runs"


def create_run(data_folder: Path, request: RunRequest) -> RunFolder:
    """Create the folder of a new run with what was asked for. Raises RunFolderError."""
    folder = RunFolder(make_folder(get_runs_folder(data_folder) / request.id))
    for path in (folder.steps, folder.questions, folder.control):
        make_folder(path)
    write_json_file(folder.request, request)
    return folder


def get_run_folder(data_folder: Path, run_id: str) -> RunFolder:
    """Give the folder of a run. Raises NotFoundError."""
    path = get_runs_folder(data_folder) / run_id
    if not RUN_ID.fullmatch(run_id) or not path.is_dir():
        raise NotFoundError(f"There is no run {run_id!r} (any more).")
    return RunFolder(path)


def list_run_folders(data_folder: Path) -> list[RunFolder]:
    """List the folders of all runs, the newest first."""
    try:
        names = [path.name for path in get_runs_folder(data_folder).iterdir() if RUN_ID.fullmatch(path.name)]
    except OSError:
        return []
    return [RunFolder(get_runs_folder(data_folder) / name) for name in sorted(names, reverse=True)]


def _make_safe(name: str) -> str:
    return UNSAFE.sub("-", name)[:LONGEST_ID].strip("-") or "unnamed"


def _get_order(path: Path) -> tuple[int, str]:
    return int(path.name.partition("-")[0]), path.name
