"""Which changes of a history are files of missions, under all the names that their folders have had."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tandemweb.domain.commit import ChangeStatus, Commit, FileChange
from tandemweb.domain.mission import Mission

MOST_NAMES = 10_000  # of all folders together; a history that was made to be hostile has more


@dataclass(frozen=True, slots=True)
class MissionChange:
    """One change of a file of a mission; ``inner`` is its path within the mission's folder."""

    oid: str
    inner: str
    change: FileChange


@dataclass(frozen=True, slots=True)
class SplitHistory:
    """Commits without files of archives, newest first; and those files' changes by mission path, oldest first."""

    commits: tuple[Commit, ...]
    changes: dict[str, list[MissionChange]]


def split_history(commits: Sequence[Commit], missions: Iterable[Mission], root_paths: Iterable[str]) -> SplitHistory:
    """Take the files of archives out of commits that are given newest first."""
    folders = _Folders({mission.path: mission.path for mission in missions}, {path for path in root_paths if path})
    changes: dict[str, list[MissionChange]] = {path: [] for path in folders.missions.values()}
    plain = []
    for commit in commits:
        code = []
        for change in commit.changes:
            place = folders.find(change.path)
            if place is None:
                code.append(change)
                continue
            mission, inner = place
            folders.follow(change)
            if mission is not None:
                changes[mission].append(MissionChange(commit.oid, inner, change))
        plain.append(commit if len(code) == len(commit.changes) else replace(commit, changes=tuple(code)))
    for found in changes.values():
        found.reverse()
    return SplitHistory(tuple(plain), changes)


@dataclass
class _Folders:
    """Folders of missions and roots by each of their names, the older ones as they come up."""

    missions: dict[str, str]
    roots: set[str]

    def find(self, path: str) -> tuple[str | None, str] | None:
        """Find mission and inner path of a file; (None, "") for one beside the missions of a root."""
        for folder in _list_folders(path):
            if folder in self.missions:
                return self.missions[folder], path[len(folder) + 1 :]
            if folder in self.roots:
                return None, ""
        return None

    def follow(self, change: FileChange) -> None:
        """Learn the older name of a folder from a file that moved with it."""
        if change.status is not ChangeStatus.RENAMED or change.old_path is None:
            return
        for folder in _list_folders(change.path):
            inner = change.path[len(folder) :]
            older = change.old_path.removesuffix(inner)
            if older == change.old_path or not older or len(self.missions) + len(self.roots) > MOST_NAMES:
                continue
            if folder in self.missions:
                self.missions.setdefault(older, self.missions[folder])
            elif folder in self.roots:
                self.roots.add(older)


def _list_folders(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, innermost first."""
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)
