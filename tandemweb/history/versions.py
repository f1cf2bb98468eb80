"""Which changes belong to one document, however often it was renamed. Pure."""

from collections.abc import Iterable

from tandemweb.domain.commit import ChangeStatus, Commit, DocumentVersion, FileChange


class Lineages:
    """Gives every change, fed oldest first, the number of the document it belongs to.

    A renamed file keeps its number. Deleting a file and adding it again under the same name is the same document;
    a file made anew under a name that was renamed away is another. A branch that still knows the old name of a
    document renamed elsewhere changes that document. Constant time for each change.
    """

    def __init__(self) -> None:
        self._next_number = 1
        self._standing: dict[str, int] = {}
        self._departed: dict[str, int] = {}  # names that were renamed away, with the document that left

    def replay(self, change: FileChange, number: int) -> None:
        """Take over a change that has its number already, to go on from there."""
        self._next_number = max(self._next_number, number + 1)
        if change.status is ChangeStatus.RENAMED and change.old_path is not None:
            self._departed[change.old_path] = number
            if self._standing.get(change.old_path) == number:
                del self._standing[change.old_path]
        self._standing[change.path] = number

    def assign(self, change: FileChange) -> int:
        """Give the number of the change's document, a new one when it is the first of it."""
        number = self._find_number(change)
        self.replay(change, self._next_number if number is None else number)
        return self._standing[change.path]

    def find(self, path: str) -> int | None:
        """Find the document that stands, or last stood, at ``path``."""
        return self._standing.get(path, self._departed.get(path))

    def _find_number(self, change: FileChange) -> int | None:
        match change.status:
            case ChangeStatus.RENAMED:
                return self.find(change.old_path or change.path)
            case ChangeStatus.COPIED:
                return None
            case ChangeStatus.ADDED:
                return self._standing.get(change.path)
            case _:
                return self.find(change.path)


def list_versions(commits: Iterable[Commit], path: str) -> tuple[DocumentVersion, ...]:
    """List the versions of the document at ``path``, newest first, from ``commits`` newest first.

    A path that was renamed away stands for the document that left it.
    """
    lineages = Lineages()
    versions: dict[int, list[DocumentVersion]] = {}
    for commit in reversed(list(commits)):
        for change in commit.changes:
            version = DocumentVersion(commit, change.path, change.blob, change.status)
            versions.setdefault(lineages.assign(change), []).append(version)
    number = lineages.find(path)
    return tuple(reversed(versions[number])) if number else ()
