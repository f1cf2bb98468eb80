"""One agent at work: started, followed, answered, stopped, and judged at its end."""

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.environment import get_marker
from tandemweb.agents.event_log import EventLog, ReadLine
from tandemweb.agents.judging import LOG_LIMIT, judge, judge_missing
from tandemweb.agents.presets import Session
from tandemweb.agents.questions import (
    PERMISSION,
    find_question,
    find_withdrawn,
    write_answers,
    write_permission,
    write_refusal,
)
from tandemweb.agents.run_folder import Answer, StepFolder
from tandemweb.agents.spawning import Child
from tandemweb.agents.stopping import stop_marked, stop_processes
from tandemweb.agents.summary import StreamSummary
from tandemweb.agents.tailing import read_end
from tandemweb.agents.verdicts import Ending, Exit, Judgement, Wanted
from tandemweb.domain.run import EventKind, Question, Usage
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan

COMPLAINT_SIZE = 16 * 1024  # bytes of stderr that a judgement looks at
USAGE_SECONDS = 1.0
LOOK_SECONDS = 0.5  # that one look reads: who prints faster than that is held to its limits all the same
LAST_LOOK_SECONDS = 2.0  # of what a stopped agent printed
AGENT_TASK = "local_agent"
# How long claude, its work done, may wait for what it started in the background, in seconds.
TASK_PATIENCE = {AGENT_TASK: 600.0}
OTHER_TASK_PATIENCE = 5.0


@dataclass(slots=True)
class AgentStep:
    """One execution of a step by an agent. Made by ``start_agent``; to be looked at until ``has_ended``."""

    context: RunContext
    plan: StepPlan
    number: int
    folder: StepFolder
    started_at: datetime
    session: Session = field(default_factory=Session)
    child: Child | None = None
    log: EventLog | None = None
    summary: StreamSummary | None = None
    questions: dict[str, Question] = field(default_factory=dict)
    tool_ids: dict[str, str] = field(default_factory=dict)  # by question
    refused_ids: set[str] = field(default_factory=set)
    tasks: dict[str, str] = field(default_factory=dict)  # kinds of background tasks by id
    result_at: float | None = None
    heard_at: float = 0.0
    begun_at: float = 0.0
    looked_at: float = 0.0
    waited: float = 0.0  # seconds in which a person was to answer
    ending: Ending = Ending.ITSELF
    exit_status: int | None = None
    missing: str = ""
    told_usage: Usage = field(default_factory=Usage)
    told_at: float = 0.0
    resources: ExitStack = field(default_factory=ExitStack)

    @property
    def has_ended(self) -> bool:
        return self.exit_status is not None or bool(self.missing)

    @property
    def name(self) -> str:
        return self.plan.step.name

    def look(self) -> None:
        """Read what the agent has said since the last look, answer it, and hold it to its limits.

        One that has ended does so for us once all that it said is read.
        """
        if self.has_ended or self.child is None:
            return
        status = self.child.poll()
        if status:
            stop_marked(self._marker)  # it was cut off, perhaps, and those that it started are at work still
        is_behind = self._read(LOOK_SECONDS, is_complete=status is not None)
        if max(map(_find_size, self.folder.logs)) > LOG_LIMIT:
            self.stop(Ending.SIZE)
            return
        if status is not None:
            if not is_behind:
                self._end(status)
            return
        self._tell_usage()
        self._count_waiting()
        self._answer()
        self._close_when_done()
        limit = self.plan.step.limits.seconds
        if limit is not None and time.monotonic() - self.begun_at - self.waited > limit:
            self.stop(Ending.TIME)

    def find_silence(self) -> float:
        """Say for how many seconds the agent has been silent beyond what is usual; 0 where it is not."""
        limit = self.plan.step.limits.stall_seconds
        silent = time.monotonic() - self.heard_at
        return silent if limit is not None and silent > limit and not self.questions else 0.0

    def stop(self, ending: Ending) -> None:
        """End the agent with everything that it started."""
        if self.has_ended or self.child is None:
            return
        self.ending = ending
        stop_processes([self.child.identity], self._marker)
        status = self.child.wait(5)
        self._read(LAST_LOOK_SECONDS, is_complete=True)
        self._end(-9 if status is None else status)

    def judge(self, *, wrote_output: bool | None) -> Judgement:
        """Say how it ended. ``wrote_output`` is None where it was to write no file."""
        if self.missing or self.summary is None:
            return judge_missing(self.missing)
        step = self.plan.step
        wanted = Wanted(
            session=self.session,
            access=step.access,
            slash_command=self.plan.slash_command.removeprefix("/").partition(" ")[0],
            wrote_output=wrote_output,
            refused_ids=frozenset(self.refused_ids),
            usage_before=self.context.used_by_session.get(self.session.id, Usage()),
            ending=self.ending,
            seconds=step.limits.seconds,
        )
        complaint = read_end(self.folder.stderr, COMPLAINT_SIZE)
        return judge(step.agent, self.summary, Exit(self.exit_status or 0, complaint), wanted)

    @property
    def message(self) -> str:
        return self.summary.message if self.summary else ""

    @property
    def _marker(self) -> str:
        return get_marker(self.context.folder.id, self.folder.path.name)

    def _tell_usage(self) -> None:
        """Let pages see now and then what the step has used up to now."""
        usage = self.summary.usage_so_far if self.summary else Usage()
        if usage != self.told_usage and time.monotonic() - self.told_at >= USAGE_SECONDS:
            self.told_usage, self.told_at = usage, time.monotonic()
            self.folder.write_usage(usage)

    def _count_waiting(self) -> None:
        """Take the time that a person takes for an answer off the agent's."""
        now = time.monotonic()
        if self.questions:
            self.waited += now - self.looked_at
        self.looked_at = now

    def _read(self, seconds: float, *, is_complete: bool) -> bool:
        """Read for so many seconds at most; says whether something is left."""
        if self.log is None or self.summary is None:
            return False
        for line in self.log.read(is_complete=is_complete, seconds=seconds):
            self.heard_at = time.monotonic()
            self.summary.add(line)
            if line.source is not None:
                self._follow(line)
        return self.log.is_behind

    def _follow(self, line: ReadLine) -> None:
        """Take in what matters while claude goes on: questions, background tasks, results."""
        source = line.source or {}
        question = find_question(line.text, run_id=self.context.folder.id, step=self.name, asked_at=datetime.now(UTC))
        if question:
            self.questions[question.id] = question
            self.tool_ids[question.id] = next((event.tool_id for event in line.events if event.tool_id), "")
            self.context.folder.write_question(question)
        withdrawn = find_withdrawn(line.text)
        if withdrawn in self.questions:
            self._settle(withdrawn)
        subtype = source.get("subtype") if source.get("type") == "system" else None
        if subtype == "task_started":
            self.tasks[str(source.get("task_id"))] = str(source.get("task_type"))
        elif subtype == "task_notification":
            self.tasks.pop(str(source.get("task_id")), None)
        elif subtype == "init":
            self.result_at = None
        if any(event.kind is EventKind.END for event in line.events):
            self.result_at = time.monotonic()

    def _answer(self) -> None:
        for question in tuple(self.questions.values()):
            answer = self.context.folder.find_answer(question.id)
            if answer is not None and self.child is not None:
                self.child.send(_write_answer(question, answer))
                if not answer.is_allowed:
                    self.refused_ids.add(self.tool_ids.get(question.id, ""))
                self._settle(question.id)

    def _settle(self, question_id: str) -> None:
        del self.questions[question_id]
        self.heard_at = time.monotonic()
        self.context.folder.remove_question(question_id)

    def _close_when_done(self) -> None:
        """Close the pipe of a claude that has given its result; it waits for more otherwise."""
        if self.result_at is None or self.child is None:
            return
        patience = max((TASK_PATIENCE.get(kind, OTHER_TASK_PATIENCE) for kind in self.tasks.values()), default=0.0)
        if time.monotonic() - self.result_at >= patience:
            self.child.close_stdin()
            self.result_at = None

    def _end(self, status: int) -> None:
        self.exit_status = status
        for question_id in tuple(self.questions):
            self._settle(question_id)
        self.resources.close()


def _find_size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _write_answer(question: Question, answer: Answer) -> bytes:
    if not answer.is_allowed:
        return write_refusal(question, answer.message)
    if question.kind == PERMISSION:
        return write_permission(question)
    return write_answers(question, answer.answers)


def stop_all(context: RunContext, agents: list[AgentStep]) -> None:
    """End several agents at once, as a person asked for it."""
    living = [agent for agent in agents if not agent.has_ended and agent.child is not None]
    for agent in living:
        agent.ending = Ending.PERSON
    stop_processes([agent.child.identity for agent in living if agent.child], context.folder.id)
    for agent in living:
        agent.stop(Ending.PERSON)
