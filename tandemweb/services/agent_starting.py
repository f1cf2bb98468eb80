"""Starting the agent of a step, with everything about it written down first."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.agents.environment import build_environment, get_marker
from tandemweb.agents.event_log import EventLog
from tandemweb.agents.locks import hold_session
from tandemweb.agents.presets import AgentCommand, Session, build_command
from tandemweb.agents.questions import write_prompt
from tandemweb.agents.run_files import write_json_file
from tandemweb.agents.run_folder import StepCommand
from tandemweb.agents.spawning import MissingAgentError, find_executable, spawn
from tandemweb.agents.summary import StreamSummary
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import NOTHING, AgentKind, Delivery
from tandemweb.services.agent_steps import AgentStep
from tandemweb.services.run_context import RunContext, find_git_tree
from tandemweb.services.step_planning import StepPlan

SESSION_PLACE = "{session}"  # in a command that a person has edited
PLAN_NAME = "plan.json"  # in a step's folder: the counters that it was worked out with


def start_agent(context: RunContext, plan: StepPlan) -> AgentStep:
    """Start the agent of a step, with everything about it written down first.

    One that is not installed gives a step that has ended already, as ``missing``. Raises AgentError.
    """
    number = context.count_steps() + 1
    folder = context.folder.make_step(number, plan.step.name)
    agent = AgentStep(context, plan, number, folder, datetime.now(UTC))
    agent.session = choose_session(context, plan)
    if agent.session.is_resumed and plan.step.agent is AgentKind.CLAUDE:  # codex sees to that itself
        agent.resources.enter_context(hold_session(context.data_folder, agent.session.id, context.folder.id))
    command = _build(context, plan, agent.session)
    settings = context.settings.of(plan.step.agent)
    environment = build_environment(get_marker(context.folder.id, folder.path.name), settings.environment)
    folder.write_prompt(plan.prompt)
    write_json_file(folder.path / PLAN_NAME, {"node": plan.step.node, "counters": plan.counters})
    written = _describe(agent, command, environment)
    folder.write_command(written)
    try:
        argv = _with_program(plan, command, context)
        agent.child = spawn(
            argv,
            cwd=Path(context.find_tree(plan)),
            environment=environment,
            stdout=folder.stdout,
            stderr=folder.stderr,
            stdin=folder.prompt,
            has_pipe=command.has_pipe,
        )
    except MissingAgentError as error:
        agent.missing = str(error)
        return agent
    folder.write_command(replace(written, identity=agent.child.identity))
    agent.begun_at = agent.heard_at = agent.looked_at = time.monotonic()
    agent.log = agent.resources.enter_context(EventLog(folder.path, plan.step.agent))
    agent.summary = StreamSummary(plan.step.agent)
    if command.has_pipe:
        agent.child.send(write_prompt(plan.prompt))
    return agent


def choose_session(context: RunContext, plan: StepPlan) -> Session:
    """Continue the conversation that is meant where it is known, else begin a new one."""
    step = plan.step
    wanted = context.request.sessions.get(step.name) if step.name not in context.begun else None
    known = wanted or (context.sessions.get(step.session, "") if step.session else "")
    if known:
        return Session(known, is_resumed=True)
    return Session(str(uuid.uuid4())) if step.agent is AgentKind.CLAUDE else Session()


def build_plan_command(plan: StepPlan, settings: Settings, session: Session, work_tree: str) -> AgentCommand:
    """Say how the agent of a step is started in a work tree."""
    step = plan.step
    if step.agent is AgentKind.COMMAND:
        return AgentCommand(plan.argv)
    written = plan.documents if step.delivery is Delivery.FILE else ()
    return build_command(
        step,
        settings.of(step.agent),
        session,
        cwd=work_tree,
        documents=(*written, *(f"{place}/" for place in plan.places)),
        in_git=plan.tree_at != NOTHING and bool(find_git_tree(work_tree)),
    )


def _build(context: RunContext, plan: StepPlan, session: Session) -> AgentCommand:
    step = plan.step
    edited = context.request.arguments.get(step.name)
    if edited:
        argv = tuple(part.replace(SESSION_PLACE, session.id) for part in edited)
        return AgentCommand(argv, has_pipe="--permission-prompt-tool" in argv)
    return build_plan_command(plan, context.settings, session, context.find_tree(plan))


def _with_program(plan: StepPlan, command: AgentCommand, context: RunContext) -> tuple[str, ...]:
    """Put the absolute path of the agent's program in place of its name. Raises MissingAgentError."""
    kind = plan.step.agent
    if kind is AgentKind.COMMAND:
        return command.argv
    return (find_executable(kind, context.settings.of(kind)), *command.argv[1:])


def _describe(agent: AgentStep, command: AgentCommand, environment: Mapping[str, str]) -> StepCommand:
    step = agent.plan.step
    return StepCommand(
        number=agent.number,
        name=step.name,
        title=step.title,
        agent=step.agent,
        argv=command.argv,
        cwd=agent.context.find_tree(agent.plan),
        started_at=agent.started_at,
        environment=tuple(sorted(environment)),
        session_id=agent.session.id,
        is_resumed=agent.session.is_resumed,
        output=agent.plan.output,
        has_pipe=command.has_pipe,
    )
