"""Which changes belong to one document, however often it was renamed. Pure."""

from collections.abc import Iterable

from tandemweb.domain.commit import Commit, DocumentVersion, FileChange


class Lineages:
    """Gives every change, fed oldest first, the number of the document it belongs to.

    A renamed file keeps its number; a file made anew under a name that was renamed away gets a new one; deleting
    and adding again under the same name is the same document. O(1) for each change.
    """

    def __init__(self, *, next_number: int = 1) -> None:
        raise NotImplementedError

    def replay(self, change: FileChange, number: int) -> None:
        """Take over a stored change with its number (oldest first), to go on from there."""
        raise NotImplementedError

    def assign(self, change: FileChange) -> int:
        raise NotImplementedError

    def find(self, path: str) -> int | None:
        """The document that stands, or last stood, at ``path``."""
        raise NotImplementedError


def list_versions(commits: Iterable[Commit], path: str) -> tuple[DocumentVersion, ...]:
    """Versions of the document at ``path``, newest first; ``commits`` come newest first too, as ``read_commits`` yields them."""
    raise NotImplementedError
