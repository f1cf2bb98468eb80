"""File contents as git keeps them."""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePosixPath

from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.opening import Repository, check_oid

BLOB_LIMIT = 8 * 1024 * 1024
_PATH_LIMIT = 4096
_DAMAGE_LIMIT = 10  # damaged objects in one reading, each of which costs one more process


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
    """What stands at a path. ``mode``: 100644, 100755, 120000 (symlink), 160000 (submodule) or 040000 (folder)."""

    path: str
    mode: str
    oid: str

    @property
    def is_folder(self) -> bool:
        return self.mode == "040000"


def read_blob(repository: Repository, oid: str, *, limit: int = BLOB_LIMIT) -> Blob:
    """Read one blob. Raises NotFoundError when there is none of that name (a commit or a tree is none)."""
    for blob in read_blobs(repository, [oid], limit=limit):
        return blob
    raise NotFoundError(f"there is no file content {oid} in this repository")


def read_blobs(repository: Repository, oids: Iterable[str], *, limit: int = BLOB_LIMIT) -> Iterator[Blob]:
    """Yield blobs in the order asked, by one process; those missing or damaged are left out.

    Raises HistoryError when there is no end of damaged ones.
    """
    yield from filter(None, read_texts_at(repository, (), oids, limit=limit))


def read_texts_at(
    repository: Repository, places: Iterable[tuple[str, str]], oids: Iterable[str] = (), *, limit: int = BLOB_LIMIT
) -> Generator[Blob | None, None, None]:
    """Yield what stands at each place, a commit and a path taken literally, then the blobs ``oids``. One process.

    None stands for what is missing, damaged, or no file. Raises HistoryError when there is no end of damaged ones.
    """
    waiting = [_name_place(commit, path) for commit, path in places] + [check_oid(oid) for oid in oids]
    damaged_count = 0
    while waiting:
        answered_count = 0
        try:
            for blob in _read_batch(repository, waiting, limit):
                answered_count += 1
                yield blob
        except GitFailedError as error:
            damaged_count += 1
            if damaged_count > _DAMAGE_LIMIT:
                raise HistoryError("many objects of this repository are damaged") from error
            answered_count += 1
            yield None
        waiting = waiting[answered_count:]


def find_file_at(repository: Repository, commit: str, path: str) -> TreeEntry | None:
    """Find what stood at ``path`` (taken literally) in a commit. Raises NotFoundError for an unknown commit."""
    return find_files_at(repository, commit, [path]).get(path)


def find_files_at(repository: Repository, commit: str, paths: Iterable[str]) -> dict[str, TreeEntry]:
    """Find what stood at each of ``paths`` that the commit has, by one process. Raises NotFoundError."""
    wanted = [path for path in paths if _is_plain(path)]
    return {entry.path: entry for entry in _list_entries(repository, commit, wanted)} if wanted else {}


def list_folder_at(repository: Repository, commit: str, folder: str) -> tuple[TreeEntry, ...]:
    """List what stands in a folder of a commit, nothing of the folders in it. Raises NotFoundError. One process."""
    return tuple(_list_entries(repository, commit, [f"{folder}/"])) if _is_plain(folder) else ()


def _list_entries(repository: Repository, commit: str, wanted: Sequence[str]) -> Iterator[TreeEntry]:
    try:
        answer = repository.run(["ls-tree", "-z", "--full-tree", check_oid(commit), "--", *wanted])
    except GitFailedError as error:
        raise NotFoundError(f"there is no commit {commit} in this repository") from error
    for line in answer.split(b"\0")[:-1]:
        meta, _, name = line.partition(b"\t")
        mode, _kind, oid = meta.decode("ascii").split(" ")
        yield TreeEntry(os.fsdecode(name), mode, oid)


def _name_place(commit: str, path: str) -> str:
    """Name a place as git reads it from a line; what can stand in no tree is named so that git finds nothing."""
    return f"{check_oid(commit)}:{path}" if _is_plain(path) and "\n" not in path else "nothing"


def _is_plain(path: str) -> bool:
    """Whether a path can stand in a tree."""
    if not path or "\0" in path or len(path) > _PATH_LIMIT or path != str(PurePosixPath(path)) or path[0] == "/":
        return False
    return not {".", ".."} & set(path.split("/"))


def _read_batch(repository: Repository, names: list[str], limit: int) -> Iterator[Blob | None]:
    questions = os.fsencode("".join(f"{name}\n" for name in names))
    with closing(repository.stream(["cat-file", "--batch", "--buffer"], stdin=questions)) as pieces:
        answer = _Answer(pieces)
        for _ in names:
            header = answer.read_line()
            if header.endswith(b" missing"):
                yield None
                continue
            found, kind, size = header.split(b" ")
            data = answer.read(int(size), keep=limit)
            answer.read(1, keep=0)
            yield Blob(found.decode("ascii"), data, int(size)) if kind == b"blob" else None


class _Answer:
    """Reads lines and counted bytes out of pieces of any length."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = bytearray()

    def read_line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def read(self, size: int, *, keep: int) -> bytes:
        """Read ``size`` bytes and give the first ``keep`` of them."""
        kept = bytearray()
        while True:
            part = self._buffer[:size]
            del self._buffer[: len(part)]
            size -= len(part)
            kept += part[: keep - len(kept)]
            if not size:
                return bytes(kept)
            self._fill()

    def _fill(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise HistoryError("git cat-file ended in the middle of an answer")
        self._buffer += piece
