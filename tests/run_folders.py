"""Folders of runs as a driver writes them, by hand: what pages show of runs needs no agent.

The driver is the process of the tests itself, so a run lives until it is told to end, or ``lose_driver`` is called.
"""

import itertools
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tandemweb.agents.identity import identify
from tandemweb.agents.run_folder import (
    RunEnd,
    RunFolder,
    RunState,
    StepCommand,
    StepFolder,
    create_run,
    make_run_id,
)
from tandemweb.domain.mission import Project
from tandemweb.domain.run import (
    FailureKind,
    ProcessIdentity,
    Question,
    RunMode,
    RunRequest,
    RunStatus,
    StepRun,
    Usage,
)
from tandemweb.domain.workflow import AgentKind, Limits
from tandemweb.store.runs import RunRow, save_run
from tandemweb.store.state import open_state

CAPTURES = Path(__file__).parent / "agents" / "captures"
START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
WORKFLOW = """\
name = "small"
title = "Small"
description = "Two steps for tests."

[stages.evaluate]
title = "Evaluate"
first = "look"

[gates.spec]
title = "Approve the spec"
choices = { approve = "end" }

[steps.look]
title = "Look"
stage = "evaluate"
agent = "claude"
prompt = "Look."
next = { "*" = "user:spec" }
limits = { seconds = 900, turns = 40, budget-usd = 2.5 }
"""
NO_LIMITS = Limits()
USUAL = Usage(12_000, 9_000, 800, 0.25, 7)
_numbers = itertools.count(1)


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Ask again and again until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@dataclass
class HandMadeRun:
    """A run whose folder a test writes, step after step."""

    data_folder: Path
    folder: RunFolder
    request: RunRequest
    steps: list[StepCommand] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.request.id

    @property
    def address(self) -> str:
        return f"/runs/{self.id}"

    def tell(self, status: RunStatus | str, reason: str = "") -> None:
        """Say where the run is, as its driver does."""
        names = tuple(f"{step.number:02}-{step.name}" for step in self.steps)
        self.folder.write_state(RunState(RunStatus(status), names[-1:], 1, reason, self.request.created_at))

    def begin_step(
        self,
        name: str = "look",
        agent: AgentKind | str = "claude",
        *,
        title: str = "",
        prompt: str = "Look at it.",
        after: float = 0,
        output: str = "",
        argv: Sequence[str] = ("claude", "-p", "--output-format", "stream-json"),
    ) -> StepFolder:
        """Begin a step ``after`` so many seconds from the beginning of the run."""
        number = len(self.steps) + 1
        step = self.folder.make_step(number, name)
        command = StepCommand(
            number=number,
            name=name,
            title=title or name.replace("-", " ").capitalize(),
            agent=AgentKind(agent),
            argv=tuple(argv),
            cwd=self.request.work_tree,
            started_at=self.request.created_at + timedelta(seconds=after),
            environment=("HOME", "PATH"),
            session_id=f"session-{number}",
            output=output,
        )
        step.write_prompt(prompt)
        step.write_command(command)
        step.stdout.touch()
        self.steps.append(command)
        self.tell(RunStatus.RUNNING)
        return step

    def print(self, number: int, *lines: object) -> None:
        """Append to the log of a step: objects as JSON, text and bytes as they are."""
        with self.step_folder(number).stdout.open("ab") as log:
            for line in lines:
                text = line if isinstance(line, bytes | str) else json.dumps(line)
                log.write((text if isinstance(text, bytes) else text.encode()) + b"\n")

    def replay(self, number: int, capture: str) -> None:
        """Append what a real agent once printed."""
        with self.step_folder(number).stdout.open("ab") as log:
            log.write((CAPTURES / f"{capture}.jsonl").read_bytes())

    def end_step(
        self,
        number: int,
        status: RunStatus | str = "done",
        *,
        seconds: float = 60,
        outcome: str = "",
        failure: FailureKind | None = None,
        reason: str = "",
        usage: Usage = USUAL,
        retry_at: datetime | None = None,
    ) -> None:
        command = self.steps[number - 1]
        step = self.step_folder(number)
        step.write_end(
            StepRun(
                number=number,
                name=command.name,
                title=command.title,
                agent=command.agent.value,
                folder=step.path.name,
                started_at=command.started_at,
                ended_at=command.started_at + timedelta(seconds=seconds),
                status=RunStatus(status),
                outcome=outcome,
                failure=failure,
                reason=reason,
                exit_status=1 if failure else 0,
                session_id=command.session_id,
                usage=usage,
                output=command.output,
                retry_at=retry_at,
            )
        )

    def ask(self, number: int, given: dict, *, tool: str = "AskUserQuestion", question_id: str = "ask-1") -> Question:
        """Let the agent of a step wait for an answer."""
        kind = "question" if tool == "AskUserQuestion" else "permission"
        command = self.steps[number - 1]
        question = Question(question_id, self.id, command.name, kind, tool, command.started_at, given)
        self.folder.write_question(question)
        self.tell(RunStatus.WAITING)
        return question

    def end(
        self, status: RunStatus | str = "done", *, reason: str = "", waits_for: str = "", seconds: float = 90
    ) -> None:
        ended_at = self.request.created_at + timedelta(seconds=seconds)
        self.folder.write_end(RunEnd(RunStatus(status), ended_at, reason, waits_for))

    def lose_driver(self) -> None:
        """Let the driver be a process that is gone."""
        self.folder.write_driver(ProcessIdentity(2**22 + 1, 1.0, "no boot of this machine"))

    def step_folder(self, number: int) -> StepFolder:
        command = self.steps[number - 1]
        return self.folder.make_step(number, command.name)

    def remove(self) -> None:
        shutil.rmtree(self.folder.path)


def make_run(
    data_folder: Path,
    project: Project,
    *,
    mission: str = "TandemKit/001-DateRanges",
    stage: str = "evaluate",
    at: datetime | None = None,
    mode: RunMode = RunMode.STAGE,
    workflow: str = WORKFLOW,
    limits: Limits = NO_LIMITS,
    parameters: Mapping[str, str] | None = None,
    is_driven: bool = True,
) -> HandMadeRun:
    """Begin a run whose driver is the present process; its row stands in the state database."""
    created_at = at or START + timedelta(minutes=next(_numbers))
    request = RunRequest(
        id=make_run_id(created_at),
        project=project.slug,
        project_path=project.path,
        root_path=f"{project.path}/{mission.partition('/')[0]}",
        mission_path=mission,
        workflow="small",
        workflow_text=workflow,
        workflow_digest="",
        stage=stage,
        first_step="look",
        mode=mode,
        work_tree=project.path,
        created_at=created_at,
        limits=limits,
        parameters=parameters or {},
        request_key=f"key-{next(_numbers)}",
    )
    folder = create_run(data_folder, request)
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_run(
            transaction,
            RunRow(
                request.id,
                project.slug,
                mission,
                request.workflow,
                stage,
                request.work_tree,
                request.request_key,
                created_at,
            ),
        )
    run = HandMadeRun(data_folder, folder, replace(request))
    if is_driven:
        own = identify(os.getpid())
        assert own is not None
        folder.write_driver(own)
        run.tell(RunStatus.QUEUED)
    return run
