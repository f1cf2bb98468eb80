"""Which files a commit holds."""

import os

from tandemweb.errors import NotFoundError
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.opening import Repository, check_oid


def list_paths(repository: Repository, commit: str) -> tuple[str, ...]:
    """List the paths of all files of a commit, symlinks and submodules too, sorted as git sorts them. One process.

    Raises NotFoundError for an unknown commit.
    """
    try:
        answer = repository.run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", check_oid(commit)])
    except GitFailedError as error:
        raise NotFoundError(f"there is no commit {commit} in this repository, or it is damaged") from error
    return tuple(map(os.fsdecode, answer.split(b"\0")[:-1]))
