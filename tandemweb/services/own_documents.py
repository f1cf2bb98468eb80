"""Documents that tandemweb writes itself as a step of a workflow."""

from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_results import write_document


def write_own_document(context: RunContext, paths: DocumentPaths, plan: StepPlan, path: str, content: bytes) -> None:
    """Write a document of a step of our own, in place of what stood there. Raises ArchiveError, ConflictError."""
    write_document(
        context.data_folder,
        paths.work_tree,
        path,
        content,
        title=f"{plan.step.title}: {path.rpartition('/')[2]}",
        made_by=context.made_by,
        mission_path=paths.files.folder.path if paths.files else "",
    )
