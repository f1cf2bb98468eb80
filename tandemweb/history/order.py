"""Who comes before whom in a history: by parents, and by clocks only as far as parents let them be believed. Pure."""

import heapq
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from tandemweb.domain.commit import Commit


class HistoryOrder:
    """The order of commits that are given newest first: children before their parents."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.commits = commits
        self._positions = {commit.oid: position for position, commit in enumerate(commits)}
        self._parents = [
            [self._positions[parent] for parent in commit.parents if parent in self._positions] for commit in commits
        ]
        self._times = _believe_times(commits, self._parents)

    def __contains__(self, oid: str) -> bool:
        return oid in self._positions

    def get(self, oid: str) -> Commit:
        return self.commits[self._positions[oid]]

    def position(self, oid: str) -> int:
        """Give the place in the list: smaller is newer."""
        return self._positions[oid]

    def time(self, oid: str) -> datetime | None:
        """Give when a commit was made, as far as those before and after it agree; None where no clock is known."""
        return self._times[self._positions[oid]]

    def span(self, ends: Iterable[str], starts: Iterable[str]) -> tuple[str, ...]:
        """Give what ``ends`` reach (themselves too) and ``starts`` do not, newest first. Unknown ids count for nothing.

        Walks no further back than it must: as deep as the oldest of the answer.
        """
        excluded = {self._positions[oid] for oid in starts if oid in self._positions}
        wanted = {self._positions[oid] for oid in ends if oid in self._positions} - excluded
        waiting = [*excluded, *wanted]
        heapq.heapify(waiting)
        seen = set(waiting)
        open_count = len(wanted)
        found = []
        while waiting and open_count:
            position = heapq.heappop(waiting)
            is_excluded = position in excluded
            if not is_excluded:
                open_count -= 1
                found.append(position)
            for parent in self._parents[position]:
                if is_excluded and parent not in excluded:
                    excluded.add(parent)
                    open_count -= parent in seen
                elif not is_excluded and parent not in seen:
                    open_count += 1
                if parent not in seen:
                    seen.add(parent)
                    heapq.heappush(waiting, parent)
        return tuple(self.commits[position].oid for position in found)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether ``newer`` builds on ``older``; a commit does not build on itself."""
        target, start = self._positions[older], self._positions[newer]
        seen = {start}
        waiting = [start]
        while waiting:
            position = heapq.heappop(waiting)
            if position > target:
                return False
            for parent in self._parents[position]:
                if parent == target:
                    return True
                if parent not in seen and parent < target:
                    seen.add(parent)
                    heapq.heappush(waiting, parent)
        return False

    def keep_oldest(self, oids: Collection[str]) -> tuple[str, ...]:
        """Give those that build on none of the others, oldest first."""
        kept: list[str] = []
        for oid in sorted(set(oids), key=self._positions.__getitem__, reverse=True):
            if not any(self.is_ancestor(older, oid) for older in kept):
                kept.append(oid)
        return tuple(kept)


def _believe_times(commits: Sequence[Commit], parents: Sequence[Sequence[int]]) -> list[datetime | None]:
    """Give each commit the middle one of three times: the latest before it, its own, the earliest after it.

    One wrong clock is outvoted by its neighbours that way. The time of writing counts before that of committing, which
    a rebase changes.
    """
    own = [commit.authored_at or commit.committed_at for commit in commits]
    before: list[datetime | None] = [None] * len(commits)
    after: list[datetime | None] = [None] * len(commits)
    for position in range(len(commits) - 1, -1, -1):
        known = [time for parent in parents[position] for time in (before[parent], own[parent]) if time]
        before[position] = max(known, default=None)
    for position, earlier in enumerate(parents):
        known = [time for time in (after[position], own[position]) if time]
        for parent in earlier:
            after[parent] = min([*known, *([after[parent]] if after[parent] else [])], default=None)  # type: ignore[type-var]
    return [_middle(*times) for times in zip(before, own, after, strict=True)]


def _middle(before: datetime | None, own: datetime | None, after: datetime | None) -> datetime | None:
    known = sorted(time for time in (before, own, after) if time)
    if own and len(known) < 3:  # two cannot outvote each other
        return own
    return known[len(known) // 2] if known else None
