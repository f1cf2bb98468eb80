"""What would be lost with a linked worktree: files that are in no commit, and commits that are in no other branch."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tandemweb.errors import ConflictError
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, check_oid
from tandemweb.history.own_configuration import open_own
from tandemweb.history.shadow import get_home
from tandemweb.history.synthesis_branches import HEADS, find_admin, open_worktree
from tandemweb.history.worktrees import read_head

_PATIENCE = 60.0
_OTHERS = ("ls-files", "--others", "--exclude-per-directory=.gitignore", "-z")


@dataclass(frozen=True, slots=True)
class TreeState:
    """``branch`` is a short name, "" when detached; ``tip`` the commit that is checked out, "" for none.

    ``changed`` are paths of files that were changed, added or removed and not committed (those that git ignores do not
    count); ``unmerged`` are commits that no other branch, tag or remote holds, newest first. ``is_known``: the
    repository knows of this worktree.
    """

    branch: str = ""
    tip: str = ""
    changed: tuple[str, ...] = ()
    unmerged: tuple[str, ...] = ()
    is_known: bool = False


def read_tree_state(repository: Repository, folder: Path) -> TreeState:
    """Look at a linked worktree as it is now; nothing is started or written. Raises HistoryError."""
    admin = find_admin(repository.location, folder)
    git = open_worktree(repository, folder) if folder.is_dir() else None
    if admin is None:
        return TreeState()
    refs = _read_refs(repository)
    head = read_head(admin)
    tip = head.oid or refs.get(head.ref or "", "")
    branch = (head.ref or "").removeprefix(HEADS) if (head.ref or "").startswith(HEADS) else ""
    others = [oid for name, oid in refs.items() if name != head.ref]
    return TreeState(
        branch=branch,
        tip=tip,
        changed=_list_changed(git, tip) if git else (),
        unmerged=_list_unmerged(repository, tip, others) if tip else (),
        is_known=True,
    )


def find_common_base(repository: Repository, one: str, other: str) -> str | None:
    """Find the commit that two have in common, None for none."""
    try:
        answer = repository.run(["merge-base", check_oid(one), check_oid(other)], patience=_PATIENCE)
    except GitFailedError:
        return None
    return answer.decode("ascii", "replace").split("\n", 1)[0] or None


def move_branch(repository: Repository, branch: str, to: str, expected: str) -> None:
    """Let a branch stand somewhere else. Raises ConflictError when it does not stand on ``expected`` any more."""
    git = open_own(repository.location, get_home(repository.shadow))
    try:
        git.run(["update-ref", HEADS + branch, check_oid(to), check_oid(expected)])
    except GitFailedError as error:
        raise ConflictError(f"The branch {branch} moved meanwhile; look at it again.") from error


def _read_refs(repository: Repository) -> dict[str, str]:
    """Read all refs with the commits that they lead to."""
    git = Invocation(repository.location.common_dir, get_home(repository.shadow))
    answer = git.run(["for-each-ref", "--format=%(objectname) %(*objectname) %(refname)"])
    refs = {}
    for line in os.fsdecode(answer).split("\n"):
        if line:
            oid, peeled, name = line.split(" ", 2)
            refs[name] = peeled or oid
    return refs


def _list_changed(git: Invocation, tip: str) -> tuple[str, ...]:
    with closing(git.stream(["update-index", "-q", "--refresh"], accepted=(0, 1))) as pieces:
        list(pieces)  # else a file that was only touched would count
    options = ["--name-only", "-z", "--no-ext-diff", "--ignore-submodules=all"]
    found = [git.run(["diff-files", *options], patience=_PATIENCE), git.run(_OTHERS, patience=_PATIENCE)]
    if tip:
        found.append(git.run(["diff-index", "--cached", *options, check_oid(tip), "--"], patience=_PATIENCE))
    names = {os.fsdecode(name) for answer in found for name in answer.split(b"\0") if name}
    return tuple(sorted(names))


def _list_unmerged(repository: Repository, tip: str, others: Sequence[str]) -> tuple[str, ...]:
    asked = "".join(f"^{check_oid(oid)}\n" for oid in dict.fromkeys(others)) + f"{check_oid(tip)}\n"
    answer = repository.run(["rev-list", "--stdin", "--ignore-missing"], stdin=asked.encode(), patience=_PATIENCE)
    return tuple(answer.decode("ascii", "replace").split())
