"""Branches that existed for one mission, told by their names, with the commits that were made on them. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tandemweb.domain.commit import Ref, RefKind, Worktree
from tandemweb.history.order import HistoryOrder

_MERGED = re.compile(
    r"Merge (?:(?:remote-tracking )?branch '([^']{1,200})'|pull request #\d+ from [^/\s]+/(\S{1,200}))"
)
_LEAST_LETTERS = 5  # of a mission's name; a shorter one is in too many branches


@dataclass(frozen=True, slots=True)
class Stretch:
    """Commits of one branch that were not on the one it left, newest first. ``name`` has no ``refs/heads/``."""

    name: str
    oids: tuple[str, ...]


def list_stretches(
    order: HistoryOrder, refs: Iterable[Ref], worktrees: Iterable[Worktree], head_oid: str | None
) -> tuple[Stretch, ...]:
    """List branches that are there, or were merged under their name."""
    return (*_list_merged(order), *_list_standing(order, refs, worktrees, head_oid))


def belongs_to(branch: str, mission: str) -> bool:
    """Whether a branch is called like a mission: ``feature/tag-search`` and ``001-tag-search``."""
    number, _, name = mission.partition("-")
    wanted = _letters(name or number)
    last = branch.rpartition("/")[2]
    if _letters(re.sub(r"^(?:mission|m|tk)?[-_]?\d+[-_]", "", last, flags=re.IGNORECASE)) == wanted:
        return bool(wanted)
    return len(wanted) >= _LEAST_LETTERS and (
        _letters(last).endswith(wanted) or _letters(last).startswith(wanted) or _letters(mission) == _letters(last)
    )


def _list_merged(order: HistoryOrder) -> Iterator[Stretch]:
    for commit in order.commits:
        match = _MERGED.match(commit.subject) if len(commit.parents) > 1 else None
        if match:
            name = match[1] or match[2]
            yield Stretch(name.removeprefix("origin/"), order.span(commit.parents[1:], commit.parents[:1]))


def _list_standing(
    order: HistoryOrder, refs: Iterable[Ref], worktrees: Iterable[Worktree], head_oid: str | None
) -> Iterator[Stretch]:
    named = ((ref.short_name, ref.oid) for ref in refs if ref.kind is not RefKind.TAG)
    linked = ((tree.path.rpartition("/")[2], tree.oid) for tree in worktrees if tree.oid and not tree.is_main)
    for name, oid in dict.fromkeys((*named, *linked)):
        own = order.span([oid], [head_oid] if head_oid else [])
        if own and oid != head_oid:
            yield Stretch(name.removeprefix("origin/"), own)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
