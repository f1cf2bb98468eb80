"""What stood in a file before each change, kept in the data folder: every change can be undone, and none is half done.

``backups/<root>/<change>/`` holds ``manifest.json``, the files' contents before (``1.before``) and after (``1.after``),
and, once it is over, ``end.json``. Both contents are there before the first file is touched, so that a change that was
cut off can be finished or taken back.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tandemweb.archive.changes import Change, ChangeRecord, FileVersions
from tandemweb.archive.conflicts import hash_content
from tandemweb.archive.locking import name_root
from tandemweb.errors import ArchiveError, NotFoundError
from tandemweb.whole_files import put_file, sync_folder

ID_TIME, ID_TIME_LENGTH = "%Y%m%d-%H%M%S-%f", 22
MANIFEST, END = "manifest.json", "end.json"
DONE, TAKEN_BACK, LOST = "done", "taken-back", "lost"


def begin_backup(data_folder: Path, project_path: str, change: Change, *, at: datetime, made_by: str) -> ChangeRecord:
    """Keep both versions of every file of a change that is about to be written. Raises ArchiveError."""
    record = ChangeRecord(
        id=_choose_id(
            data_folder / "backups" / name_root(project_path, change.root_path), change.mission_path, at.astimezone(UTC)
        ),
        event=change.event,
        title=change.title,
        project_path=project_path,
        root_path=change.root_path,
        mission_path=change.mission_path,
        made_by=made_by,
        made_at=at.astimezone(UTC),
        files=tuple(FileVersions(e.path, hash_content(e.before), hash_content(e.after)) for e in change.edits),
        folders=change.new_folders,
        gone_folders=change.gone_folders,
        undoes=change.undoes,
    )
    folder = _folder(data_folder, record)
    try:
        for path in (folder.parent.parent, folder.parent, folder):
            path.mkdir(mode=0o700, parents=True, exist_ok=path is not folder)
        for number, edit in enumerate(change.edits, start=1):
            for name, content in (("before", edit.before), ("after", edit.after)):
                if content is not None:
                    put_file(folder / f"{number}.{name}", content)
        put_file(folder / MANIFEST, json.dumps(_to_json(record), indent=2).encode())
        for path in (folder, folder.parent, folder.parent.parent):  # their names, too, outlive a loss of power
            sync_folder(path)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ArchiveError(
            f"The earlier versions cannot be kept in {folder}: {error.strerror}. Nothing was written."
        ) from error
    return record


def end_backup(data_folder: Path, record: ChangeRecord, ended: str) -> None:
    """Say that a change is over: ``DONE``, ``TAKEN_BACK`` where it could not be written as a whole, or ``LOST``.

    When this cannot be written, the next change finds out by itself what became of this one.
    """
    with suppress(OSError):
        put_file(_folder(data_folder, record) / END, json.dumps({"ended": ended}).encode())


def list_records(
    data_folder: Path, project_path: str, root_path: str, mission_path: str | None = None
) -> Iterator[ChangeRecord]:
    """Give the changes of a root, or of one of its missions, latest first.

    One that never came to its first file is left out.
    """
    mark = None if mission_path is None else _mark_mission(mission_path)
    folder = data_folder / "backups" / name_root(project_path, root_path)
    try:
        paths = sorted(folder.iterdir(), reverse=True)
    except FileNotFoundError:
        return
    for path in paths:
        if mark is not None and path.name[ID_TIME_LENGTH + 1 :].partition("-")[0] != mark:
            continue
        record = _read_record(path)
        if record is not None and mission_path in {None, record.mission_path}:
            yield record


def list_cut_off(data_folder: Path) -> Iterator[ChangeRecord]:
    """Give the changes of all roots that were begun and have no end: cut off, or being written just now."""
    for folder in sorted(path for path in (data_folder / "backups").glob("*") if path.is_dir()):
        latest = next((record for record in map(_read_record, sorted(folder.iterdir(), reverse=True)) if record), None)
        if latest is not None and not latest.ended:
            yield latest


def get_record(data_folder: Path, project_path: str, root_path: str, change_id: str) -> ChangeRecord:
    """Raise NotFoundError for an unknown change."""
    is_name = change_id.replace("-", "").isalnum()
    folder = data_folder / "backups" / name_root(project_path, root_path) / change_id
    record = _read_record(folder) if is_name else None
    if record is None:
        raise NotFoundError(f"There is no change {change_id[:60]!r} in this archive.")
    return record


def read_versions(data_folder: Path, record: ChangeRecord, number: int) -> tuple[bytes | None, bytes | None]:
    """Read what the change's file ``number`` (from 1) held before and after. Raises ArchiveError when it is lost."""
    versions = record.files[number - 1]
    folder = _folder(data_folder, record)
    return (
        _read_version(folder / f"{number}.before", versions.before_hash),
        _read_version(folder / f"{number}.after", versions.after_hash),
    )


def _read_version(path: Path, expected: str | None) -> bytes | None:
    if expected is None:
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"The backup {path} cannot be read: {error.strerror}.") from error
    if hash_content(content) != expected:
        raise ArchiveError(f"The backup {path} was changed since it was made; it is not used.")
    return content


def _mark_mission(mission_path: str) -> str:
    """Give what the ids of a mission's changes have in common, so that those of others need not be opened."""
    return hashlib.sha256(os.fsencode(mission_path)).hexdigest()[:6]


def _choose_id(folder: Path, mission_path: str, at: datetime) -> str:
    """Choose an id that sorts after all that are there, whatever the clock says: the order of changes counts."""
    latest = max((path.name for path in folder.iterdir()), default="") if folder.is_dir() else ""
    if f"{at:{ID_TIME}}" <= latest[:ID_TIME_LENGTH]:
        with suppress(ValueError):
            at = datetime.strptime(latest[:ID_TIME_LENGTH], ID_TIME).replace(tzinfo=UTC) + timedelta(microseconds=1)
    return f"{at:{ID_TIME}}-{_mark_mission(mission_path)}-{secrets.token_hex(2)}"


def _folder(data_folder: Path, record: ChangeRecord) -> Path:
    return data_folder / "backups" / name_root(record.project_path, record.root_path) / record.id


def _to_json(record: ChangeRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "event": record.event,
        "title": record.title,
        "project_path": record.project_path,
        "root_path": record.root_path,
        "mission_path": record.mission_path,
        "made_by": record.made_by,
        "made_at": record.made_at.isoformat(),
        "files": [
            {"path": file.path, "before_hash": file.before_hash, "after_hash": file.after_hash} for file in record.files
        ],
        "folders": list(record.folders),
        "gone_folders": list(record.gone_folders),
        "undoes": record.undoes,
    }


def _read_record(folder: Path) -> ChangeRecord | None:
    """Read a change; None for what is none, or lost its manifest: it can be neither shown nor undone."""
    try:
        values = json.loads((folder / MANIFEST).read_bytes())
        files = tuple(FileVersions(f["path"], f["before_hash"], f["after_hash"]) for f in values.pop("files"))
        made_at = datetime.fromisoformat(values.pop("made_at"))
        folders, gone = tuple(values.pop("folders")), tuple(values.pop("gone_folders"))
        return ChangeRecord(
            files=files, made_at=made_at, folders=folders, gone_folders=gone, ended=_read_end(folder), **values
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read_end(folder: Path) -> str:
    try:
        return str(json.loads((folder / END).read_bytes())["ended"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
