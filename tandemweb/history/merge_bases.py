"""The commit that several build on."""

from collections.abc import Sequence
from contextlib import closing

from tandemweb.history.opening import Repository, check_oid


def find_merge_base(repository: Repository, commits: Sequence[str]) -> str | None:
    """Find the best commit that all of ``commits`` (object ids) build on, None where there is none. One process."""
    arguments = ["merge-base", "--octopus", *(check_oid(oid) for oid in commits)]
    with closing(repository.stream(arguments, accepted=(0, 1))) as pieces:
        answer = b"".join(pieces).decode("ascii", "replace").split()
    return answer[0] if answer else None


def find_commit(repository: Repository, name: str) -> str | None:
    """Find the commit of a full or shortened object id, None where there is none, or more than one. One process."""
    question = f"{name}^{{commit}}\n".encode()
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin=question).decode("ascii", "replace")
    oid, _, kind = answer.split("\n")[0].partition(" ")
    return oid if kind.startswith("commit ") else None
