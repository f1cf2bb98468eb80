"""Where a text names a file, and what a link's target is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import unquote

PATH_LIMIT = 300  # characters
# Looked for where a word begins that has a dot before a letter. Quantifiers that could give back are possessive: one
# pass over the text, whatever it holds.
_CANDIDATE = re.compile(
    r"(?<![\w@+./\-])(?=[\w@+/\-]*+\.)(?P<path>[\w@+./\-]++)(?:(?::|#L)(?P<start>\d{1,7}+)(?::\d++)?+(?:[-–](?:L)?(?P<end>\d{1,7}+))?+)?+",
)
_NAME = re.compile(r"[\w@+.\-]*\w\.[A-Za-z][A-Za-z0-9]{0,9}|\.[a-z]{3,20}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LINES_AT_END = re.compile(r"(?P<path>.*?):(?P<start>\d{1,7})(?:[-–](?P<end>\d{1,7}))?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\<>\"]")
_FRAGMENT = re.compile(r"[\w.\-]{1,200}")
LANGUAGE = re.compile(r"[\w+#.\-]{1,30}")


@dataclass(frozen=True, slots=True)
class FileReference:
    """``text[begin:end]`` names ``path``; lines are 1-based, None where no line is named."""

    begin: int
    end: int
    path: str
    line_start: int | None
    line_end: int | None


class TargetKind(Enum):
    EXTERNAL = auto()  # http, https, mailto
    PART = auto()  # #fragment of the same document
    RELATIVE = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Target:
    kind: TargetKind
    path: str = ""
    fragment: str = ""


def extract_references(text: str) -> Iterator[FileReference]:
    """File names in prose, with or without lines: ``src/page.js:21``, ``importer.py:88-112``, ``a.py#L3-L9``."""
    for match in _CANDIDATE.finditer(text):
        path = match["path"]
        end = match.end()
        if match["start"] is None:
            path = path.rstrip(".-")  # the full stop of a sentence
            end = match.start() + len(path)
        if not _is_path(path):
            continue
        start, last = _lines(match["start"], match["end"])
        yield FileReference(match.start(), end, path, start, last)


def classify_target(url: str) -> Target:
    """Tell what a link or image, percent-encoded, points to. Only what is known to be safe passes."""
    lowered = url[:8].lower()
    if lowered.startswith(("http://", "https://", "mailto:")):
        return Target(TargetKind.REFUSED if _UNSAFE.search(url) else TargetKind.EXTERNAL, url)
    if url.startswith("#"):
        return Target(TargetKind.PART, fragment=unquote(url[1:]))
    if not url or url.startswith("//") or _UNSAFE.search(url):
        return Target(TargetKind.REFUSED)
    path, _, fragment = url.partition("#")
    path = unquote(path.partition("?")[0])
    if match := _LINES_AT_END.fullmatch(path):
        path, fragment = match["path"], _line_fragment(match["start"], match["end"])
    if not path or "\x00" in path or path.startswith("//") or _SCHEME.match(path):
        return Target(TargetKind.REFUSED)
    return Target(TargetKind.RELATIVE, path, fragment if _FRAGMENT.fullmatch(fragment) else "")


def is_allowed_link(url: str) -> bool:
    """markdown-it's ``validateLink``: what is refused stays plain text."""
    return classify_target(url).kind is not TargetKind.REFUSED


def _is_path(path: str) -> bool:
    if len(path) > PATH_LIMIT or "//" in path or path.startswith("/"):
        return False
    name = path.rpartition("/")[2]
    return _NAME.fullmatch(name) is not None


def _lines(start: str | None, end: str | None) -> tuple[int | None, int | None]:
    if start is None or int(start) == 0:
        return None, None
    first, last = int(start), int(end or start)
    return (first, last) if first <= last else (first, first)


def _line_fragment(start: str, end: str | None) -> str:
    return f"L{int(start)}" if end is None else f"L{int(start)}-L{int(end)}"
