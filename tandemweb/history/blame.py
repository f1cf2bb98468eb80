"""Which commit wrote each line of a file, moved and copied lines followed, formatting commits looked through."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tandemweb.errors import NotFoundError
from tandemweb.history.blame_parsing import BlameRun, parse_blame
from tandemweb.history.contents import TreeEntry, find_files_at, read_blob
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.opening import Repository, check_oid

IGNORED_NAME = ".git-blame-ignore-revs"
# Letters and digits of a passage that count as moved, or copied from another file: with git's own 20 and 40, a common
# line counts as copied from wherever it stood first.
LEAST_MOVED, LEAST_COPIED = 80, 120
IGNORED_LIMIT = 256 * 1024  # bytes
_IGNORED = re.compile(rb"^[ \t]*([0-9a-f]{40}|[0-9a-f]{64})[ \t\r]*(?:#.*)?$", re.MULTILINE)
_PATIENCE = 120.0
_OUTPUT_LIMIT = 64 * 1024 * 1024


def read_blame(
    repository: Repository,
    commit: str,
    path: str,
    *,
    follow_copies: bool = True,
) -> tuple[BlameRun, ...]:
    """Say for each line of ``path`` in ``commit`` which commit wrote it.

    ``follow_copies`` looks for lines that were moved, or copied from files of the same commit: about half as long
    again. Commits that ``.git-blame-ignore-revs`` of that commit lists are looked through. Up to three processes.
    Raises NotFoundError when there is no such file in the commit.
    """
    found = find_files_at(repository, commit, [path, IGNORED_NAME])
    if path not in found or found[path].mode in {"160000", "040000"}:
        raise NotFoundError(f"There is no file {path} in commit {commit[:12]}.")
    arguments = ["blame", "--porcelain", "--no-textconv"]
    if follow_copies:
        arguments += [f"-M{LEAST_MOVED}", f"-C{LEAST_COPIED}"]
    ignored = _read_ignored(repository, found.get(IGNORED_NAME))
    try:
        return parse_blame(_ask(repository, arguments, ignored, [check_oid(commit), "--", path]))
    except GitFailedError as error:
        raise NotFoundError(f"git cannot tell who wrote {path} in commit {commit[:12]}.") from error


def _read_ignored(repository: Repository, entry: TreeEntry | None) -> tuple[str, ...]:
    """Read which commits a project wants blame to look through: nothing but full object ids is taken from its file."""
    if entry is None or not entry.mode.startswith("100"):
        return ()
    data = read_blob(repository, entry.oid, limit=IGNORED_LIMIT).data
    return tuple(oid.decode("ascii") for oid in _IGNORED.findall(data))


def _ask(repository: Repository, arguments: Sequence[str], ignored: Sequence[str], place: Sequence[str]) -> bytes:
    if not ignored:
        return repository.run([*arguments, *place], patience=_PATIENCE, limit=_OUTPUT_LIMIT)
    with tempfile.NamedTemporaryFile(prefix="tandemweb-ignored-") as file:
        file.write("".join(f"{oid}\n" for oid in ignored).encode())
        file.flush()
        option = f"--ignore-revs-file={Path(file.name)}"
        return repository.run([*arguments, option, *place], patience=_PATIENCE, limit=_OUTPUT_LIMIT)
