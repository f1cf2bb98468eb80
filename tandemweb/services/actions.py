"""What tandemweb does itself as a step of a workflow, by the name that workflows use.

Each action gives a sentence that says what it has done.
"""

from collections.abc import Callable, Mapping

from tandemweb.archive.reading import read_bytes
from tandemweb.services.case_action import write_cases
from tandemweb.services.change_actions import write_difference, write_scope
from tandemweb.services.confidence_action import write_confidence
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.judge_actions import prepare_blind_folder, resolve_judgement
from tandemweb.services.own_documents import write_own_document
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_trees import commit_tree, name_branch

Action = Callable[[RunContext, DocumentPaths, StepPlan], str]


def copy_document(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Copy the first input to the output, byte for byte. Raises NotFoundError, ArchiveError, ConflictError."""
    source = plan.inputs[0].path
    write_own_document(context, paths, plan, plan.output, read_bytes(paths.work_tree, source))
    return f"Copied {source} to {plan.output}, byte for byte."


def do_nothing(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Do nothing: the step is there for what State.json says from then on."""
    del context, paths, plan
    return "There was nothing to write."


def commit_changes(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Commit what stands in the step's isolated work tree to its branch; nothing where nothing changed."""
    del paths
    subject = " ".join(context.request.goal.split())[:72] or plan.step.title
    tip = commit_tree(context, plan, f"{subject}\n")
    branch = name_branch(context, plan.step.work_tree)
    return f"All that stood in the work tree is committed; the branch {branch} is at {tip[:12]} now."


ACTIONS: Mapping[str, Action] = {
    "copy": copy_document,
    "nothing": do_nothing,
    "commit": commit_changes,
    "confidence": write_confidence,
    "difference": write_difference,
    "scope": write_scope,
    "test-results": write_cases,
    "blind": prepare_blind_folder,
    "resolve": resolve_judgement,
}
