"""One step as a driver does it: a real process, its log in a folder, the judgement of its end."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.environment import build_environment
from tandemweb.agents.event_log import EventLog
from tandemweb.agents.judging import judge
from tandemweb.agents.presets import AgentCommand, Session, build_command
from tandemweb.agents.questions import find_question, write_prompt
from tandemweb.agents.spawning import Child, find_executable, spawn
from tandemweb.agents.summary import StreamSummary
from tandemweb.agents.tailing import read_end
from tandemweb.agents.verdicts import Exit, Judgement, Wanted
from tandemweb.domain.run import EventKind, Question, RunEvent
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import Access, AgentKind, Step

PATIENCE_SECONDS = 90
MARKER = "20261128-181500-3f9a1c/01-step"


def make_step(agent: AgentKind, **changes) -> Step:
    return Step("step", "Step", "plan", agent, access=changes.pop("access", Access.READ_ONLY), **changes)


@dataclass
class Stepping:
    """A step under way in ``folder``: ``follow`` until its end or until something holds, then ``judge``."""

    kind: AgentKind
    folder: Path
    child: Child
    log: EventLog
    has_pipe: bool
    summary: StreamSummary = field(init=False)
    events: list[RunEvent] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.summary = StreamSummary(self.kind)

    def look(self, *, is_complete: bool = False) -> None:
        for line in self.log.read(is_complete=is_complete):
            self.summary.add(line)
            self.events += line.events
            question = find_question(line.text, run_id="run", step="step", asked_at=datetime.now(UTC))
            if question:
                self.questions.append(question)
            if self.has_pipe and any(event.kind is EventKind.END for event in line.events):
                self.child.close_stdin()

    def follow(self, until: Callable[["Stepping"], object] = lambda _: False) -> int | None:
        """Follow the log; give the exit status, None when ``until`` holds before the end."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            status = self.child.poll()
            self.look(is_complete=status is not None)
            if status is not None:
                return status
            if until(self):
                return None
            time.sleep(0.02)
        raise TimeoutError(f"{self.kind} goes on and on: {self.events[-3:]}")

    def judge(self, wanted: Wanted | None = None, **changes) -> Judgement:
        status = self.follow()
        assert status is not None
        self.log.close()
        complaint = read_end(self.folder / "stderr.txt", 20_000)
        return judge(self.kind, self.summary, Exit(status, complaint), replace(wanted or Wanted(), **changes))


def start(command: AgentCommand, kind: AgentKind, prompt: str, cwd: Path, folder: Path, **environment) -> Stepping:
    """Start a command with the prompt from a file, or through its pipe."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prompt.md").write_text(prompt)
    child = spawn(
        command.argv,
        cwd=cwd,
        environment=build_environment(MARKER, environment),
        stdin=folder / "prompt.md",
        stdout=folder / "stdout.jsonl",
        stderr=folder / "stderr.txt",
        has_pipe=command.has_pipe,
    )
    if command.has_pipe:
        child.send(write_prompt(prompt))
    return Stepping(kind, folder, child, EventLog(folder, kind), command.has_pipe)


def start_step(
    step: Step, settings: Settings, prompt: str, cwd: Path, folder: Path, *, session: Session | None = None, **options
) -> Stepping:
    """Start a step of a real agent as the presets have it."""
    own = settings.of(step.agent)
    found = replace(own, executable=find_executable(step.agent, own))
    command = build_command(step, found, session or Session(), cwd=str(cwd), **options)
    return start(command, step.agent, prompt, cwd, folder, **own.environment)


def start_script(program: str, folder: Path, cwd: Path, *, kind: AgentKind = AgentKind.COMMAND) -> Stepping:
    """Start a shell script in place of an agent."""
    return start(AgentCommand(("/bin/sh", "-c", program)), kind, "", cwd, folder)
