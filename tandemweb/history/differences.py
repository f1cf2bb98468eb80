"""What changed between two commits or two contents: asking git, within limits."""

from collections.abc import Sequence
from contextlib import closing

from tandemweb.domain.commit import ChangeStatus, FileChange
from tandemweb.domain.difference import CommitDifference, FileDifference
from tandemweb.errors import NotFoundError
from tandemweb.history.contents import read_blob
from tandemweb.history.diff_parsing import parse_patch, parse_raw_changes
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.log import RENAME_LIMIT
from tandemweb.history.opening import Repository, check_oid
from tandemweb.history.scratch import open_scratch

OUTPUT_LIMIT = 4 * 1024 * 1024
_PATIENCE = 20.0
_OPTIONS = (
    "--patch",
    "--full-index",
    "--no-abbrev",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
    "--submodule=short",
)
_COMMIT_OPTIONS = (
    "-1",
    "--format=%H %P",
    "--raw",
    "--find-renames",
    f"-l{RENAME_LIMIT}",
    "--diff-merges=first-parent",
    "--root",
    "--no-show-signature",
)


def read_commit_difference(repository: Repository, oid: str) -> CommitDifference:
    """Difference of a commit to its first parent (to nothing for a root commit). One process.

    The first commits of a shallow clone have no difference: what they changed is not known. Raises NotFoundError for
    an unknown commit, HistoryError when git took too long.
    """
    if check_oid(oid) in repository.shallow_oids:
        return CommitDifference(oid, None, ())
    try:
        lines, is_cut = _read_lines(repository, ["log", *_COMMIT_OPTIONS, *_OPTIONS, oid, "--"])
    except GitFailedError as error:
        raise NotFoundError(f"there is no commit {oid} in this repository, or it is damaged") from error
    named, _, parents = lines[0].decode("ascii", "replace").partition(" ")
    if named != oid:
        raise NotFoundError(f"{oid} is not a commit")
    end_of_list = next((number for number, line in enumerate(lines) if line.startswith(b"diff --git ")), len(lines))
    changes = parse_raw_changes(lines[:end_of_list])
    files = parse_patch(lines[end_of_list:], changes)
    is_truncated = is_cut or any(file.is_truncated for file in files)
    return CommitDifference(oid, parents.split(" ")[0] or None, files, is_truncated)


def read_blob_difference(repository: Repository, old: str | None, new: str | None) -> FileDifference:
    """Difference of two blobs by oid, None for no content. Raises NotFoundError when one is unknown."""
    if old is None or new is None:
        contents = [read_blob(repository, oid).data if oid else b"" for oid in (old, new)]
        return read_content_difference(repository, *contents)
    change = FileChange(ChangeStatus.MODIFIED, "", None, check_oid(new), check_oid(old), "100644", "100644")
    try:
        lines, is_cut = _read_lines(repository, ["diff", *_OPTIONS, old, new, "--"])
    except GitFailedError as error:
        raise NotFoundError(f"there are no two file contents {old} and {new} in this repository") from error
    return _compose_single(change, lines, is_cut=is_cut)


def read_content_difference(repository: Repository, old: bytes, new: bytes) -> FileDifference:
    """Difference of two contents, such as a blob and the file on disk."""
    change = FileChange(ChangeStatus.MODIFIED, "", None, None, None, "100644", "100644")
    with open_scratch(repository.shadow) as folder:
        paths = [folder / name for name in ("old", "new")]
        for path, content in zip(paths, (old, new), strict=True):
            path.write_bytes(content)
        arguments = ["diff", "--no-index", *_OPTIONS, "--", *map(str, paths)]
        lines, is_cut = _read_lines(repository, arguments, accepted=(0, 1))
    return _compose_single(change, lines, is_cut=is_cut)


def _compose_single(change: FileChange, lines: Sequence[bytes], *, is_cut: bool) -> FileDifference:
    if not is_cut and lines == [b""]:
        return FileDifference(change, ())
    return parse_patch(lines, [change])[0]


def _read_lines(
    repository: Repository, arguments: Sequence[str], *, accepted: tuple[int, ...] = (0,)
) -> tuple[list[bytes], bool]:
    """Lines of git's answer, and whether more was left than the limit: then the last, cut one is dropped."""
    output = bytearray()
    is_cut = False
    with closing(repository.stream(arguments, patience=_PATIENCE, accepted=accepted)) as pieces:
        for piece in pieces:
            output += piece
            if len(output) > OUTPUT_LIMIT:
                is_cut = True
                break
    lines = bytes(output).split(b"\n")
    return (lines[:-1] if is_cut else lines), is_cut
