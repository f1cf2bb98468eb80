"""What is written down of each synthesis before anything is done, so that a crash leaves nothing unknown.

A synthesis has a folder of its own in the data folder: its journal, its worktree, and a lock that is held while
somebody works on it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tandemweb.agents.locks import LockError, hold_lock
from tandemweb.agents.run_files import make_folder, read_json_file, write_json_file
from tandemweb.domain.synthesis import Contribution, Synthesis, SynthesisStatus
from tandemweb.errors import ConflictError, NotFoundError

_JOURNAL, _LOCK = "journal.json", "lock"


def get_folder(data_folder: Path, synthesis_id: str) -> Path:
    """Name the folder of a synthesis. Raises NotFoundError for an id that is none."""
    if not synthesis_id.replace("-", "").isalnum():
        raise NotFoundError(f"There is no synthesis {synthesis_id!r}.")
    return _top(data_folder) / synthesis_id


def start_journal(data_folder: Path, synthesis: Synthesis) -> Synthesis:
    """Give a synthesis its id and the place of its worktree, and write it down.

    Raises ConflictError where one of that branch is there or is being made: each branch belongs to one, which may
    delete it.
    """
    token = secrets.token_hex(3)
    named = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token}"
    folder = make_folder(_top(data_folder)) / named
    worktree = folder / f"{synthesis.branch.replace('/', '-')}-{token}"
    started = replace(synthesis, id=named, worktree=str(worktree))
    with hold_lock(_top(data_folder) / _LOCK):  # else somebody could take the folder for one left by a crash
        _refuse_second(data_folder, started)
        make_folder(folder)
        write_journal(data_folder, started)
    return started


def write_journal(data_folder: Path, synthesis: Synthesis) -> None:
    """Replace what is written down of a synthesis."""
    value = {**asdict(synthesis), "created_at": synthesis.created_at.isoformat()}
    write_json_file(get_folder(data_folder, synthesis.id) / _JOURNAL, value)


def list_journals(data_folder: Path) -> tuple[Synthesis, ...]:
    """List what is written down, oldest first."""
    top = _top(data_folder)
    found = (_read(folder) for folder in sorted(top.iterdir()) if folder.is_dir()) if top.is_dir() else ()
    return tuple(synthesis for synthesis in found if synthesis)


def list_folders(data_folder: Path) -> tuple[Path, ...]:
    """List the folders of all syntheses, those with no readable journal too."""
    top = _top(data_folder)
    return tuple(sorted(folder for folder in top.iterdir() if folder.is_dir())) if top.is_dir() else ()


def get_journal(data_folder: Path, synthesis_id: str) -> Synthesis:
    """Give what is written down of one. Raises NotFoundError."""
    found = _read(get_folder(data_folder, synthesis_id))
    if found is None:
        raise NotFoundError(f"There is no synthesis {synthesis_id}; it may have been discarded.")
    return found


@contextmanager
def working_on(folder: Path) -> Iterator[None]:
    """Hold the lock of a synthesis. Raises ConflictError when somebody else does."""
    try:
        with hold_lock(folder / _LOCK, patience=0):
            yield
    except LockError as error:
        raise ConflictError("Somebody works on this synthesis just now; try again in a moment.") from error


@contextmanager
def nothing_starts(data_folder: Path) -> Iterator[None]:
    """Let no synthesis be started for a while."""
    with hold_lock(make_folder(_top(data_folder)) / _LOCK):
        yield


def _refuse_second(data_folder: Path, started: Synthesis) -> None:
    for own in list_journals(data_folder):
        if (own.project_path, own.branch) == (started.project_path, started.branch):
            raise ConflictError(f"There is a synthesis {own.branch} already; discard it first, or choose another name.")


def _top(data_folder: Path) -> Path:
    return data_folder / "syntheses"


def _read(folder: Path) -> Synthesis | None:
    value = read_json_file(folder / _JOURNAL)
    try:
        return _compose(value, folder.name)
    except (KeyError, TypeError, ValueError):
        return None


def _compose(value: Any, name: str) -> Synthesis:
    return Synthesis(
        id=name,
        project=str(value["project"]),
        project_path=str(value["project_path"]),
        comparison=int(value["comparison"]),
        branch=str(value["branch"]),
        worktree=str(value["worktree"]),
        base=str(value["base"]),
        oid=str(value["oid"]),
        created_at=datetime.fromisoformat(value["created_at"]),
        status=SynthesisStatus(value["status"]),
        contributions=tuple(
            Contribution(tuple(own["sides"]), str(own["oid"]), int(own["file_count"])) for own in value["contributions"]
        ),
    )
