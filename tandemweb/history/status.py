"""Refs, HEAD and worktrees of a repository at one moment."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from tandemweb.domain.commit import Ref, RefKind, RepositoryCondition, RepositoryStatus
from tandemweb.errors import HistoryError
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import RepositoryLocation
from tandemweb.history.shadow import get_home
from tandemweb.history.worktrees import Head, read_head, read_worktrees

_KINDS = {"refs/heads/": RefKind.BRANCH, "refs/remotes/": RefKind.REMOTE, "refs/tags/": RefKind.TAG}
_PATIENCE = 20.0
_COMPLAINTS = (
    ("bad config", "its configuration cannot be parsed"),
    ("unknown repository extension", "it uses an extension that the installed git does not know"),
    ("Expected git repo version", "its format is newer than the installed git"),
    ("ermission denied", "its files may not be read"),
)


def read_status(location: RepositoryLocation | None, shadows: Path) -> RepositoryStatus:
    """Read refs and condition with at most two git processes; never raises for what is wrong with the repository.

    Compare ``fingerprint`` with the one known: when equal, no log needs to be read. When ``shallow_oids`` differ,
    read the whole log again (``known=()``). A ref that leads to no commit is left out; ``message`` names branches.
    """
    if location is None:
        return RepositoryStatus(RepositoryCondition.NONE)
    try:
        with open_repository(location, shadows) as repository:
            return _read(repository)
    except (HistoryError, OSError) as error:
        return RepositoryStatus(RepositoryCondition.UNREADABLE, message=_explain(location, error))


def _read(repository: Repository) -> RepositoryStatus:
    location = repository.location
    named = _read_refs(repository)
    worktrees = read_worktrees(location)
    head = read_head(location.git_dir)
    heads = [head, *(head for _, head in worktrees)]
    commits = _peel(repository, (*named.values(), *(head.oid for head in heads if head.oid)))

    def resolve(head: Head) -> str | None:
        return commits.get(named.get(head.ref, "") if head.ref else head.oid or "")

    refs = tuple(Ref(name, _find_kind(name), commits[oid]) for name, oid in named.items() if oid in commits)
    broken = [name for name, oid in named.items() if oid not in commits and not name.startswith("refs/tags/")]
    status = RepositoryStatus(
        RepositoryCondition.SHALLOW if repository.shallow_oids else RepositoryCondition.NORMAL,
        head=head.ref,
        head_oid=resolve(head),
        refs=refs,
        worktrees=tuple(replace(tree, oid=resolve(head)) for tree, head in worktrees),
        message=f"No commit can be read at {', '.join(broken[:5])}." if broken else "",
        shallow_oids=tuple(sorted(repository.shallow_oids)),
    )
    if not status.tips:
        status = replace(status, condition=RepositoryCondition.EMPTY)
    return replace(status, fingerprint=hashlib.sha256(repr(status).encode("utf-8", "surrogatepass")).hexdigest())


def _read_refs(repository: Repository) -> Mapping[str, str]:
    """Full names to what they point at. The one question asked of the repository itself and not of its shadow."""
    shadow = repository.shadow
    original = Invocation(repository.location.common_dir, get_home(shadow))
    arguments = ["for-each-ref", "--format=%(objectname) %(refname)", *(prefix[:-1] for prefix in _KINDS)]
    lines = os.fsdecode(original.run(arguments, patience=_PATIENCE)).split("\n")
    found = {name: oid for oid, _, name in (line.partition(" ") for line in lines if line)}
    return {name: oid for name, oid in found.items() if not _is_remote_head(name)}


def _is_remote_head(name: str) -> bool:
    return name.startswith("refs/remotes/") and name.endswith("/HEAD")


def _find_kind(name: str) -> RefKind:
    return next(kind for prefix, kind in _KINDS.items() if name.startswith(prefix))


def _peel(repository: Repository, oids: Iterable[str]) -> Mapping[str, str]:
    """Object id to the commit it leads to, for those that lead to one."""
    asked = list(dict.fromkeys(oids))
    if not asked:
        return {}
    questions = "".join(f"{oid}^{{commit}}\n" for oid in asked).encode()
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin=questions, patience=_PATIENCE)
    answers = (line.split(" ") for line in answer.decode("ascii", "replace").split("\n"))
    return {oid: fields[0] for oid, fields in zip(asked, answers, strict=False) if fields[1:2] == ["commit"]}


def _explain(location: RepositoryLocation, error: Exception) -> str:
    if not isinstance(error, GitFailedError):
        return str(error)
    reason = next((reason for sign, reason in _COMPLAINTS if sign in error.complaint), "it may be damaged")
    return f"git cannot read the repository {location.common_dir}: {reason}."
