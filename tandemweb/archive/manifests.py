"""ChangedFiles-NN.txt: the paths that a round of the generator changed."""

import re
from dataclasses import dataclass

from tandemweb.archive.reading import extract_text, read_bytes
from tandemweb.domain.mission import Readability
from tandemweb.domain.problem import Problem
from tandemweb.errors import TandemwebError

PATH_LIMIT = 4096  # characters; no file system has longer paths
MANIFEST_LIMIT = 4 * 1024 * 1024  # bytes

# "M<tab>path" of git's --name-status, "- path" of a list, "M path" of git status --short.
_PREFIX = re.compile(r"(?:[-*+] |[ACDMRTU?!][0-9]{0,3}\t|[ AMDRCU?]{2} (?=\S)|[AMD] +(?=\S))")
_OCTAL = re.compile(rb"\\([0-3][0-7]{2}|[abtnvfr\"\\])")
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


@dataclass(frozen=True, slots=True)
class ManifestReading:
    """``paths`` in the order of the file, without repetitions, relative to the project as the generator wrote them."""

    path: str
    paths: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read_manifest(project_path: str, path: str) -> ManifestReading:
    """Read a manifest; CRLF, NUL separators and git's quoted paths are understood."""
    try:
        data = read_bytes(project_path, path, limit=MANIFEST_LIMIT)
    except TandemwebError as error:
        return ManifestReading(path, (), (Problem(path, None, "file-unreadable", str(error)),))
    return extract_manifest(data, path)


def extract_manifest(data: bytes, path: str) -> ManifestReading:
    """Take the paths from the bytes of a manifest; lines that are no path are said and left out."""
    # NUL stands between paths in what git writes with -z, where line ends belong to names.
    separated = b"\0" in data and data.count(b"\0") > data.count(b"\n")
    file = extract_text(data.replace(b"\n", b"\x1a").replace(b"\0", b"\n") if separated else data, path)
    if file.readability is Readability.BINARY:
        file = extract_text(data.replace(b"\0", b"\n"), path)
    found: dict[str, None] = {}
    problems = [file.problem] if file.problem else []
    for number, line in enumerate(file.text.split("\n"), start=1):
        entry = line.replace("\x1a", "\n") if separated else _extract_path(line)
        if len(entry) > PATH_LIMIT:
            message = f"Line {number} is too long to be a path; it is left out."
            problems.append(Problem(path, None if separated else number, "manifest-odd-line", message))
        elif entry:
            found[entry] = None
    return ManifestReading(path, tuple(found), tuple(problems))


def _extract_path(line: str) -> str:
    entry = line if len(line) > PATH_LIMIT else line.rstrip()
    if entry.startswith(("#", "```")):
        return ""
    match = _PREFIX.match(entry)
    if match is not None:
        entry = entry[match.end() :]
    entry = entry.strip()
    if len(entry) >= 2 and entry[0] == entry[-1] == "`":  # a pair
        entry = entry[1:-1]
    if len(entry) >= 2 and entry[0] == entry[-1] == '"':  # a pair
        entry = _unquote(entry[1:-1])
    return entry.removeprefix("./")


def _unquote(text: str) -> str:
    r"""Undo git's quoting: ``b\303\244r`` is ``bär``."""

    def restore(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes((int(code, 8),)) if code.isdigit() else _ESCAPES.get(code, code)

    return _OCTAL.sub(restore, text.encode(errors="replace")).decode(errors="replace")
