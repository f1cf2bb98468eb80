"""Steps without an agent: what tandemweb does itself, and what cannot even be begun."""

from dataclasses import replace
from datetime import UTC, datetime

from tandemweb.agents.run_folder import StepFolder
from tandemweb.domain.run import FailureKind, RunStatus, StepRun
from tandemweb.errors import TandemwebError
from tandemweb.services.actions import ACTIONS
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_finishing import make_end_point
from tandemweb.services.step_planning import StepPlan, list_missing_inputs
from tandemweb.services.step_results import OutputError, judge_by_gate
from tandemweb.services.step_trees import prepare_trees


def do_own_step(context: RunContext, plan: StepPlan) -> StepRun:
    """Do a step that is tandemweb's own, and ask its gate."""
    folder, told = _begin(context, plan)
    try:
        (plan,) = prepare_trees(context, (plan,))
        paths = context.open_paths(plan.tree)
        missing = list_missing_inputs(paths, plan)
        if missing:
            raise OutputError(f"{missing[0]} is missing, which this step has to read; the step before it writes it.")
        done = ACTIONS[plan.step.action](context, paths, plan)
        judgement = judge_by_gate(context.open_paths(plan.tree), plan, exit_status=0)
        point = make_end_point(context, plan, judgement.outcome)
        folder.write_log(f"{done}\n" + (f"State.json says “{point}” from here on.\n" if point else ""))
        told = replace(told, status=RunStatus.DONE, outcome=judgement.outcome, reason=judgement.reason)
    except TandemwebError as error:
        told = _fail(told, str(error))
    return _end(context, folder, told)


def refuse_step(context: RunContext, plan: StepPlan, reason: str) -> StepRun:
    """Note a step that cannot be begun, with the reason."""
    folder, told = _begin(context, plan)
    return _end(context, folder, _fail(told, reason))


def _begin(context: RunContext, plan: StepPlan) -> tuple[StepFolder, StepRun]:
    number = context.count_steps() + 1
    folder = context.folder.make_step(number, plan.step.name)
    step = plan.step
    told = StepRun(number, step.name, step.title, step.agent.value, folder.path.name, datetime.now(UTC))
    return folder, replace(told, output=plan.output)


def _fail(told: StepRun, reason: str) -> StepRun:
    return replace(told, status=RunStatus.FAILED, failure=FailureKind.OUTPUT, reason=reason)


def _end(context: RunContext, folder: StepFolder, told: StepRun) -> StepRun:
    ended = replace(told, ended_at=datetime.now(UTC))
    folder.write_end(ended)
    context.steps.append(ended)
    return ended
