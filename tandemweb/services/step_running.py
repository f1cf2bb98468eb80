"""Running a group of steps that start together (mostly one alone) from its beginning to the outcome of each."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tandemweb.agents.locks import Writer, find_writer
from tandemweb.agents.verdicts import describe_seconds
from tandemweb.domain.run import RunStatus, StepRun
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.agent_starting import start_agent
from tandemweb.services.agent_steps import AgentStep, stop_all
from tandemweb.services.guarding import Looks, stamp_tree
from tandemweb.services.own_steps import do_own_step, refuse_step
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_finishing import Member, finish_step, make_point
from tandemweb.services.step_planning import StepPlan, list_missing_inputs
from tandemweb.services.step_results import stamp_outputs
from tandemweb.services.step_trees import prepare_trees
from tandemweb.services.trusting import require_tree_trust
from tandemweb.store.projects import get_project
from tandemweb.store.state import open_state_reader

STEERED = frozenset((AgentKind.CLAUDE, AgentKind.CODEX))  # by files of the folder that they work in
PAUSE = 0.1  # seconds between two looks at the agents
MINUTE = 60  # seconds


def run_group(context: RunContext, plans: Sequence[StepPlan]) -> tuple[StepRun, ...]:
    """Run steps that start together until all have ended; each says how.

    Raises AgentError where one cannot be started, NotTrustedError where it may not be, ConflictError where State.json
    does not fit.
    """
    if plans[0].step.agent is AgentKind.TANDEMWEB:
        return tuple(do_own_step(context, plan) for plan in plans)
    paths = context.open_paths()
    for plan in plans:
        missing = list_missing_inputs(paths, plan)
        if missing:
            reason = f"{missing[0]} is missing, which this step has to read; the step before it writes it."
            return (refuse_step(context, plan, reason),)
    for plan in plans:
        if plan.step.begins:
            make_point(context, plan, plan.step.begins)
    return _run_agents(context, plans)


def _run_agents(context: RunContext, plans: Sequence[StepPlan]) -> tuple[StepRun, ...]:
    plans = prepare_trees(context, plans)
    _require_trust(context, plans)
    earlier, before = find_writer(context.data_folder, context.whole_tree), stamp_tree(context.work_tree)
    members: list[Member] = []
    try:
        for plan in plans:
            members.append(_begin(context, plan))  # noqa: PERF401 those that were begun must be known on an error
        _follow(context, [member.agent for member in members])
    except BaseException:
        stop_all(context, [member.agent for member in members])
        raise
    after, later = stamp_tree(context.work_tree), find_writer(context.data_folder, context.whole_tree)
    looks = Looks(before, after, is_shared=_is_shared(context, earlier, later))
    context.begun.update(plan.step.name for plan in plans)
    return tuple(finish_step(context, member, members, looks) for member in members)


def _is_shared(context: RunContext, earlier: Writer, later: Writer) -> bool:
    """Whether another run wrote to the work tree meanwhile: what has changed may be its doing."""
    others = [writer for writer in (earlier, later) if writer.run_id != context.folder.id]
    return any(writer.is_held for writer in others) or (bool(others) and earlier.taken_at != later.taken_at)


def _require_trust(context: RunContext, plans: Iterable[StepPlan]) -> None:
    """Raise NotTrustedError where an isolated work tree steers agents in ways that nobody has allowed."""
    trees = {plan.tree for plan in plans if plan.tree and plan.step.agent in STEERED}
    if not trees:
        return
    with open_state_reader(context.data_folder) as state:
        project = get_project(state, context.request.project)
    for tree in sorted(trees):
        require_tree_trust(context.data_folder, project, context.work_tree, tree)


def _begin(context: RunContext, plan: StepPlan) -> Member:
    plan = replace(plan, step=context.limit(plan.step))
    outputs = stamp_outputs(context.find_tree(plan), plan)
    return Member(plan, outputs, start_agent(context, plan))


def _follow(context: RunContext, agents: Sequence[AgentStep]) -> None:
    """Look after the agents until all have ended, or a person wants them stopped."""
    while True:
        for agent in agents:
            agent.look()
        living = [agent for agent in agents if not agent.has_ended]
        if not living:
            return
        if context.folder.is_stop_wanted():
            stop_all(context, living)
            return
        waits = any(agent.questions for agent in living)
        status = RunStatus.WAITING if waits else RunStatus.RUNNING
        context.tell(status, tuple(agent.folder.path.name for agent in living), _describe_waiting(living))
        context.pause(PAUSE, is_idle=waits)


def _describe_waiting(agents: Iterable[AgentStep]) -> str:
    """Say what the run waits for, or that an agent is silent; by the minute, since each change is written down."""
    for agent in agents:
        if agent.questions:
            return f"{agent.plan.step.title}: there is a question for you."
    for agent in agents:
        silent, limit = agent.find_silence(), agent.plan.step.limits.stall_seconds
        if silent and limit is not None:
            since = describe_seconds(max(limit, silent // MINUTE * MINUTE))
            advice = "wait, or stop the run and start the step again"
            return f"{agent.plan.step.title}: no sign of life for more than {since}; {advice}."
    return ""
