"""File contents as git keeps them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tandemweb.history.opening import Repository

BLOB_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Blob:
    """``data`` holds at most the limit asked for, ``size`` is the whole size in bytes."""

    oid: str
    data: bytes
    size: int

    @property
    def is_truncated(self) -> bool:
        return len(self.data) < self.size


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry of a tree. ``mode`` has six octal digits: 100644, 100755, 120000 link, 160000 submodule, 040000 folder."""

    path: str
    mode: str
    oid: str


def read_blob(repository: Repository, oid: str, *, limit: int = BLOB_LIMIT) -> Blob:
    """Raises NotFoundError when there is no such blob (also for a commit or tree of that name)."""
    raise NotImplementedError


def read_blobs(repository: Repository, oids: Iterable[str], *, limit: int = BLOB_LIMIT) -> Iterator[Blob]:
    """Yield blobs in the order asked, by one process; those that do not exist are left out."""
    raise NotImplementedError


def find_file_at(repository: Repository, commit: str, path: str) -> TreeEntry | None:
    """Find what stood at ``path`` (taken literally) in a commit."""
    raise NotImplementedError
