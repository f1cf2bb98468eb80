"""What commits change, told apart from where: the same patch has the same id wherever it is applied."""

from collections.abc import Collection

from tandemweb.history.opening import Repository, check_oid

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
