"""Workflows that people make for themselves: copied from others, edited, taken back, deleted.

They are files in the data folder. Each is replaced as a whole, only over what was shown, and its last version is kept.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tomlkit

from tandemweb.agents.locks import hold_lock
from tandemweb.agents.run_files import make_folder, write_file
from tandemweb.archive.conflicts import ChangedMeanwhileError, compare_versions
from tandemweb.archive.writing import Edit, read_version, write_edit
from tandemweb.domain.mission import Project
from tandemweb.domain.problem import Problem
from tandemweb.domain.workflow import WorkflowSource
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError
from tandemweb.services.workflow_reading import NAME, extract_workflow
from tandemweb.services.workflows import (
    ENDING,
    FOLDER,
    UntrustedWorkflowError,
    WorkflowEntry,
    list_workflows,
)

KEPT = ".last"  # the folder of last versions; no workflow is looked for in it
TITLE_LIMIT = 200  # characters


class BrokenWorkflowError(InvalidRequestError):
    """A text that is no workflow was not saved. ``problems`` name line and key."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__(f"There is {count} in it, so nothing was saved: {problems[0].message}")


class OverwrittenWorkflowError(ConflictError):
    """The file says something else than what was shown. ``difference`` leads from it to what was to be saved."""

    def __init__(self, name: str, now: bytes | None, wanted: bytes | None) -> None:
        self.difference = compare_versions(f"{name}{ENDING}", now, wanted)
        what = "was changed" if now is not None else "was deleted"
        super().__init__(f"{name}{ENDING} {what} since it was shown, so nothing was saved.")


def get_entry(data_folder: Path, name: str, project: Project | None = None) -> WorkflowEntry:
    """Give a workflow as it is listed, with its mistakes. Raises NotFoundError."""
    entry = next((entry for entry in list_workflows(data_folder, project) if entry.name == name), None)
    if entry is None:
        raise NotFoundError(f"There is no workflow {name!r}; the workflows page lists all.")
    return entry


def digest_text(text: str) -> str:
    """Give what a form carries of the text that it was built from."""
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def digest_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def copy_workflow(
    data_folder: Path, name: str, new_name: str, title: str = "", *, project: Project | None = None
) -> WorkflowEntry:
    """Make a workflow of the user's own out of another one, with all its comments.

    Raises NotFoundError, InvalidRequestError for a name that is none, UntrustedWorkflowError for one of a project that
    nobody allowed, ConflictError for a name that is taken.
    """
    source = get_entry(data_folder, name, project)
    if source.workflow is None:
        raise InvalidRequestError(f"{name} has mistakes, so it cannot be copied: {source.problems[0].message}")
    if not source.is_trusted:
        raise UntrustedWorkflowError(f"The workflow {name!r} of this project was not allowed as it is now; look at it.")
    if not NAME.fullmatch(new_name) or len(new_name) > 60:
        raise InvalidRequestError(f"{new_name[:80]!r} is no name: use lower-case letters, digits and hyphens.")
    document = tomlkit.parse(source.text)
    document["name"] = new_name
    document["title"] = " ".join(title.split())[:TITLE_LIMIT] or f"{source.workflow.title}, my own"
    text = tomlkit.dumps(document)
    with _changing(data_folder):
        if any(entry.name == new_name for entry in list_workflows(data_folder)):
            raise ConflictError(f"There is a workflow {new_name} already; choose another name.")
        _check(new_name, text)
        _write(data_folder, f"{new_name}{ENDING}", None, text.encode())
    return get_entry(data_folder, new_name)


def save_workflow(data_folder: Path, name: str, text: str, shown: str) -> None:
    """Replace a workflow of the user's own, ``shown`` being the digest of the text that the form was built from.

    Raises NotFoundError, BrokenWorkflowError, OverwrittenWorkflowError; the file is as it was then.
    """
    with _changing(data_folder):
        file, before = _read_own(data_folder, name)
        wanted = text.encode("utf-8", "replace")
        if before is not None and b"\r\n" in before:
            wanted = wanted.replace(b"\n", b"\r\n")
        _check_shown(name, before, shown, wanted)
        _check(name, wanted.decode())
        if wanted != before:
            _replace(data_folder, file, before, wanted)


def undo_workflow(data_folder: Path, name: str, shown: str) -> None:
    """Bring back the last version; the present one is the last then. Raises NotFoundError, OverwrittenWorkflowError."""
    with _changing(data_folder):
        file, before = _read_own(data_folder, name)
        last = _read_last(data_folder, file)
        if last is None:
            raise NotFoundError(f"No earlier version of {name} is kept.")
        _check_shown(name, before, shown, last)
        _replace(data_folder, file, before, last)


def delete_workflow(data_folder: Path, name: str, shown: str) -> None:
    """Delete a workflow of the user's own; it can be brought back. Raises NotFoundError, OverwrittenWorkflowError."""
    with _changing(data_folder):
        file, before = _read_own(data_folder, name)
        _check_shown(name, before, shown, None)
        _replace(data_folder, file, before, None)


def has_last_version(data_folder: Path, name: str) -> bool:
    return _read_last(data_folder, _find_file(data_folder, name)) is not None


def list_deleted(data_folder: Path) -> tuple[str, ...]:
    """List the names of workflows that were deleted and can be brought back."""
    here = data_folder / FOLDER
    kept = sorted(path.name for path in (here / KEPT).glob(f"*{ENDING}"))
    taken = {entry.name for entry in list_workflows(data_folder)}
    return tuple(
        name.removesuffix(ENDING)
        for name in kept
        if not (here / name).exists() and name.removesuffix(ENDING) not in taken
    )


def _find_file(data_folder: Path, name: str) -> str:
    """Give the name of the file of a user's workflow, which may be called otherwise than the workflow."""
    entries = list_workflows(data_folder)
    found = next((entry for entry in entries if entry.name == name), None)
    if found is not None and found.source is not WorkflowSource.USER:
        raise ConflictError(f"{name} is shipped with this program and is never changed; copy it to a name of yours.")
    if found is None and not NAME.fullmatch(name):
        raise NotFoundError(f"There is no workflow {name!r}; the workflows page lists all.")
    return Path(found.path).name if found else f"{name}{ENDING}"


def _read_own(data_folder: Path, name: str) -> tuple[str, bytes | None]:
    file = _find_file(data_folder, name)
    before = read_version(str(data_folder), f"{FOLDER}/{file}")
    if before is None and _read_last(data_folder, file) is None:
        raise NotFoundError(f"There is no workflow {name!r} of yours; the workflows page lists all.")
    return file, before


def _read_last(data_folder: Path, file: str) -> bytes | None:
    path = f"{FOLDER}/{KEPT}/{file}"
    return read_version(str(data_folder), path) if (data_folder / FOLDER / KEPT).is_dir() else None


def _check_shown(name: str, before: bytes | None, shown: str, wanted: bytes | None) -> None:
    # Pages show a text with the line ends of all texts, whatever its file has.
    present = {""} if before is None else {digest_bytes(before), digest_bytes(before.replace(b"\r\n", b"\n"))}
    if shown not in present:
        raise OverwrittenWorkflowError(name, before, wanted)


def _check(name: str, text: str) -> None:
    reading = extract_workflow(text, f"{name}{ENDING}", WorkflowSource.USER)
    problems = reading.problems
    if reading.workflow is not None and reading.workflow.name != name:
        message = f"{name}{ENDING}, name: must stay {name!r}; copy the workflow to give it another name."
        problems = (Problem(f"{name}{ENDING}", None, "workflow", message),)
    if problems:
        raise BrokenWorkflowError(problems)


def _replace(data_folder: Path, file: str, before: bytes | None, after: bytes | None) -> None:
    if before is not None:
        write_file(make_folder(data_folder / FOLDER / KEPT) / file, before)
    _write(data_folder, file, before, after)


def _write(data_folder: Path, file: str, before: bytes | None, after: bytes | None) -> None:
    try:
        write_edit(str(data_folder), Edit(f"{FOLDER}/{file}", before, after))
    except ChangedMeanwhileError as error:
        now = read_version(str(data_folder), f"{FOLDER}/{file}")
        raise OverwrittenWorkflowError(file.removesuffix(ENDING), now, after) from error


@contextmanager
def _changing(data_folder: Path) -> Iterator[None]:
    """Let one process at a time change the user's workflows."""
    with hold_lock(make_folder(data_folder / FOLDER) / ".lock"):
        yield
