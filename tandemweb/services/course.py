"""The way of a run through its workflow: from group to group by their outcomes, to a gate, a limit or the end."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tandemweb.agents.json_values import UnreadableError, from_json
from tandemweb.agents.run_files import read_json_file, write_json_file
from tandemweb.agents.run_folder import RunEnd, RunFolder
from tandemweb.domain.run import RunMode, RunRequest, RunStatus, StepRun
from tandemweb.domain.workflow import ANY, END, FAILED, USER, AgentKind, Step, Workflow
from tandemweb.errors import NotFoundError
from tandemweb.services.gates import DONE
from tandemweb.services.run_context import RunContext, find_limit
from tandemweb.services.step_finishing import is_retried, make_end_point
from tandemweb.services.step_planning import StepPlan, advance_counters, find_counters, plan_step
from tandemweb.services.step_results import find_outcome
from tandemweb.services.step_running import run_group
from tandemweb.services.trusting import NotTrustedError, require_trust
from tandemweb.store.projects import get_project
from tandemweb.store.state import open_state_reader

NAME = "course.json"
PAUSE = 0.1  # seconds
ROUND = "round"
LIMIT_ROUNDS = "limit-rounds"
TRUST = "trust"  # a run waits for it as it does for a user gate


class Stopped(Exception):  # noqa: N818 a wish, no error
    """A person wants the run to end; its agents have ended."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where a run is: the step or group at work, and the counters as they are for it.

    ``finished`` are the outcomes of its steps that were done before, ``step_count`` is how many the run had begun
    before it.
    """

    node: str
    counters: Mapping[str, int] = field(default_factory=dict)
    finished: Mapping[str, str] = field(default_factory=dict)
    sessions: Mapping[str, str] = field(default_factory=dict)
    step_count: int = 0


@dataclass(slots=True)
class _Way:
    """What the loop keeps from one group to the next. ``may_skip``: nothing was done yet that was not there before."""

    node: str
    may_skip: bool
    is_counted: bool
    finished: Mapping[str, str]
    round_count: int = 0


def find_course(folder: RunFolder) -> Course | None:
    """Read where a run is, or was when it was cut off."""
    with suppress(UnreadableError):
        return from_json(Course, read_json_file(folder.path / NAME))
    return None


def follow_course(context: RunContext) -> RunEnd:
    """Go from group to group until the run has come to its end. Raises Stopped, AgentError, ConflictError."""
    request = context.request
    way = _Way(
        node=request.first_step,
        may_skip=not request.resumes and request.mode is not RunMode.STEP,
        is_counted=bool(request.resumes),
        finished=dict(request.finished),
    )
    context.counters = dict(request.counters) if request.resumes else find_counters(context.open_paths(), way.node)
    while True:
        _wait_while_paused(context)
        end = _find_limit_end(context) or _go_one_group(context, way)
        if end is not None:
            return end


def list_reached(workflow: Workflow, request: RunRequest) -> tuple[Step, ...]:
    """List the steps that the run may come to."""
    reached, waiting = set[str](), [request.first_step]
    stage = _get_stage(workflow, request.first_step)
    while waiting:
        node = waiting.pop()
        if node in reached or (request.mode is not RunMode.AUTOPILOT and _get_stage(workflow, node) != stage):
            continue
        reached.add(node)
        if request.mode is not RunMode.STEP:
            waiting += (target for step in workflow.list_members(node) for target in step.next.values())
    return tuple(step for step in workflow.steps if step.node in reached)


def _go_one_group(context: RunContext, way: _Way) -> RunEnd | None:
    """Do the steps of one group, unless they are done, and find what follows; None: the next group."""
    members = context.workflow.list_members(way.node)
    if not members:
        raise NotFoundError(f"The workflow {context.workflow.name} has no step {way.node!r}.")
    paths = context.open_paths()
    if not way.is_counted:
        context.counters = _count(context, way, advance_counters(paths, way.node, context.counters))
    if way.round_count > (context.request.round_limit or way.round_count):
        reason = f"It has gone round {context.request.round_limit} times, as often as it may; go on with a new run."
        return _end(RunStatus.DONE, reason, LIMIT_ROUNDS)
    plans = [plan_step(paths, step, context.counters, context.wishes) for step in members]
    outcomes = {plan.step.name: way.finished[plan.step.name] for plan in plans if plan.step.name in way.finished}
    outcomes |= _skip(context, way, plans)
    _save(context, way, outcomes)
    end = _find_distrust(context, [plan for plan in plans if plan.step.name not in outcomes])
    if end is not None:
        return end
    try:
        ended = _run(context, way, [plan for plan in plans if plan.step.name not in outcomes])
    except NotTrustedError as error:  # by what stands in an isolated work tree
        return _end(RunStatus.DONE, str(error), TRUST)
    outcomes |= {step.name: step.outcome for step in ended}
    failed = [step for step in ended if not step.outcome]
    may_go_on = FAILED in members[0].next
    final = next((step for step in failed if not (may_go_on and step.status is RunStatus.FAILED)), None)
    if final is not None:
        return _fail(final)
    outcomes |= {step.name: FAILED for step in failed}
    way.is_counted, way.finished = False, {}
    return _move(context, way, [outcomes[step.name] for step in members], ended)


def _count(context: RunContext, way: _Way, counters: dict[str, int]) -> dict[str, int]:
    if counters.get(ROUND) != context.counters.get(ROUND):
        way.round_count += 1
        context.repeats.clear()
    return counters


def _skip(context: RunContext, way: _Way, plans: Sequence[StepPlan]) -> dict[str, str]:
    """Take as done what was written before the run, and what a person accepts as it is; not what has a new prompt.

    tandemweb's own steps are always done: they cost nothing, and State.json may lack what they say.
    """
    accepted = set(context.request.accepted) if way.is_counted else set()
    named = [
        plan
        for plan in plans
        if plan.step.agent is not AgentKind.TANDEMWEB and not plan.tree_at and plan.step.name not in way.finished
    ]
    paths = context.open_paths()
    wanted = accepted if not way.may_skip else {plan.step.name for plan in named} - set(context.request.prompts)
    found = {plan.step.name: find_outcome(paths, plan) for plan in named if plan.step.name in wanted}
    for plan in plans:
        if found.get(plan.step.name):
            make_end_point(context, plan, found[plan.step.name])
    return {name: outcome for name, outcome in found.items() if outcome}


def _run(context: RunContext, way: _Way, plans: list[StepPlan]) -> tuple[StepRun, ...]:
    """Run what is to be done; again after the end of a rate limit, and anew where a conversation is gone."""
    ended: tuple[StepRun, ...] = ()
    while plans:
        if any(plan.step.agent is not AgentKind.TANDEMWEB for plan in plans):
            way.may_skip = False
        results = run_group(context, plans)
        if context.folder.is_stop_wanted() or any(step.status is RunStatus.CANCELLED for step in results):
            raise Stopped
        again = [step for step in results if not step.outcome and is_retried(context, step)]
        if any(not step.outcome and step not in again for step in results):
            return ended + results
        ended += tuple(step for step in results if step not in again)
        names = {step.name for step in again}
        plans = [plan for plan in plans if plan.step.name in names]
        _wait_for_reset(context, [step for step in again if step.retry_at])
    return ended


def _move(context: RunContext, way: _Way, outcomes: Sequence[str], ended: Sequence[StepRun]) -> RunEnd | None:
    """Find what follows on the outcomes of a group; None: the next group, by ``way``."""
    members = context.workflow.list_members(way.node)
    # Of several words the one counts that the workflow names first.
    named = (word for word in members[0].next if word in outcomes)
    outcome = next(named, next((word for word in outcomes if word != DONE), outcomes[0]))
    target = members[0].next.get(outcome, members[0].next.get(ANY, ""))
    reason = next((step.reason for step in ended if (step.outcome or FAILED) == outcome and step.reason), "")
    if target == END:
        return _end(RunStatus.DONE, reason)
    if target.startswith(USER):
        gate = context.workflow.find_gate(target.removeprefix(USER))
        title = f"{gate.title}." if gate else ""
        return _end(RunStatus.DONE, " ".join(filter(None, (title, reason))), target.removeprefix(USER))
    following = context.workflow.list_members(target)
    if not following:
        raise NotFoundError(f"The workflow says nothing about the outcome {outcome!r} of {members[0].title}.")
    titles = " and ".join(step.title for step in following)
    if context.request.mode is RunMode.STEP:
        return _end(RunStatus.DONE, f"The step is done; what follows: {titles}.")
    if context.request.mode is RunMode.STAGE and following[0].stage != members[0].stage:
        return _end(RunStatus.DONE, " ".join(filter(None, (f"The stage is done; what follows: {titles}.", reason))))
    way.node = target
    return None


def _find_distrust(context: RunContext, plans: Sequence[StepPlan]) -> RunEnd | None:
    """End the run where what steers agents has changed since a person allowed it, perhaps by an agent of this run."""
    if all(plan.step.agent is AgentKind.TANDEMWEB for plan in plans):
        return None
    try:
        with open_state_reader(context.data_folder) as state:
            project = get_project(state, context.request.project)
        require_trust(context.data_folder, project, context.work_tree if context.work_tree != project.path else "")
    except NotTrustedError as error:
        return _end(RunStatus.DONE, str(error), TRUST)
    return None


def _fail(step: StepRun) -> RunEnd:
    status = RunStatus.INTERRUPTED if step.status is RunStatus.INTERRUPTED else RunStatus.FAILED
    return _end(status, f"{step.title}: {step.reason}")


def _find_limit_end(context: RunContext) -> RunEnd | None:
    name, reason = find_limit(context)
    return _end(RunStatus.DONE, reason, name) if name else None


def _end(status: RunStatus, reason: str, waits_for: str = "") -> RunEnd:
    return RunEnd(status, datetime.now(UTC), reason, waits_for)


def _save(context: RunContext, way: _Way, outcomes: dict[str, str]) -> None:
    course = Course(way.node, context.counters, outcomes, context.sessions, context.count_steps())
    write_json_file(context.folder.path / NAME, course)


def _wait_while_paused(context: RunContext) -> None:
    while True:
        if context.folder.is_stop_wanted():
            raise Stopped
        if not context.folder.is_pause_wanted():
            return
        context.tell(RunStatus.PAUSED, reason="Paused by you between two steps.")
        context.pause(PAUSE)


def _wait_for_reset(context: RunContext, waiting: Sequence[StepRun]) -> None:
    if not waiting:
        return
    retry_at = max(step.retry_at for step in waiting if step.retry_at)
    reason = f"{waiting[0].title}: {waiting[0].reason} It goes on by itself then."
    while datetime.now(UTC) < retry_at:
        context.tell(RunStatus.WAITING, reason=reason, retry_at=retry_at)
        if context.folder.is_stop_wanted():
            raise Stopped
        context.pause(PAUSE)


def _get_stage(workflow: Workflow, node: str) -> str:
    return next((step.stage for step in workflow.list_members(node)), "")
