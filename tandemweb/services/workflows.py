"""Which workflows there are: those of this program, of the user, and of a project, which are used only when trusted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

from tandemweb.archive.reading import read_text
from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.domain.workflow import Workflow, WorkflowSource
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError, TandemwebError
from tandemweb.services.workflow_reading import TEXT_LIMIT, extract_workflow
from tandemweb.store.state import open_state, open_state_reader
from tandemweb.store.trusts import find_trust, save_trust

FOLDER = "workflows"
PROJECT_FOLDER = ".tandemweb/workflows"
ENDING = ".toml"


class UntrustedWorkflowError(ConflictError):
    """A workflow of a project that nobody has allowed as it is now."""


@dataclass(frozen=True, slots=True)
class WorkflowEntry:
    """One file. ``name`` is the workflow's, of a file that cannot be read the file's; ``text`` is the whole of it.

    ``is_trusted`` is False for a project's workflow that was not allowed as it is now.
    """

    name: str
    source: WorkflowSource
    path: str
    text: str
    workflow: Workflow | None
    problems: tuple[Problem, ...] = ()
    is_trusted: bool = True

    @property
    def is_usable(self) -> bool:
        return self.workflow is not None and self.is_trusted


def list_workflows(data_folder: Path, project: Project | None = None) -> tuple[WorkflowEntry, ...]:
    """List all workflows, a user's in place of a shipped one of the same name; those of a project come last."""
    entries: dict[str, WorkflowEntry] = {entry.name: entry for entry in _list_shipped()}
    entries |= {entry.name: entry for entry in _list_own(data_folder)}
    found = tuple(entries.values())
    return (*found, *_list_of_project(data_folder, project, set(entries))) if project else found


def get_workflow(data_folder: Path, name: str, project: Project | None = None) -> Workflow:
    """Give a workflow that may be used.

    Raises NotFoundError, InvalidRequestError where its file has mistakes, UntrustedWorkflowError.
    """
    entry = next((entry for entry in list_workflows(data_folder, project) if entry.name == name), None)
    if entry is None:
        raise NotFoundError(f"There is no workflow {name!r}; the workflows page lists all.")
    if entry.workflow is None:
        raise InvalidRequestError(entry.problems[0].message)
    if not entry.is_trusted:
        raise UntrustedWorkflowError(f"The workflow {name!r} of this project was not allowed as it is now; look at it.")
    return entry.workflow


def trust_workflow(data_folder: Path, project: Project, name: str, digest: str, *, at: datetime) -> None:
    """Keep that a person allowed a project's workflow, having seen what ``digest`` stands for.

    Raises NotFoundError, ConflictError when its file says something else by now.
    """
    entries = list_workflows(data_folder, project)
    entry = next((one for one in entries if one.name == name and one.source is WorkflowSource.PROJECT), None)
    if entry is None or entry.workflow is None:
        raise NotFoundError(f"The project has no workflow {name!r} that could be used.")
    if entry.workflow.digest != digest:
        raise ConflictError(f"{entry.path} has changed since it was shown, so nothing was allowed. Look at it again.")
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_trust(transaction, project.slug, name_subject(name), digest, created_at=at)


def name_subject(workflow: str) -> str:
    """Name what a trust in a project's workflow is kept under; its digest is the workflow's."""
    return f"workflow:{workflow}"


@cache  # they change with the program only
def _list_shipped() -> tuple[WorkflowEntry, ...]:
    folder = resources.files("tandemweb") / FOLDER
    files = sorted((file for file in folder.iterdir() if file.name.endswith(ENDING)), key=lambda file: file.name)
    return tuple(
        _read(file.name, file.read_text(encoding="utf-8"), WorkflowSource.SHIPPED, str(file)) for file in files
    )


def _list_own(data_folder: Path) -> Iterator[WorkflowEntry]:
    for path in sorted((data_folder / FOLDER).glob(f"*{ENDING}")):
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            message = f"{path.name} cannot be read: {error}."
            problem = Problem(path.name, None, "workflow", message)
            yield WorkflowEntry(path.stem, WorkflowSource.USER, str(path), "", None, (problem,))
        else:
            yield _read(path.name, text, WorkflowSource.USER, str(path))


def _list_of_project(data_folder: Path, project: Project, taken: set[str]) -> Iterator[WorkflowEntry]:
    try:
        names = sorted(path.name for path in Path(project.path, PROJECT_FOLDER).iterdir())
    except OSError:
        return
    for name in names:
        if name.endswith(ENDING):
            yield _read_of_project(data_folder, project, name, taken)


def _read_of_project(data_folder: Path, project: Project, name: str, taken: set[str]) -> WorkflowEntry:
    file = read_text(project.path, f"{PROJECT_FOLDER}/{name}", text_limit=TEXT_LIMIT)
    if file.problem is None:
        return _check_trust(data_folder, project, _read(name, file.text, WorkflowSource.PROJECT, file.path), taken)
    stem = name.removesuffix(ENDING)
    problems = (file.problem,)
    return WorkflowEntry(stem, WorkflowSource.PROJECT, file.path, file.text, None, problems, is_trusted=False)


def _check_trust(data_folder: Path, project: Project, entry: WorkflowEntry, taken: set[str]) -> WorkflowEntry:
    """Say whether the workflow was allowed as it is now; one that is called like another is not to be used."""
    if entry.name in taken:
        message = f"{entry.path}: there is a workflow {entry.name!r} already; give this one another name."
        problem = Problem(entry.path, None, "workflow", message)
        return replace(entry, workflow=None, problems=(*entry.problems, problem), is_trusted=False)
    digest = entry.workflow.digest if entry.workflow else ""
    try:
        with open_state_reader(data_folder) as state:
            trust = find_trust(state, project.slug, name_subject(entry.name))
    except TandemwebError:
        trust = None
    return replace(entry, is_trusted=trust is not None and trust.digest == digest)


def _read(name: str, text: str, source: WorkflowSource, path: str) -> WorkflowEntry:
    reading = extract_workflow(text, name, source)
    known = reading.workflow.name if reading.workflow else name.removesuffix(ENDING)
    return WorkflowEntry(known, source, path, text, reading.workflow, reading.problems)
