"""Finding parallel implementations: branches named ``impl/<who>`` that go apart from one commit. Pure."""

from collections.abc import Iterable, Sequence

from tandemweb.domain.commit import Commit, RefKind, RepositoryStatus
from tandemweb.domain.comparison import ParallelWork

PREFIX = "impl/"


def find_parallel(status: RepositoryStatus, commits: Sequence[Commit], specs: Iterable[str]) -> ParallelWork | None:
    """Find the parallel work of a repository; None without two such branches, a common commit, or a spec.

    ``commits`` are those of all refs, newest first (children before parents); ``specs`` are paths of documents that
    are specs of parallel implementations, the first counts.
    """
    tips = list_implementations(status)
    spec = next(iter(sorted(specs)), None)
    base = find_common_base(commits, tips.values()) if len(tips) > 1 else None
    return ParallelWork(spec, base, tuple(sorted(tips))) if spec and base else None


def list_implementations(status: RepositoryStatus) -> dict[str, str]:
    """Short names of implementation branches with their tips; a remote's branch stands in for a missing local one."""
    tips: dict[str, str] = {}
    for ref in sorted(status.refs, key=lambda ref: ref.kind is RefKind.BRANCH):
        name = ref.short_name if ref.kind is RefKind.BRANCH else ref.short_name.partition("/")[2]
        if ref.kind is not RefKind.TAG and name.startswith(PREFIX):
            tips[name] = ref.oid
    return tips


def find_common_base(commits: Sequence[Commit], tips: Iterable[str]) -> str | None:
    """Find the newest commit that is an ancestor of all ``tips`` (or one of them)."""
    wanted = set(tips)
    reached_from: dict[str, set[str]] = {tip: {tip} for tip in wanted}
    for commit in commits:
        reached = reached_from.pop(commit.oid, set())
        if reached == wanted:
            return commit.oid
        for parent in commit.parents:
            reached_from.setdefault(parent, set()).update(reached)
    return None
