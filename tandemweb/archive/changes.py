"""What is to be written to an archive, as values: planned from the files as they are, shown, then applied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tandemweb.archive.conflicts import ChangedMeanwhileError, compare_versions, hash_content
from tandemweb.archive.writing import Edit
from tandemweb.domain.difference import FileDifference


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a person or a run does to an archive. Paths are relative to the project.

    ``edits`` are written in their order; ``new_folders`` are made before, outermost first. ``relies_on`` gives the
    content of files that are only read, but must not change before the writing. ``undoes`` is the id of the change
    that this one takes back, ``gone_folders`` what that one had made.
    """

    event: str  # approve-spec
    title: str  # in the past tense: Spec approved
    root_path: str
    mission_path: str
    edits: tuple[Edit, ...]
    new_folders: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()
    relies_on: Mapping[str, bytes | None] = field(default_factory=dict)
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class FileVersions:
    """What a change did to one file: sha256 of before and after, None where there was no file."""

    path: str
    before_hash: str | None
    after_hash: str | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change that was begun. ``ended`` is "" where it was cut off, else ``done``, ``taken-back`` or ``lost``."""

    id: str  # sorts by time
    event: str
    title: str
    project_path: str
    root_path: str
    mission_path: str
    made_by: str
    made_at: datetime
    files: tuple[FileVersions, ...]
    folders: tuple[str, ...] = ()
    gone_folders: tuple[str, ...] = ()
    undoes: str = ""
    ended: str = ""


def compare_change(change: Change) -> tuple[FileDifference, ...]:
    """Show what a change would do to every file, before it is written."""
    return tuple(compare_versions(edit.path, edit.before, edit.after) for edit in change.edits)


def check_shown(
    change: Change, shown: Mapping[str, str | None], contents: Mapping[str, bytes | None] | None = None
) -> None:
    """Hold what a page showed (sha256 by path, None: no such file) against what the change was planned from.

    A file that the page did not show must not be there. ``contents`` gives what was shown where that is still known,
    for the difference. Raises ChangedMeanwhileError.
    """
    now = {edit.path: edit.before for edit in change.edits} | dict(change.relies_on)
    known = {hash_content(content): content for content in (contents or {}).values()} | {None: None}
    for path, content in now.items():
        shown_hash = shown.get(path)
        if hash_content(content) != shown_hash:
            raise ChangedMeanwhileError(path, known.get(shown_hash), content, is_shown_known=shown_hash in known)
