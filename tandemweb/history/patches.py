"""What commits change: as a patch to hand on, and as the id that the same patch has wherever it is applied."""

from collections.abc import Collection

from tandemweb.errors import NotFoundError
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.log import RENAME_LIMIT
from tandemweb.history.opening import Repository, check_oid

_WHOLE = (
    "--binary",
    "--full-index",
    "--find-renames",
    f"-l{RENAME_LIMIT}",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=none",
    "--submodule=short",
)
_OPTIONS = ("--stdin", "--root", "-p", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")
_PATIENCE = 60.0


def read_patch_ids(repository: Repository, oids: Collection[str]) -> dict[str, str]:
    """Give the patch id of each commit that changes something; merges have none. Two processes.

    Raises HistoryError when git cannot read one of them, or they change more than fits into memory.
    """
    if not oids:
        return {}
    asked = "".join(f"{check_oid(oid)}\n" for oid in oids).encode()
    patches = repository.run(["diff-tree", *_OPTIONS], stdin=asked, patience=_PATIENCE)
    answer = repository.run(["patch-id", "--stable"], stdin=patches, patience=_PATIENCE) if patches else b""
    pairs = (line.split(" ") for line in answer.decode("ascii", "replace").splitlines())
    return {oid: patch for patch, oid in pairs}


def read_patch(repository: Repository, base: str, commit: str) -> bytes:
    """Give what makes one commit's files out of another's, binary ones too, for ``git apply``. One process.

    Raises NotFoundError when one of them is not there, HistoryError when it is larger than fits into memory.
    """
    try:
        return repository.run(["diff", *_WHOLE, check_oid(base), check_oid(commit), "--"], patience=_PATIENCE)
    except GitFailedError as error:
        raise NotFoundError(f"there are no two commits {base} and {commit} in this repository") from error
