"""Reading one file of a work tree safely: no symlink is followed, no FIFO blocks, no size surprises."""

from dataclasses import dataclass

from tandemweb.domain.mission import FileStamp, Readability
from tandemweb.domain.problem import Problem

READ_LIMIT = 32 * 1024 * 1024  # bytes; a larger file is not read at all
TEXT_LIMIT = 4 * 1024 * 1024  # bytes of text that are handed on; the rest is TRUNCATED
NO_STAMP = FileStamp(0, 0, 0)


@dataclass(frozen=True, slots=True)
class FileText:
    r"""A file's text with line ends as ``\n`` (``\r\n`` and lone ``\r`` are one line end each), no BOM, no NUL.

    ``text`` is "" for BINARY and UNREADABLE. ``line_count`` and ``content_hash`` (sha256, hexadecimal, "" when
    unreadable) are of the whole file, beyond a truncation too.
    """

    path: str
    text: str
    readability: Readability
    stamp: FileStamp
    content_hash: str
    line_count: int
    problem: Problem | None = None


def read_text(project_path: str, path: str, *, text_limit: int = TEXT_LIMIT) -> FileText:
    """Read one file below the project; never raises for what is on disk: see ``readability`` and ``problem``."""
    raise NotImplementedError


def read_bytes(project_path: str, path: str, *, limit: int = READ_LIMIT) -> bytes:
    """The exact bytes of one file. Raises NotFoundError when there is none, ArchiveError when it may not be read."""
    raise NotImplementedError


def extract_text(data: bytes, path: str, stamp: FileStamp = NO_STAMP, *, text_limit: int = TEXT_LIMIT) -> FileText:
    """The same for bytes from elsewhere (a git blob)."""
    raise NotImplementedError
