"""Finding what can be compared: branches that look like implementations of one spec, or any refs named by hand."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from tandemweb.domain.commit import Ref, RefKind, RepositoryStatus
from tandemweb.domain.comparison import MOST_SIDES, Comparison, Side
from tandemweb.domain.settings import ComparisonSettings
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.contents import read_texts_at
from tandemweb.history.merge_bases import find_commits, find_merge_base, find_merge_bases
from tandemweb.history.opening import Repository

DEFAULT_SPECS = ("SPEC.md",)
SYNTHESIS = "impl/synthesis"

_HEX = re.compile(r"[0-9a-f]{7,64}")
_KINDS = (RefKind.BRANCH, RefKind.REMOTE, RefKind.TAG)


def list_suggestions(
    repository: Repository,
    project: str,
    status: RepositoryStatus,
    specs: Iterable[str] = DEFAULT_SPECS,
    patterns: Sequence[str] = ComparisonSettings().patterns,
) -> tuple[Comparison, ...]:
    """List what looks like parallel implementations: branches and worktrees of one pattern, with a spec at their base.

    In a pattern ``*`` stands for one part of a name: ``impl/*`` finds ``impl/claude`` and ``search/impl/claude``, each
    with its own siblings. Worktrees without a branch are found by the name of their folder. Three git processes,
    however many groups of siblings there are.
    """
    groups = _group(status, patterns)
    bases = find_merge_bases(repository, [[side.oid for side in sides] for sides in groups])
    found = _find_specs(repository, filter(None, bases), specs)
    return tuple(
        Comparison(project, found[base], base, sides)
        for sides, base in zip(groups, bases, strict=True)
        if base and found[base]
    )


def compose_comparison(
    repository: Repository,
    project: str,
    status: RepositoryStatus,
    names: Sequence[str],
    *,
    base: str = "",
    spec: str = "",
) -> Comparison:
    """Pin refs or commits that a person named. Without a ``base`` it is the best commit that all of them build on.

    A name is a full or short name of a ref, or a commit's object id, which may be shortened. Raises
    InvalidRequestError: fewer than two, too many, the same twice, nothing in common; NotFoundError: no such name, or
    no such spec in any of the commits.
    """
    if not 2 <= len(names) <= MOST_SIDES:
        raise InvalidRequestError(f"A comparison has 2 to {MOST_SIDES} sides; {len(names)} were named.")
    hexadecimal = [name for name in (*names, base) if not _find_ref(status, name) and _HEX.fullmatch(name)]
    known = find_commits(repository, hexadecimal)
    sides = tuple(_find_side(status, known, number, name) for number, name in enumerate(names))
    if len({side.oid for side in sides}) < len(sides):
        raise InvalidRequestError("Two of the sides are the same commit: there is nothing to compare.")
    oid = _find_side(status, known, 0, base).oid if base else find_merge_base(repository, [s.oid for s in sides])
    if oid is None:
        raise InvalidRequestError("The sides have no commit in common; name a base to compare them with.")
    if spec:
        _check_spec(repository, spec, [oid, *(side.oid for side in sides)])
    return Comparison(project, spec or _find_specs(repository, [oid], DEFAULT_SPECS)[oid], oid, sides)


def get_named_commit(repository: Repository, status: RepositoryStatus, name: str) -> str:
    """Give the commit of a ref or of an object id that a person named. Raises NotFoundError."""
    known = find_commits(repository, [name] if _HEX.fullmatch(name) else [])
    return _find_side(status, known, 0, name).oid


def _group(status: RepositoryStatus, patterns: Iterable[str]) -> list[tuple[Side, ...]]:
    candidates = _list_candidates(status)
    groups: defaultdict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for pattern in patterns:
        matcher = re.compile(r"(|.*/)" + re.escape(pattern).replace(r"\*", r"[^/]+"))
        for name, place in candidates.items():
            if match := matcher.fullmatch(name):
                groups[match[1] + pattern][name] = place
    ordered = [[group[name] for name in sorted(group)][:MOST_SIDES] for group in groups.values()]
    return [
        tuple(Side(number, ref, oid) for number, (ref, oid) in enumerate(places))
        for places in ordered
        if len({oid for _, oid in places}) > 1
    ]


def _list_candidates(status: RepositoryStatus) -> Mapping[str, tuple[str, str]]:
    """Names to ref and commit; a remote's branch stands in for a missing local one."""
    found: dict[str, tuple[str, str]] = {}
    for tree in status.worktrees:
        if tree.branch is None and tree.oid:
            found[PurePosixPath(tree.path).name] = "", tree.oid
    for ref in sorted(status.refs, key=lambda ref: ref.kind is RefKind.BRANCH):
        name = ref.short_name if ref.kind is RefKind.BRANCH else ref.short_name.partition("/")[2]
        if ref.kind is not RefKind.TAG and not name.startswith(SYNTHESIS):
            found[name] = ref.name, ref.oid
    return found


def _find_specs(repository: Repository, commits: Iterable[str], specs: Iterable[str]) -> Mapping[str, str]:
    """Find the first of ``specs`` that stands in each commit, "" where none does. One process for all."""
    wanted, asked = list(dict.fromkeys(specs)), list(dict.fromkeys(commits))
    places = [(commit, path) for commit in asked for path in wanted]
    there = [place for place, blob in zip(places, read_texts_at(repository, places, limit=0), strict=True) if blob]
    return {commit: next((path for own, path in there if own == commit), "") for commit in asked}


def _check_spec(repository: Repository, spec: str, commits: Iterable[str]) -> None:
    if not any(read_texts_at(repository, [(commit, spec) for commit in commits], limit=0)):
        raise NotFoundError(f"There is no file {spec!r} at the base or on a side; give the spec's path, or nothing.")


def _find_side(status: RepositoryStatus, known: Mapping[str, str], number: int, name: str) -> Side:
    ref = _find_ref(status, name)
    if ref:
        return Side(number, ref.name, ref.oid)
    if name not in known:
        raise NotFoundError(f"There is no branch, tag or commit {name!r} in this repository.")
    return Side(number, "", known[name])


def _find_ref(status: RepositoryStatus, name: str) -> Ref | None:
    for kind in _KINDS:
        for ref in status.refs:
            if ref.kind is kind and name in (ref.name, ref.short_name):
                return ref
    return None
