"""Applying a change to an archive: all of its files or none, with what they held before kept for undoing it."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tandemweb.archive.backups import (
    DONE,
    LOST,
    TAKEN_BACK,
    begin_backup,
    end_backup,
    get_record,
    list_records,
    read_versions,
)
from tandemweb.archive.changes import Change, ChangeRecord
from tandemweb.archive.conflicts import ChangedMeanwhileError, hash_content
from tandemweb.archive.locking import hold_root
from tandemweb.archive.opening import open_folder
from tandemweb.archive.writing import Edit, UnconfirmedError, WriteError, read_version, write_edit
from tandemweb.errors import ConflictError, TandemwebError

ATTEMPTS = 20  # of a change that is planned anew when another writer, who takes no lock, was faster


def apply_planned(
    data_folder: Path,
    project_path: str,
    root_path: str,
    plan: Callable[[], Change],
    *,
    at: datetime,
    made_by: str = "user",
) -> ChangeRecord:
    """Plan a change under the root's lock and write it; planned again when a file changes between the two.

    Errors of ``plan`` come through. Raises ConflictError, ArchiveError; every file is then as it was.
    """
    with hold_root(data_folder, project_path, root_path):
        _finish_cut_off(data_folder, project_path, root_path)
        for _ in range(ATTEMPTS - 1):
            change = plan()
            with suppress(ChangedMeanwhileError):
                return _write_change(data_folder, project_path, change, at, made_by)
        return _write_change(data_folder, project_path, plan(), at, made_by)


def apply_change(
    data_folder: Path, project_path: str, change: Change, *, at: datetime, made_by: str = "user"
) -> ChangeRecord:
    """Write a change just as it was planned. Raises ChangedMeanwhileError when a file is not as it was then."""
    with hold_root(data_folder, project_path, change.root_path):
        _finish_cut_off(data_folder, project_path, change.root_path)
        return _write_change(data_folder, project_path, change, at, made_by)


def plan_undo(data_folder: Path, project_path: str, root_path: str, change_id: str) -> Change:
    """Plan the taking back of a change: every file becomes what it was before, if it is still what it became.

    Raises NotFoundError, ChangedMeanwhileError when a file was changed since, ConflictError when it is undone already.
    """
    record = get_record(data_folder, project_path, root_path, change_id)
    if any(
        other.undoes == record.id and other.ended == DONE
        for other in list_records(data_folder, project_path, root_path)
    ):
        raise ConflictError(f"“{record.title}” was undone already.")
    if record.ended != DONE:
        raise ConflictError(f"“{record.title}” was not written, so there is nothing to undo.")
    edits = []
    for number, versions in reversed(list(enumerate(record.files, start=1))):
        before, after = read_versions(data_folder, record, number)
        now = read_version(project_path, versions.path)
        if hash_content(now) != versions.after_hash:
            raise ChangedMeanwhileError(versions.path, after, now)
        edits.append(Edit(versions.path, after, before))
    return Change(
        event="undo",
        title=f"Undone: {record.title}",
        root_path=record.root_path,
        mission_path=record.mission_path,
        edits=tuple(edits),
        new_folders=tuple(reversed(record.gone_folders)),
        gone_folders=tuple(reversed(record.folders)),
        undoes=record.id,
    )


def finish_cut_off(data_folder: Path, project_path: str, root_path: str) -> tuple[ChangeRecord, ...]:
    """Bring changes to their end that a killed process left half written; says which."""
    with hold_root(data_folder, project_path, root_path):
        return _finish_cut_off(data_folder, project_path, root_path)


def _write_change(data_folder: Path, project_path: str, change: Change, at: datetime, made_by: str) -> ChangeRecord:
    _check_versions(project_path, change)
    record = begin_backup(data_folder, project_path, change, at=at, made_by=made_by)
    written: list[Edit] = []
    try:
        _write_files(project_path, change, written)
    except TandemwebError as error:
        _take_back(project_path, written, change.new_folders)
        end_backup(data_folder, record, TAKEN_BACK)
        if isinstance(error, UnconfirmedError):
            raise WriteError(_tell_outcome(project_path, change)) from error
        raise
    end_backup(data_folder, record, DONE)
    return replace(record, ended=DONE)


def _write_files(project_path: str, change: Change, written: list[Edit]) -> None:
    """Write everything in order; ``written`` takes up what was, for taking it back."""
    for folder in change.new_folders:
        _make_folder(project_path, folder)
    for edit in change.edits:
        try:
            write_edit(project_path, edit)
        except UnconfirmedError:
            written.append(edit)  # it stands there all the same
            raise
        written.append(edit)
    for folder in change.gone_folders:
        _remove_empty_folder(project_path, folder)


def _tell_outcome(project_path: str, change: Change) -> str:
    """Say what stands in the files of a change that was taken back because the disk did not confirm it."""
    changed = [edit.path for edit in change.edits if read_version(project_path, edit.path) != edit.before]
    left = f"These hold something else than before: {', '.join(changed)}." if changed else "All files are as they were."
    return f"The disk did not confirm what was written, so it was put back. {left} Check the disk, then try again."


def _check_versions(project_path: str, change: Change) -> None:
    """Look at every file before the first is written, so that a conflict is found while nothing is changed."""
    known = {edit.path: edit.before for edit in change.edits} | dict(change.relies_on)
    for path, expected in known.items():
        now = read_version(project_path, path)
        if now != expected:
            raise ChangedMeanwhileError(path, expected, now)


def _take_back(project_path: str, edits: Iterable[Edit], folders: Iterable[str]) -> None:
    """Restore what was written so far; a file that is not ours any more is left as somebody else wrote it."""
    for edit in reversed(tuple(edits)):
        with suppress(TandemwebError):
            write_edit(project_path, Edit(edit.path, edit.after, edit.before))
    for folder in reversed(tuple(folders)):
        with suppress(TandemwebError):
            _remove_empty_folder(project_path, folder)


def _finish_cut_off(data_folder: Path, project_path: str, root_path: str) -> tuple[ChangeRecord, ...]:
    """Write the rest of what was begun; take it back where a file has become something else meanwhile.

    Changes of one root come one after the other, so only the latest can be without an end.
    """
    latest = next(list_records(data_folder, project_path, root_path), None)
    if latest is None or latest.ended:
        return ()
    ended = _finish(data_folder, project_path, latest)
    end_backup(data_folder, latest, ended)
    return (replace(latest, ended=ended),)


def _finish(data_folder: Path, project_path: str, record: ChangeRecord) -> str:
    try:
        edits = [
            Edit(versions.path, *read_versions(data_folder, record, number))
            for number, versions in enumerate(record.files, start=1)
        ]
        now = {edit.path: read_version(project_path, edit.path) for edit in edits}
    except TandemwebError:
        return LOST
    written = [edit for edit in edits if now[edit.path] == edit.after]
    pending = tuple(edit for edit in edits if now[edit.path] != edit.after)
    rest = Change(
        event=record.event,
        title=record.title,
        root_path=record.root_path,
        mission_path=record.mission_path,
        edits=pending,
        new_folders=record.folders,
        gone_folders=record.gone_folders,
    )
    try:
        _check_versions(project_path, rest)
        _write_files(project_path, rest, written)
    except TandemwebError:
        _take_back(project_path, written, record.folders)
        return TAKEN_BACK
    return DONE


def _make_folder(project_path: str, path: str) -> None:
    parent, _, name = path.rpartition("/")
    with open_folder(project_path, parent) as folder:
        try:
            os.mkdir(name, 0o777, dir_fd=folder)
            os.fsync(folder)
        except FileExistsError:
            pass
        except OSError as error:
            raise WriteError(f"The folder {path} cannot be made: {error.strerror}.") from error
    with open_folder(project_path, path):
        return


def _remove_empty_folder(project_path: str, path: str) -> None:
    parent, _, name = path.rpartition("/")
    with open_folder(project_path, parent) as folder, suppress(OSError):
        os.rmdir(name, dir_fd=folder)
