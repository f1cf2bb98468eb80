"""What a driver knows of its run: the request, the workflow, the user's settings, and how far it has come."""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tandemweb.agents.run_folder import RunFolder, RunState
from tandemweb.agents.run_reading import add_usage
from tandemweb.agents.verdicts import describe_seconds
from tandemweb.domain.run import RunRequest, RunStatus, StepRun, Usage
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import Limits, Step, Workflow
from tandemweb.services.document_paths import DocumentPaths, open_document_paths
from tandemweb.services.step_planning import StepPlan, Wishes

Number = TypeVar("Number", int, float)


@dataclass(slots=True)
class RunContext:
    """One run under way; only its driver has one. ``steps`` are the executions so far, ``sessions`` by step name."""

    folder: RunFolder
    request: RunRequest
    workflow: Workflow
    settings: Settings
    data_folder: Path
    started_at: datetime
    counters: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    used_by_session: dict[str, Usage] = field(default_factory=dict)
    repeats: dict[str, int] = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)  # names of steps
    lost: set[int] = field(default_factory=set)  # numbers of steps whose conversation was gone
    told: RunState | None = None
    idle_seconds: float = 0.0  # in which the run waited: for a place, a person, or a limit's end
    begun_at: float = field(default_factory=time.monotonic)  # a clock that nobody sets

    @property
    def work_tree(self) -> str:
        return self.request.work_tree

    @property
    def whole_tree(self) -> str:
        """Give the git work tree that the run's is, or is a folder of: one run at a time writes in it."""
        return find_git_tree(self.work_tree) or self.work_tree

    @property
    def made_by(self) -> str:
        """Say on whose behalf files of the archive are written."""
        return f"run {self.folder.id}"

    def count_steps(self) -> int:
        """Count the steps that were begun so far."""
        return len(self.folder.list_steps())

    @property
    def wishes(self) -> Wishes:
        """What the person said. A message is said once; an edited prompt counts for every execution of its step."""
        request = self.request
        messages = {name: message for name, message in request.messages.items() if name not in self.begun}
        return Wishes(request.goal, request.note, request.parameters, request.prompts, messages)

    def open_paths(self, tree: str = "") -> DocumentPaths:
        """Look at the mission as it is now, or at a step's own work tree. Raises NotFoundError, ArchiveError."""
        place = tree or self.work_tree
        return open_document_paths(self.workflow, place, self.request.mission_path, self.request.parameters)

    def count_usage(self, step: StepRun) -> None:
        """Add what a step used to what its conversation has used: codex counts on from there."""
        if step.session_id:
            before = self.used_by_session.get(step.session_id, Usage())
            self.used_by_session[step.session_id] = add_usage(before, step.usage)

    def find_tree(self, plan: StepPlan) -> str:
        """Give the work tree that a step works in, absolute."""
        return plan.tree or self.work_tree

    def tell(self, status: RunStatus, steps: tuple[str, ...] = (), reason: str = "", **more: datetime | None) -> None:
        """Write down what the run does now; nothing is written where that is known already."""
        state = RunState(status, steps, self.counters.get("round", 0), reason, self.started_at, more.get("retry_at"))
        if state != self.told:
            self.folder.write_state(state)
            self.told = state

    def limit(self, step: Step) -> Step:
        """Give a step the limits that are left of the run's own."""
        own, whole = step.limits, self.request.limits
        left = None if whole.budget_usd is None else max(0.01, whole.budget_usd - self.find_cost())
        seconds = None if whole.seconds is None else max(1.0, whole.seconds - self.find_seconds())
        limits = Limits(
            seconds=_smaller(own.seconds, seconds),
            turns=_smaller(own.turns, whole.turns),
            budget_usd=_smaller(own.budget_usd, left),
            stall_seconds=own.stall_seconds,
        )
        return replace(step, limits=limits)

    def find_cost(self) -> float:
        """Sum up what all steps cost so far, in US dollars, as far as the agents tell."""
        return sum(step.usage.cost_usd or 0.0 for step in self.steps)

    def find_seconds(self) -> float:
        """Say for how long the run has been at work."""
        return time.monotonic() - self.begun_at - self.idle_seconds

    def pause(self, seconds: float, *, is_idle: bool = True) -> None:
        """Wait a moment before the next look at things."""
        time.sleep(seconds)
        self.idle_seconds += seconds if is_idle else 0.0


def find_git_tree(path: str) -> str:
    """Find the git work tree that a folder is, or lies in; "" where there is none."""
    return next((str(folder) for folder in (Path(path), *Path(path).parents) if (folder / ".git").exists()), "")


def find_limit(context: RunContext) -> tuple[str, str]:
    """Name the limit of the run that is reached, and say so in a sentence; twice "" where none is."""
    whole = context.request.limits
    if whole.budget_usd is not None and context.find_cost() >= whole.budget_usd:
        cost = context.find_cost()
        return "limit-budget", f"The budget of ${whole.budget_usd:.2f} is used up (${cost:.2f}); go on with a new one."
    if whole.seconds is not None and context.find_seconds() >= whole.seconds:
        return "limit-time", f"The time limit of {describe_seconds(whole.seconds)} is up; go on with a new one."
    return "", ""


def _smaller(one: Number | None, other: Number | None) -> Number | None:
    given = [value for value in (one, other) if value is not None]
    return min(given) if given else None
