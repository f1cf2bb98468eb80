"""What tandemweb does itself as a step of a workflow, by the name that workflows use."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tandemweb.archive.reading import read_bytes
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_results import write_document


def copy_document(data_folder: Path, paths: DocumentPaths, plan: StepPlan, made_by: str) -> None:
    """Copy the first input to the output, byte for byte. Raises NotFoundError, ArchiveError, ConflictError."""
    content = read_bytes(paths.work_tree, plan.inputs[0].path)
    write_document(
        data_folder,
        paths.work_tree,
        plan.output,
        content,
        title=f"{plan.step.title}: {plan.output.rpartition('/')[2]}",
        made_by=made_by,
        mission_path=paths.files.folder.path if paths.files else "",
    )


def do_nothing(data_folder: Path, paths: DocumentPaths, plan: StepPlan, made_by: str) -> None:
    """Do nothing: the step is there for what State.json says from then on."""


ACTIONS: Mapping[str, Callable[[Path, DocumentPaths, StepPlan, str], None]] = {
    "copy": copy_document,
    "nothing": do_nothing,
}
