"""A workflow as one POSIX shell script, for a machine that has git, claude and codex and no tandemweb."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tandemweb.archive.opening import RefusedPathError
from tandemweb.domain.mission import Project
from tandemweb.domain.workflow import AgentKind, Delivery, Workflow
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.document_paths import DocumentPaths, open_document_paths
from tandemweb.services.gates import GATES
from tandemweb.services.script_course import list_nodes, render_gate, render_locate, render_nodes
from tandemweb.services.script_parts import read_parts, render_parts
from tandemweb.services.script_paths import ScriptPaths
from tandemweb.services.script_steps import ScriptSteps
from tandemweb.services.script_words import comment, here_document, name_variable, quote
from tandemweb.services.stages import StageOrder, find_goal
from tandemweb.services.templates import LAST, list_counters, quote_block
from tandemweb.services.workflows import get_workflow

SUBJECT_LIMIT = 72  # characters of a commit's first line
PARAMETER_LIMIT = 60_000  # characters; it goes through the environment of awk
_PARTS = ("course", "documents", "agents", "json", "changes")
_NO_FUNCTION = frozenset(("written", "exit"))  # gates that the script knows without one


@dataclass(frozen=True, slots=True)
class ScriptRequest:
    """What a script is made of; ``first`` is the step or group that it begins with."""

    paths: DocumentPaths
    mission_path: str
    first: str
    goal: str
    note: str

    @property
    def workflow(self) -> Workflow:
        return self.paths.workflow


def export_script(data_folder: Path, project: Project, order: StageOrder) -> str:
    """Write a workflow, or the rest of a started mission, as a script. Nothing is started, nothing written.

    Raises NotFoundError, InvalidRequestError, UntrustedWorkflowError, ArchiveError.
    """
    return render_script(plan_script(data_folder, project, order))


def plan_script(data_folder: Path, project: Project, order: StageOrder) -> ScriptRequest:
    """Look at what a script is about. Raises as ``export_script`` does."""
    workflow = get_workflow(data_folder, order.workflow, project)
    stage = workflow.find_stage(order.stage) or workflow.stages[0]
    first = order.first_step or stage.first
    if not workflow.list_members(first):
        raise NotFoundError(f"The workflow {workflow.name} has no step {first!r}.")
    check_exportable(workflow)
    if workflow.needs_mission and not order.mission_path:
        raise InvalidRequestError(f"The workflow {workflow.name} works on a mission; name one.")
    parameters = _read_parameters(workflow, order)
    paths = open_document_paths(workflow, order.work_tree or project.path, order.mission_path, parameters)
    _check_paths(paths)
    goal = order.goal or find_goal(data_folder, project, order.mission_path)
    return ScriptRequest(paths, order.mission_path, first, goal, order.note)


def _check_paths(paths: DocumentPaths) -> None:
    """Raise InvalidRequestError for parameters that lead a document out of the project."""
    counters = dict.fromkeys(list_counters(paths.workflow), 1)
    for name in paths.workflow.documents:
        try:
            paths.resolve(f"{{{name}}}", counters)
        except RefusedPathError as error:
            raise InvalidRequestError(str(error)) from error


def check_exportable(workflow: Workflow) -> None:
    """Raise InvalidRequestError for a workflow with a step that only this program can do."""
    if not is_exportable(workflow):
        raise InvalidRequestError(f"The workflow {workflow.name} works on a comparison, which no script knows.")


def is_exportable(workflow: Workflow) -> bool:
    """Whether a script can do each step: those on a comparison need what this program knows of it."""
    parts = read_parts()
    return all(
        not step.work_tree_at and (not step.action or f"action-{step.action}" in parts) for step in workflow.steps
    )


def render_script(request: ScriptRequest) -> str:
    """Write the script. The same request gives the same text."""
    paths = ScriptPaths(request.paths)
    workflow = request.workflow
    subject = " ".join(request.goal.split())[:SUBJECT_LIMIT]
    steps = ScriptSteps(paths, subject)
    sections = [
        _render_head(request),
        _render_values(request, paths),
        render_locate(paths),
        _render_wishes(request),
        *(steps.render(step) for step in workflow.steps),
        "# ---- What follows on what " + "-" * 92,
        *render_nodes(paths),
        *(render_gate(workflow, gate) for gate in workflow.gates),
        _render_names(workflow),
        _render_help(request),
        render_parts(_list_parts(workflow)),
        'start "$@"',
    ]
    return "\n\n".join(section.strip("\n") for section in sections) + "\n"


def _read_parameters(workflow: Workflow, order: StageOrder) -> dict[str, str]:
    """Give the values of all parameters. Raises InvalidRequestError for one that is missing or unknown."""
    known = {parameter.name: parameter for parameter in workflow.parameters}
    for name, value in order.parameters.items():
        if name not in known:
            raise InvalidRequestError(f"The workflow {workflow.name} has no parameter {name!r}.")
        if len(value) > PARAMETER_LIMIT:
            raise InvalidRequestError(f"The parameter {name} is too long: at most {PARAMETER_LIMIT:,} characters.")
    values = {name: order.parameters.get(name) or parameter.default for name, parameter in known.items()}
    for name, parameter in known.items():
        if parameter.is_required and not values[name].strip():
            raise InvalidRequestError(f"{parameter.title} is missing ({name}).")
    return values


def _render_head(request: ScriptRequest) -> str:
    workflow = request.workflow
    about = f" on {comment(request.mission_path)}" if request.mission_path else ""
    described = "\n".join(f"# {comment(line)}".rstrip() for line in workflow.description.strip().split("\n"))
    return f"""#!/bin/sh
# {comment(workflow.title)}{about}
#
{described}
#
# Start it in the project's folder; it needs git, claude and codex. `--help` says more.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154,SC2317,SC2329
# (What a step is stands in variables, and its functions are called by their names.)
set -eu
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE CLAUDECODE"""


def _render_values(request: ScriptRequest, paths: ScriptPaths) -> str:
    workflow = request.workflow
    counters = sorted(list_counters(workflow))
    values = {
        "script_name": quote(workflow.name),
        "run_name": quote(_name_run(request)),
        "first_node": request.first,
        "counters": quote(" ".join(map(name_variable, counters))),
        "placeholders": quote(" ".join(_list_placeholders(workflow))),
    }
    files = request.paths.files
    values |= {
        "word_mission": quote(files.folder.path if files else ""),
        "word_mission_name": quote(files.folder.name if files else ""),
        "word_root": quote(files.folder.root_path if files else ""),
        "word_reason": "''",
    }
    values["archive_root"] = '"$word_root"'
    if files:
        values |= {
            "mission": '"$word_mission"',
            "mission_name": '"$word_mission_name"',
            "state_file": quote(files.reading.path),
            "config_file": quote(files.root_files.config_path),
            "spec_file": quote(files.find_fixed("Spec.md")),
            "summary_file": quote(files.find_fixed("Summary.md")),
            "planning_folder": quote(paths.name_planning_folder()),
            "feedback_stem": quote(paths.name_feedback_stem()),
        }
    values |= {f"word_{name_variable(name)}": quote(value) for name, value in request.paths.parameters.items()}
    feature = request.paths.parameters.get("feature", "")
    if any(step.work_tree for step in workflow.steps):
        values["branch_prefix"] = quote(f"{feature}/impl/" if feature else "impl/")
    return "\n".join(f"{name}={value}" for name, value in values.items())


def _name_run(request: ScriptRequest) -> str:
    """Name the folder in which a run keeps where it is."""
    about = [request.mission_path, *request.paths.parameters.values()][:2]
    words = "-".join([request.workflow.name, *about])
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in words)[:80].rstrip("-")


def _list_placeholders(workflow: Workflow) -> Iterator[str]:
    for counter in sorted(list_counters(workflow)):
        yield f"word_{name_variable(counter)}"
        yield f"word_{name_variable(f'{LAST}{counter}')}"
    yield from (f"word_{name}" for name in ("root", "mission", "mission_name", "work_tree", "reason"))
    yield from (f"word_{name_variable(parameter.name)}" for parameter in workflow.parameters)
    yield from (f"doc_{name_variable(name)}" for name in workflow.documents)


def _render_wishes(request: ScriptRequest) -> str:
    goal = here_document('    cat >"$folder/goal"', quote_block(request.goal), "GOAL")
    said = f"For this step the user says:\n\n{quote_block(request.note)}\n\n" if request.note else ""
    note = here_document('    cat >"$folder/note"', said, "NOTE")
    return f"# What the user wants, and says.\nwrite_wishes() {{\n{goal}{note}}}"


def _render_names(workflow: Workflow) -> str:
    steps = "|".join(step.name for step in workflow.steps)
    nodes = "|".join(list_nodes(workflow))
    return (
        f"is_known_step() {{\n    case $1 in {steps}) ;; *) return 1 ;; esac\n}}\n\n"
        f"is_known_node() {{\n    case $1 in {nodes}) ;; *) return 1 ;; esac\n}}"
    )


def _render_help(request: ScriptRequest) -> str:
    workflow = request.workflow
    steps = "\n".join(f"  {step.name:<28} {comment(step.title)}" for step in workflow.steps)
    gates = "\n".join(f"  {gate.name:<28} {comment(gate.title)} ({', '.join(gate.choices)})" for gate in workflow.gates)
    text = f"""{comment(workflow.title)}

  sh SCRIPT                    the whole, or go on where it stopped
  sh SCRIPT --from STEP        begin at a step or group
  sh SCRIPT step STEP          one step alone; the last line says its outcome

Options: --answer GATE=CHOICE (several times), --rounds N (5), --project FOLDER, --outcome-to FILE.
Environment: TANDEM_GATE_name=choice (hyphens as underscores), TANDEM_FEEDBACK (a file),
TANDEM_CLAUDE, TANDEM_CODEX (programs), TANDEM_FOLDER (its own files), TANDEM_TREES (isolated work trees),
TANDEM_FRESH=1 (no conversation is continued).
Exit status: 0 done, 1 failed, 2 wrong use, 3 waits for a person.

Steps:
{steps}

Where a person decides:
{gates or "  nowhere"}
"""
    return f"help() {{\n{here_document('    cat', text, 'HELP')}}}"


def _list_parts(workflow: Workflow) -> Iterator[str]:
    yield from _PARTS
    yield from (f"gate-{gate}" for gate in sorted({step.gate for step in workflow.steps} & GATES.keys() - _NO_FUNCTION))
    yield from (f"action-{action}" for action in sorted({step.action for step in workflow.steps} - {""}))
    yield from (kind.value for kind in (AgentKind.CLAUDE, AgentKind.CODEX) if _has_agent(workflow, kind))
    if workflow.needs_mission:
        yield "mission"
    else:
        yield "no-mission"
    if any(step.work_tree for step in workflow.steps):
        yield "trees"
    if any(step.delivery is Delivery.MESSAGE and step.output for step in workflow.steps):
        yield "json-message"
    yield "hand-over"


def _has_agent(workflow: Workflow, kind: AgentKind) -> bool:
    return any(step.agent is kind for step in workflow.steps)
