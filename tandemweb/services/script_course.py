"""The course of a workflow as functions of a shell: counters, groups, what follows on each outcome, and gates."""

from collections.abc import Iterator

from tandemweb.domain.workflow import ANY, NEXT, Step, UserGate, Workflow
from tandemweb.services.script_paths import ScriptPaths
from tandemweb.services.script_words import comment, name_variable, quote
from tandemweb.services.step_planning import OPTIONAL
from tandemweb.services.templates import LAST, OWN_COUNTERS, list_counters

ROUND = OWN_COUNTERS[0]
# What a person's choice does to a mission, by the word that shipped workflows use for it.
CHOICES = {"approve": "approve_spec", "feedback": "take_feedback", "complete": "complete_mission"}


def list_nodes(workflow: Workflow) -> tuple[str, ...]:
    """List the steps and groups in the order of the workflow."""
    return tuple(dict.fromkeys(step.node for step in workflow.steps))


def render_nodes(paths: ScriptPaths) -> Iterator[str]:
    """Write the functions of each node: where the counters stand, how they go on, and what follows."""
    workflow = paths.paths.workflow
    for node in list_nodes(workflow):
        members = workflow.list_members(node)
        variable = name_variable(node)
        yield _render_function(f"find_{variable}", _find_counters(paths, members))
        yield _render_function(f"advance_{variable}", _advance_counters(paths, members))
        yield _render_function(f"node_{variable}", _go_on(node, members))
        if len(members) > 1:
            yield _render_function(f"members_{variable}", [f"echo {' '.join(step.name for step in members)}"])
            yield _render_function(f"words_{variable}", [f"echo {quote(_list_words(members))}"])


def render_locate(paths: ScriptPaths) -> str:
    """Write the function that says what counters and documents are called now."""
    lines = []
    for counter in sorted(list_counters(paths.paths.workflow)):
        name = name_variable(counter)
        last = name_variable(f"{LAST}{counter}")
        lines += [
            f'two "$counter_{name}"',
            f"word_{name}=$two",
            f"two $((counter_{name} > 0 ? counter_{name} - 1 : 0))",
            f"word_{last}=$two",
        ]
    lines += [f"doc_{name_variable(name)}={paths.write_path(f'{{{name}}}')}" for name in paths.paths.workflow.documents]
    return _render_function("locate", lines)


def render_gate(workflow: Workflow, gate: UserGate) -> str:
    """Write the function that asks a person."""
    variable = name_variable(gate.name)
    words = " ".join(gate.choices)
    lines = [f'ask {gate.name} {quote(comment(gate.title))} "${{TANDEM_GATE_{variable}-}}" {words}', "may_skip=no"]
    lines.append("case $choice in")
    for word, target in gate.choices.items():
        effect = f"{CHOICES[word]} && " if workflow.needs_mission and word in CHOICES else ""
        lines.append(f"    {word}) {effect}next='{target}' ;;")
    return _render_function(f"gate_at_{variable}", [*lines, "esac"])


def _find_counters(paths: ScriptPaths, members: tuple[Step, ...]) -> Iterator[str]:
    """Say where the counters stand by what is on disk, as a run that begins there would."""
    is_mission = paths.paths.files is not None
    if is_mission:
        yield from _count_down(ROUND, paths.write_evaluation())
        yield "state_number round"
        yield f'[ "$number" -le "$counter_{ROUND}" ] || counter_{ROUND}=$number'
    templates = [
        path.removesuffix(OPTIONAL) for step in members for path in (step.output, *step.companions, *step.inputs)
    ]
    for counter in sorted(list_counters(paths.paths.workflow)):
        found = (path for path in templates if path and counter in paths.paths.list_counters(path))
        template = next(found, None)
        if template is not None and not (is_mission and counter == ROUND):
            yield from _count_down(counter, paths.write_path(template))


def _count_down(counter: str, path: str) -> Iterator[str]:
    name = f"counter_{name_variable(counter)}"
    yield f"{name}=99"
    yield f'while locate && [ "${name}" -gt 0 ] && ! is_there {path}; do {name}=$(({name} - 1)); done'


def _advance_counters(paths: ScriptPaths, members: tuple[Step, ...]) -> Iterator[str]:
    names = sorted({name for step in members for name in step.counters})
    for name in map(name_variable, names):
        yield f"present_{name}=$counter_{name}"
    for step in members:
        for counter, value in step.counters.items():
            name = name_variable(counter)
            word, _, document = value.partition(":")
            written = f"{{{document}}}" if document else step.output
            if word != NEXT:
                yield f"counter_{name}={int(value)}"
            elif not written:
                yield f"counter_{name}=$((present_{name} + 1))"
            else:
                is_there = f"{{ locate && is_there {paths.write_path(written)}; }}"
                count = f"counter_{name}=$((present_{name} + 1))"
                yield f'if [ "$present_{name}" -lt 1 ] || {is_there}; then {count}; fi'


def _go_on(node: str, members: tuple[Step, ...]) -> Iterator[str]:
    names = " ".join(step.name for step in members)
    following = members[0].next
    yield f"run_steps {node} {names}"
    yield f"settle {quote(_list_words(members))} {names}"
    yield "case $outcome in"
    for word, target in following.items():
        if word != ANY:
            yield f"    {word}) next='{target}' ;;"
    if ANY in following:
        yield f"    *) next='{following[ANY]}' ;;"
    yield "esac"


def _list_words(members: tuple[Step, ...]) -> str:
    """List the outcomes that the workflow names, in its order: of several the first counts."""
    return " ".join(word for word in members[0].next if word != ANY)


def _render_function(name: str, lines: Iterator[str] | list[str]) -> str:
    body = "".join(f"    {line}\n" for line in lines) or "    :\n"
    return f"{name}() {{\n{body}}}"
