"""The end of a step: its process judged, its document put in place, its changes looked at, its gate asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import takewhile

from tandemweb.agents.verdicts import Ending, Judgement
from tandemweb.archive.backups import list_records
from tandemweb.domain.run import FailureKind, RunStatus, StepRun
from tandemweb.domain.workflow import ANY, STUCK, UNAVAILABLE, Access, Delivery
from tandemweb.errors import TandemwebError
from tandemweb.services.agent_steps import AgentStep
from tandemweb.services.disputes import list_stuck
from tandemweb.services.gates import GATES
from tandemweb.services.guarding import Looks, describe_strays, find_strays, is_below
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan, render_placeholder
from tandemweb.services.step_results import (
    OutputError,
    OutputStamps,
    StrayError,
    check_outputs,
    extract_message,
    has_written,
    judge_by_gate,
    write_document,
)
from tandemweb.services.transitions import Point, make_transition

# Why an agent cannot be had, whatever it is asked.
ABSENCES = frozenset(
    (
        FailureKind.MISSING,
        FailureKind.RATE_LIMIT,
        FailureKind.AUTHENTICATION,
        FailureKind.API,
    )
)


@dataclass(frozen=True, slots=True)
class Member:
    """A step of a group under way, and how its documents were before."""

    plan: StepPlan
    outputs: OutputStamps
    agent: AgentStep


def finish_step(context: RunContext, member: Member, members: Sequence[Member], looks: Looks) -> StepRun:
    """Say how a step ended whose process is gone."""
    plan = member.plan
    wrote = has_written(context.find_tree(plan), plan, member.outputs) if plan.step.delivery is Delivery.FILE else None
    told = _describe(member, member.agent.judge(wrote_output=wrote))
    _remember(context, told)
    try:
        if told.failure is FailureKind.EXIT and _is_for_gate(member):
            told = replace(told, status=RunStatus.DONE, failure=None, reason="")
        if told.status is not RunStatus.DONE:
            told = _cover_absence(context, plan, told)
        else:
            _deliver(context, member)
            _guard(context, members, looks)
            told = _ask_gate(context, member, told)
    except TandemwebError as error:
        kind = error.kind if isinstance(error, OutputError) else FailureKind.OUTPUT
        told = replace(told, status=RunStatus.FAILED, failure=kind, reason=str(error))
    member.agent.folder.write_end(told)
    context.steps.append(told)
    return told


def make_point(context: RunContext, plan: StepPlan, name: str, outcome: str = "") -> None:
    """Write what State.json says from now on. Raises ConflictError where that does not fit what it says now."""
    make_transition(
        name,
        context.data_folder,
        context.work_tree,
        context.request.mission_path,
        Point(plan.counters.get("round", 0), outcome),
        made_by=context.made_by,
    )


def make_end_point(context: RunContext, plan: StepPlan, outcome: str) -> str:
    """Write what State.json says after a step that ended with ``outcome``; names the transition, "" for none."""
    name = plan.step.ends.get(outcome) or plan.step.ends.get(ANY) or ""
    if name:
        make_point(context, plan, name, outcome)
    return name


def _describe(member: Member, judgement: Judgement) -> StepRun:
    agent, step = member.agent, member.plan.step
    return StepRun(
        number=agent.number,
        name=step.name,
        title=step.title,
        agent=step.agent.value,
        folder=agent.folder.path.name,
        started_at=agent.started_at,
        ended_at=datetime.now(UTC),
        status=judgement.status,
        failure=judgement.failure,
        reason=judgement.reason,
        exit_status=agent.exit_status,
        session_id=judgement.session_id,
        usage=judgement.usage,
        output=member.plan.output,
        retry_at=judgement.retry_at,
    )


def _is_for_gate(member: Member) -> bool:
    """Whether an exit status is what the step's gate judges. A signal is none, nor that of one that was stopped."""
    status = member.agent.exit_status if member.agent.ending is Ending.ITSELF else None
    return GATES[member.plan.step.gate].takes_exit and status is not None and status >= 0


def _remember(context: RunContext, told: StepRun) -> None:
    if told.failure is FailureKind.SESSION:
        _forget(context, told)
        return
    if not told.session_id:
        return
    context.sessions[told.name] = told.session_id
    context.count_usage(told)


def _forget(context: RunContext, told: StepRun) -> None:
    """Drop a conversation that cannot be continued, so that the step begins a new one next time."""
    step = context.workflow.find_step(told.name)
    if step and context.sessions.pop(step.session, None) and step.name not in context.request.sessions:
        context.lost.add(told.number)


def _cover_absence(context: RunContext, plan: StepPlan, told: StepRun) -> StepRun:
    """Put a placeholder where an agent cannot be had and the workflow goes on without it."""
    if not plan.step.placeholder or told.failure not in ABSENCES or is_retried(context, told):
        return told
    _write(context, plan, render_placeholder(context.open_paths(plan.tree), plan, told.reason))
    return replace(told, outcome=UNAVAILABLE)


def is_retried(context: RunContext, told: StepRun) -> bool:
    """Whether a failed step is done again by itself: when its limit has ended, or anew when its conversation is gone.

    A conversation that a person chose is not exchanged for another one.
    """
    if told.failure is FailureKind.SESSION:
        return told.number in context.lost
    wanted = context.request.retry or context.settings.runs.retry
    return wanted and told.failure is FailureKind.RATE_LIMIT and told.retry_at is not None


def _deliver(context: RunContext, member: Member) -> None:
    plan = member.plan
    if plan.step.delivery is Delivery.FILE:
        check_outputs(context.find_tree(plan), plan, member.outputs)
    elif plan.step.delivery is Delivery.MESSAGE:
        _write(context, plan, extract_message(member.agent.message, plan.output))


def _guard(context: RunContext, members: Sequence[Member], looks: Looks) -> None:
    """Raise StrayError where a step has changed files that are not its own.

    One that may write to the work tree must leave the archive's other documents alone all the same: a generator that
    mends the spec, or an evaluation, would be its own judge.
    """
    if looks.is_shared or all(other.plan.tree_at for other in members):
        return
    allowed = [path for other in members for path in (*other.plan.documents, *other.plan.places)]
    allowed += list_written_here(context, members[0].agent.started_at)
    strays = find_strays(context.data_folder, looks.before, looks.after, allowed)
    if any(other.plan.step.access is Access.WRITE for other in members):
        root = context.request.mission_path.rpartition("/")[0]
        strays = tuple(path for path in strays if root and is_below(path, [root]))
    if strays:
        raise StrayError(describe_strays(strays))


def list_written_here(context: RunContext, since: datetime) -> list[str]:
    """List what this program wrote to the archive meanwhile, for a person or a run: an agent did not do it."""
    root = context.request.mission_path.rpartition("/")[0]
    records = list_records(context.data_folder, context.work_tree, root)
    recent = takewhile(lambda record: record.made_at >= since, records)
    return [file.path for record in recent for file in record.files]


def _ask_gate(context: RunContext, member: Member, told: StepRun) -> StepRun:
    plan, step = member.plan, member.plan.step
    paths = context.open_paths(plan.tree)
    stuck_on = list_stuck(paths, plan) if step.gate == "approval" else ()
    judgement = judge_by_gate(
        paths, plan, exit_status=member.agent.exit_status, stuck_on=stuck_on, before=member.outputs.text
    )
    outcome, reason = judgement.outcome, judgement.reason or told.reason
    if outcome in GATES[step.gate].undoes:
        _write(context, plan, member.outputs.text)
    count = context.repeats[step.name] = context.repeats.get(step.name, 0) + 1
    if step.repeat_limit is not None and count >= step.repeat_limit and outcome in GATES[step.gate].repeats:
        outcome, reason = STUCK, f"{step.title}: {count} times without an agreement; it is for you to decide."
    make_end_point(context, plan, outcome)
    return replace(told, outcome=outcome, reason=reason)


def _write(context: RunContext, plan: StepPlan, text: str) -> None:
    write_document(
        context.data_folder,
        context.find_tree(plan),
        plan.output,
        text.encode("utf-8", "replace"),
        title=f"{plan.step.title}: {plan.output.rpartition('/')[2]}",
        made_by=context.made_by,
        mission_path=context.request.mission_path,
    )
