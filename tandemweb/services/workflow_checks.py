"""Whether a workflow makes sense as a whole: its graph, its names, and who writes where."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from tandemweb.domain.workflow import (
    ANY,
    END,
    FAILED,
    NEXT,
    STUCK,
    UNAVAILABLE,
    USER,
    Access,
    AgentKind,
    Delivery,
    Step,
    Workflow,
)
from tandemweb.services.actions import ACTIONS
from tandemweb.services.gates import GATES
from tandemweb.services.templates import list_names, list_path_names, list_placeholders, list_text_names
from tandemweb.services.transitions import TRANSITIONS
from tandemweb.services.workflow_fields import TomlSource, suggest

MODELS = (AgentKind.CLAUDE, AgentKind.CODEX)
Targets = Callable[[str], Iterable[str]]


def check_workflow(workflow: Workflow, source: TomlSource) -> None:
    """Complain to ``source`` about everything that would go wrong while the workflow runs."""
    for step in workflow.steps:
        _check_words(workflow, step, source)
        _check_agent(step, source)
        _check_next(workflow, step, source)
        _check_templates(workflow, step, source)
    _check_shared_templates(workflow, source)
    for stage in workflow.stages:
        if not workflow.list_members(stage.first):
            source.complain(("stages", stage.name, "first"), _unknown(stage.first, _nodes(workflow)))
    for gate in workflow.gates:
        for word, target in gate.choices.items():
            _check_target(workflow, target, ("gates", gate.name, "choices", word), source)
    _check_groups(workflow, source)
    if not source.problems:
        _check_reach(workflow, source)


def _check_words(workflow: Workflow, step: Step, source: TomlSource) -> None:
    """Check the names that stand for things of this program, and of this workflow."""
    path = ("steps", step.name)
    known: tuple[tuple[str, str, Collection[str]], ...] = (
        ("stage", step.stage, [stage.name for stage in workflow.stages]),
        ("gate", step.gate, GATES),
        ("session", step.session, [other.name for other in workflow.steps]),
        ("action", step.action, ACTIONS),
        ("begins", step.begins, TRANSITIONS),
        *(("ends", transition, TRANSITIONS) for transition in step.ends.values()),
    )
    for key, word, words in known:
        if word and word not in words:
            source.complain((*path, key), _unknown(word, words))
    for counter, value in step.counters.items():
        word, _, document = value.partition(":")
        if word != NEXT and not value.isdecimal():
            source.complain((*path, "counters", counter), 'must be a number in quotes, or "next".')
        elif document and document not in workflow.documents:
            source.complain((*path, "counters", counter), _unknown(document, workflow.documents))
    if not workflow.needs_mission and (step.begins or step.ends):
        key = "begins" if step.begins else "ends"
        source.complain((*path, key), "State.json is written for missions only; this workflow says mission = false.")


def _check_agent(step: Step, source: TomlSource) -> None:
    """Check that the agent is told what to do, and may write what it is to write."""
    path = ("steps", step.name)
    if step.agent is AgentKind.COMMAND and not step.argv:
        source.complain(path, 'a command needs argv = ["program", "argument", …].')
    if step.agent is AgentKind.TANDEMWEB and not step.action:
        source.complain(path, f"this agent needs an action: {', '.join(ACTIONS)}.")
    if step.agent in MODELS and not (step.prompt or step.slash_command):
        source.complain(path, "prompt is missing; it tells the agent what to do.")
    if step.delivery is not Delivery.NOTHING and not step.output:
        source.complain((*path, "delivery"), "there is no output to deliver; name it in output.")
    if GATES.get(step.gate) and GATES[step.gate].needs_document and not step.output:
        source.complain((*path, "gate"), f"the gate {step.gate!r} judges a document, but the step has no output.")
    if step.work_tree_at and not step.work_tree:
        source.complain((*path, "work-tree-at"), "there is no work tree to put anywhere; name it in work-tree.")
    if step.agent in MODELS and step.access is Access.READ_ONLY and step.output and step.delivery is Delivery.FILE:
        advice = 'write delivery = "message", or access = "documents"'
        source.complain(path, f"a read-only step cannot write its output; {advice}.")


def _check_next(workflow: Workflow, step: Step, source: TomlSource) -> None:
    path = ("steps", step.name, "next")
    if not step.next:
        source.complain(("steps", step.name), f'next is missing; write next = {{ "{ANY}" = "{END}" }}.')
    # A group is left by one word: that of any of its members.
    outcomes = tuple(word for member in workflow.list_members(step.node) for word in _list_outcomes(member))
    for word, target in step.next.items():
        if word not in {ANY, FAILED, *outcomes}:
            source.complain((*path, word), f"{word!r} is no outcome of this step; {suggest(word, outcomes)}")
        _check_target(workflow, target, (*path, word), source)
    if step.next and ANY not in step.next and step.gate in GATES:
        for word in outcomes:
            if word not in step.next:
                source.complain(path, f"says nothing about the outcome {word!r}.")


def _list_outcomes(step: Step) -> tuple[str, ...]:
    gate = GATES.get(step.gate)
    own = gate.outcomes if gate else ()
    further = (*([STUCK] if step.repeat_limit else []), *([UNAVAILABLE] if step.placeholder else []))
    return tuple(dict.fromkeys((*own, *further)))


def _check_target(workflow: Workflow, target: str, path: tuple[str, ...], source: TomlSource) -> None:
    step = workflow.find_step(target)
    if target == END or workflow.list_members(target):
        return
    if target.startswith(USER):
        gate = target.removeprefix(USER)
        if not workflow.find_gate(gate):
            source.complain(path, f"there is no table [gates.{gate}].")
    elif step:
        source.complain(path, f"{target} is in the group {step.group}; lead to the group.")
    else:
        source.complain(path, _unknown(target, [*_nodes(workflow), END]))


def _check_templates(workflow: Workflow, step: Step, source: TomlSource) -> None:
    path = ("steps", step.name)
    names = list_names(workflow)
    fields: tuple[tuple[str, Iterable[str]], ...] = (
        ("prompt", (step.prompt,)),
        ("slash-command", (step.slash_command,)),
        ("placeholder", (step.placeholder,)),
        ("argv", step.argv),
        ("work-tree-at", (step.work_tree_at,)),
        ("inputs", step.inputs),
        ("output", (step.output,)),
        ("companions", step.companions),
        ("places", step.places),
    )
    for key, templates in fields:
        # A path may not hold what the program only knows when all paths are known.
        allowed = names if key in {"prompt", "slash-command", "placeholder", "argv"} else _without_lists(workflow)
        for template in templates:
            _check_template(template, (*path, key), allowed, source)


def _without_lists(workflow: Workflow) -> frozenset[str]:
    return frozenset((*workflow.documents, *list_path_names(workflow)))


def _check_shared_templates(workflow: Workflow, source: TomlSource) -> None:
    paths, texts = list_path_names(workflow), list_text_names(workflow)
    for name, template in workflow.documents.items():
        _check_template(template, ("documents", name), paths, source)
    for name, template in workflow.texts.items():
        _check_template(template, ("texts", name), texts, source)


def _check_template(template: str, path: tuple[str, ...], names: Collection[str], source: TomlSource) -> None:
    for name in dict.fromkeys(list_placeholders(template)):
        if name not in names:
            source.complain(path, f"there is no placeholder {{{name}}}; {suggest(name, names)}")


def _check_groups(workflow: Workflow, source: TomlSource) -> None:
    groups: defaultdict[str, list[Step]] = defaultdict(list)
    for step in workflow.steps:
        groups[step.node].append(step)
    for name, members in groups.items():
        first = members[0]
        for other in members[1:]:
            if not other.group or not first.group:
                source.complain(("steps", name), f"a step and a group are both called {name}; give one another name.")
            elif other.next != first.next or other.stage != first.stage:
                message = f"must have the same stage and next as {first.name}: a group is left as one."
                source.complain(("steps", other.name), message)
        _check_writers(members, source)


def _check_writers(members: list[Step], source: TomlSource) -> None:
    by_tree: defaultdict[str, list[Step]] = defaultdict(list)
    for step in members:
        if step.access is not Access.READ_ONLY:
            by_tree[step.work_tree].append(step)
    for steps in by_tree.values():
        writer = next((step for step in steps if step.access is Access.WRITE), None)
        other = next((step for step in steps if step is not writer), None)
        if writer and other:
            message = f"writes to the same work tree as {writer.name}, at the same time; give one its own work-tree."
            source.complain(("steps", other.name), message)


def _check_reach(workflow: Workflow, source: TomlSource) -> None:
    """Complain about what no stage leads to, and what leads to no end."""
    starts = [stage.first for stage in workflow.stages]
    reached = _spread(starts, lambda node: _list_targets(workflow, node))
    for node in _nodes(workflow):
        if node not in reached:
            source.complain(("steps", workflow.list_members(node)[0].name), "no stage and no step leads here.")
    for gate in workflow.gates:
        if f"{USER}{gate.name}" not in reached:
            source.complain(("gates", gate.name), "no step leads here.")
    for node in _nodes(workflow):
        ends = (target for target in _spread([node], lambda name: _list_step_targets(workflow, name)))
        if not any(target == END or target.startswith(USER) for target in ends):
            message = f"from here no way leads to {END} or to a person; it would go round for ever."
            source.complain(("steps", workflow.list_members(node)[0].name, "next"), message)


def _spread(starts: Iterable[str], targets: Targets) -> frozenset[str]:
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(targets(node))
    return frozenset(reached)


def _list_targets(workflow: Workflow, node: str) -> Iterator[str]:
    if node.startswith(USER):
        gate = workflow.find_gate(node.removeprefix(USER))
        yield from gate.choices.values() if gate else ()
    yield from _list_step_targets(workflow, node)


def _list_step_targets(workflow: Workflow, node: str) -> Iterator[str]:
    for step in workflow.list_members(node):
        yield from step.next.values()


def _nodes(workflow: Workflow) -> list[str]:
    return list(dict.fromkeys(step.node for step in workflow.steps))


def _unknown(word: str, known: Collection[str]) -> str:
    return f"{word!r} is not known; {suggest(word, known)}"
