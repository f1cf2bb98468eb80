"""From the bytes of ``git log -z --raw`` to commits. Pure.

Every field ends with NUL, which git cannot hold in a name, a message or a path, and fields are counted: nothing that
a commit says can be taken for the frame. A commit is LOG_FORMAT's seven fields, then its changes, each
``:modes oids status`` and one path for every side that has one. Merges come in git's combined form, with a colon for
every parent, and list only files that differ from all of them.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from tandemweb.domain.commit import ChangeStatus, Commit, FileChange
from tandemweb.errors import HistoryError

LOG_FORMAT = "tformat:%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%B"
MESSAGE_LIMIT = 64 * 1024  # bytes
SUBJECT_LIMIT = 1000  # characters

_STATUSES = {status.value: status for status in ChangeStatus}
_NO_OBJECT = frozenset({"0" * 40, "0" * 64})
_NEWLINE, _COLON = b"\n:"
_ODD_CHANGE = "git names a change in a form that is not known here; is git damaged, or far newer than tandemweb?"
_HEADER_LENGTH = 6  # fields after the object id


def parse_log(pieces: Iterable[bytes], *, boundaries: Collection[str] = ()) -> Iterator[Commit]:
    """Yield commits in the order of the log. Those of ``boundaries`` lose their changes: they are not theirs."""
    fields = split_fields(pieces)
    oid = next(fields, None)
    while oid is not None and len(header := list(islice(fields, _HEADER_LENGTH))) == _HEADER_LENGTH:
        changes = []
        following = None
        for field in fields:
            if not field:  # stands before the changes of a merge
                continue
            if field[0] not in (_NEWLINE, _COLON):
                following = field
                break
            change = _parse_change(field.lstrip(b"\n"), fields)
            if change.path:
                changes.append(change)
        yield _compose_commit(oid.decode("ascii", "replace"), header, changes, boundaries)
        oid = following


def split_fields(pieces: Iterable[bytes], limit: int = MESSAGE_LIMIT) -> Iterator[bytes]:
    """Yield what stands before NULs, each cut to ``limit`` bytes, without ever holding much more of a longer one.

    What no NUL ends was broken off, and is left out.
    """
    pending = b""
    for piece in pieces:
        first, *others = piece.split(b"\0")
        if len(pending) < limit:
            pending += first[: limit - len(pending)]
        if others:
            yield pending
            yield from others[:-1]
            pending = others[-1][:limit]


def parse_plain_change(meta: bytes, paths: Iterator[bytes]) -> FileChange:
    """Compose the change that a ``:old_mode mode old_oid oid status`` and its paths say. Raises HistoryError."""
    try:
        old_mode, mode, old_blob, blob, letters = meta[1:].decode("ascii").split(" ")
    except ValueError as error:
        raise HistoryError(_ODD_CHANGE) from error
    status = _STATUSES.get(letters[:1], ChangeStatus.MODIFIED)
    path, old_path = os.fsdecode(next(paths, b"")), None
    if letters.startswith(("R", "C")):
        path, old_path = os.fsdecode(next(paths, b"")), path
    return FileChange(
        status,
        path,
        old_path,
        None if blob in _NO_OBJECT else blob,
        None if old_blob in _NO_OBJECT else old_blob,
        mode,
        old_mode,
    )


def _parse_change(meta: bytes, paths: Iterator[bytes]) -> FileChange:
    return _parse_combined_change(meta, paths) if meta.startswith(b"::") else parse_plain_change(meta, paths)


def _parse_combined_change(meta: bytes, paths: Iterator[bytes]) -> FileChange:
    """Compose the change of a merge, as against the first parent that has the file."""
    parent_count = len(meta) - len(meta.lstrip(b":"))
    words = meta[parent_count:].decode("ascii", "replace").split(" ")
    if len(words) != 2 * (parent_count + 1) + 1 or len(words[-1]) != parent_count:
        raise HistoryError(_ODD_CHANGE)
    modes, oids, letters = words[: parent_count + 1], words[parent_count + 1 : -1], words[-1]
    names = [os.fsdecode(next(paths, b"")) for _ in range(parent_count + 1)]
    side = next((number for number, letter in enumerate(letters) if letter != "A"), 0)
    status = _STATUSES.get(letters[side], ChangeStatus.MODIFIED)
    return FileChange(
        status,
        path=names[-1],
        old_path=names[side] if status in (ChangeStatus.RENAMED, ChangeStatus.COPIED) else None,
        blob=None if oids[-1] in _NO_OBJECT else oids[-1],
        old_blob=None if oids[side] in _NO_OBJECT else oids[side],
        mode=modes[-1],
        old_mode=modes[side],
    )


def _compose_commit(oid: str, header: list[bytes], changes: list[FileChange], boundaries: Collection[str]) -> Commit:
    parents, author_name, author_email, authored_at, committed_at, message = header
    subject, body = split_message(message.decode("utf-8", "replace"))
    is_boundary = oid in boundaries
    return Commit(
        oid=oid,
        parents=tuple(parents.decode("ascii", "replace").split()),
        author_name=author_name.decode("utf-8", "replace"),
        author_email=author_email.decode("utf-8", "replace"),
        authored_at=_extract_time(authored_at),
        committed_at=_extract_time(committed_at),
        subject=subject,
        body=body,
        changes=() if is_boundary else tuple(changes),
        is_boundary=is_boundary,
    )


def split_message(message: str) -> tuple[str, str]:
    """Subject (the first paragraph on one line) and body."""
    first, _, body = message.strip("\n").partition("\n\n")
    subject = " ".join(first.split("\n"))
    if len(subject) > SUBJECT_LIMIT:
        return subject[:SUBJECT_LIMIT] + "…", message.strip("\n")
    return subject, body.strip("\n")


def _extract_time(seconds: bytes) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
