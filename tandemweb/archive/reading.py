"""Reading one file of a work tree safely: no symlink is followed, no FIFO blocks, no size surprises."""

import hashlib
import os
from dataclasses import dataclass, replace

from tandemweb.archive.opening import RefusedPathError, open_file
from tandemweb.domain.mission import FileStamp, Readability
from tandemweb.domain.problem import Problem
from tandemweb.errors import ArchiveError, NotFoundError

READ_LIMIT = 32 * 1024 * 1024  # bytes; a larger file is not read at all
TEXT_LIMIT = 4 * 1024 * 1024  # bytes of text that are handed on; the rest is TRUNCATED
NO_STAMP = FileStamp(0, 0, 0)

_BINARY_WINDOW = 8000  # bytes; a NUL within them means binary, as for git
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class TooLargeError(ArchiveError):
    status = 413


@dataclass(frozen=True, slots=True)
class FileText:
    r"""A file's text with line ends as ``\n`` (``\r\n`` and lone ``\r`` are one line end each), no BOM, no NUL.

    ``text`` is "" for BINARY and UNREADABLE. ``line_count`` and ``content_hash`` (sha256, hexadecimal, "" when
    unreadable) are of the whole file, beyond a truncation too; ``line_count`` is 0 for BINARY.
    """

    path: str
    text: str
    readability: Readability
    stamp: FileStamp
    content_hash: str
    line_count: int
    problem: Problem | None = None


def read_text(project_path: str, path: str, *, text_limit: int = TEXT_LIMIT) -> FileText:
    """Read one file below the project; never raises for what is on disk: see ``readability`` and ``problem``.

    Codes of problems: file-missing, file-refused, file-too-large, file-unreadable, text-truncated, text-replaced,
    text-binary.
    """
    try:
        data, stamp = _read(project_path, path, READ_LIMIT)
    except ArchiveError as error:
        code = _CODES.get(type(error), "file-unreadable")
        return _unreadable(path, code, str(error))
    except NotFoundError as error:
        return _unreadable(path, "file-missing", str(error))
    return extract_text(data, path, stamp, text_limit=text_limit)


_CODES: dict[type[ArchiveError], str] = {RefusedPathError: "file-refused", TooLargeError: "file-too-large"}


def read_bytes(project_path: str, path: str, *, limit: int = READ_LIMIT) -> bytes:
    """Read the exact bytes of one file. Raises NotFoundError (there is none) or ArchiveError (it may not be read)."""
    return _read(project_path, path, limit)[0]


def extract_text(data: bytes, path: str, stamp: FileStamp = NO_STAMP, *, text_limit: int = TEXT_LIMIT) -> FileText:
    """Do the same as ``read_text`` for bytes from elsewhere (a git blob)."""
    found = FileText(path, "", Readability.TEXT, stamp, hashlib.sha256(data).hexdigest(), 0)
    plain = _without_bom(data)
    if b"\0" in plain[:_BINARY_WINDOW]:
        message = "The file is binary; it is listed, but not shown as text."
        return replace(found, readability=Readability.BINARY, problem=Problem(path, None, "text-binary", message))
    text, readability, problem = _decode(_cut(plain, text_limit), path)
    if len(plain) > text_limit:
        readability = Readability.TRUNCATED
        shown = f"Only the first {text.count(chr(10)) or 1} lines are read: the file has {len(plain)} bytes."
        problem = Problem(path, None, "text-truncated", f"{shown} {problem.message}" if problem else shown)
    return replace(found, text=text, readability=readability, line_count=_count_lines(plain), problem=problem)


def _read(project_path: str, path: str, limit: int) -> tuple[bytes, FileStamp]:
    with open_file(project_path, path) as descriptor:
        # Taken before reading: a write meanwhile gives another stamp, and the next walk notices.
        status = os.fstat(descriptor)
        if status.st_size > limit:
            raise TooLargeError(f"{path} is too large to be read: {status.st_size} bytes, at most {limit}.")
        try:
            data = _read_all(descriptor, status.st_size, limit)
        except OSError as error:
            raise ArchiveError(f"{path} cannot be read: {error.strerror}.") from error
    return data, FileStamp(status.st_size, status.st_mtime_ns, status.st_ino)


def _read_all(descriptor: int, expected: int, limit: int) -> bytes:
    """Read to the end of the file, even when it has grown since its size was asked, but not beyond the limit."""
    chunks = []
    wanted = expected + 1
    remaining = limit
    while remaining > 0 and (chunk := os.read(descriptor, min(wanted, remaining))):
        chunks.append(chunk)
        remaining -= len(chunk)
        wanted = 65536
    return b"".join(chunks)


def _without_bom(data: bytes) -> bytes:
    """UTF-8 bytes without a byte order mark; UTF-16 with one (as PowerShell writes it) becomes UTF-8."""
    if data.startswith(_UTF16_BOMS):
        return data.decode("utf-16", errors="replace").encode(errors="replace")
    return data.removeprefix(_UTF8_BOM)


def _cut(data: bytes, limit: int) -> bytes:
    """Keep the first ``limit`` bytes at most, ending with a line, or at least not within a character."""
    if len(data) <= limit:
        return data
    end = data.rfind(b"\n", 0, limit) + 1 or limit
    while end > 0 and end > limit - 4 and data[end] & 0xC0 == 0x80:  # a UTF-8 continuation byte
        end -= 1
    return data[:end]


def _decode(data: bytes, path: str) -> tuple[str, Readability, Problem | None]:
    line, what = None, ""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        line, what = _count_lines(data[: error.start] + b"x"), "bytes that are not UTF-8"
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = line or text.count("\n", 0, text.index("\0")) + 1
        what = f"{what} and NUL characters" if what else "NUL characters"
        text = text.replace("\0", "\ufffd")
    if not what:
        return text, Readability.TEXT, None
    message = f"The text holds {what}, first in line {line}; each is shown as \ufffd."
    return text, Readability.REPLACED, Problem(path, line, "text-replaced", message)


def _count_lines(data: bytes) -> int:
    line_ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    return line_ends + (bool(data) and not data.endswith((b"\n", b"\r")))


def _unreadable(path: str, code: str, message: str) -> FileText:
    return FileText(path, "", Readability.UNREADABLE, NO_STAMP, "", 0, Problem(path, None, code, message))
