"""Text for POSIX shells: nothing that a person or a repository wrote can become code in it."""

import re
import shlex
from collections.abc import Callable

from tandemweb.errors import InvalidRequestError

_EXPANDED = re.compile(r'[\\"$`]')
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_COMMENT_END = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def quote(text: str) -> str:
    """Write one word. Raises InvalidRequestError for what no shell can hold."""
    if "\0" in text:
        raise InvalidRequestError("A text with a NUL character cannot be put in a script.")
    return shlex.quote(text)


def name_variable(name: str) -> str:
    """Give the part of a variable's or function's name that stands for a name of a workflow."""
    variable = name.replace("-", "_")
    if not _WORD.fullmatch(variable):
        raise InvalidRequestError(f"{name[:40]!r} cannot be a name in a script.")
    return variable


def fill_pattern(template: str, pattern: re.Pattern[str], find: Callable[[re.Match[str]], str]) -> str:
    """Write a word in which what ``pattern`` matches becomes the variable that ``find`` names, the rest stays text."""
    parts, place = [], 0
    for match in pattern.finditer(template):
        parts += [_escape(template[place : match.start()]), f"${{{find(match)}}}"]
        place = match.end()
    return f'"{"".join(parts)}{_escape(template[place:])}"'


def here_document(command: str, text: str, name: str) -> str:
    """Write a command that reads ``text`` as it is, to its last line end; no line of it can end the document."""
    lines = set(text.split("\n"))
    mark = f"END_OF_{name.upper()}"
    while mark in lines:
        mark += "_"
    if "\0" in text:
        raise InvalidRequestError("A text with a NUL character cannot be put in a script.")
    body = text if not text or text.endswith("\n") else f"{text}\n"
    return f"{command} <<'{mark}'\n{body}{mark}\n"


def comment(text: str) -> str:
    """Write a text as the rest of one comment line."""
    return _COMMENT_END.sub(" ", text).strip()


def _escape(text: str) -> str:
    return _EXPANDED.sub(lambda match: f"\\{match[0]}", text)
