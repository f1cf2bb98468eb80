"""Setting keys of a JSON object in its text: every other byte stays, order, indentation and line ends included."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandemweb.archive.json_objects import JSON_LIMIT
from tandemweb.errors import ArchiveError

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


@dataclass(frozen=True, slots=True)
class _Member:
    """Where a key of the outermost object stands, and its value."""

    key: str
    start: int
    value_start: int
    value_end: int


def set_keys(content: bytes, values: Mapping[str, Any], path: str) -> bytes:
    """Give the file's bytes with the values of some top-level keys replaced; keys that are missing come last.

    Where a key is repeated, its last place is set: that one counts. Raises ArchiveError for what is no JSON object in
    UTF-8: such a file is never rewritten.
    """
    text = _decode(content, path)
    members, _ = _list_members(text, path)
    last = {member.key: member for member in members}
    for member in sorted((last[key] for key in values if key in last), key=lambda m: m.start, reverse=True):
        text = text[: member.value_start] + _write(values[member.key]) + text[member.value_end :]
    missing = {key: value for key, value in values.items() if key not in last}
    return (_append(text, missing, path) if missing else text).encode()


def write_object(values: Mapping[str, Any]) -> bytes:
    """Give a new file's bytes as the format's own tools write them: two spaces, a line end at the end."""
    return f"{json.dumps(values, indent=2, ensure_ascii=False)}\n".encode()


def _decode(content: bytes, path: str) -> str:
    if len(content) > JSON_LIMIT:
        raise ArchiveError(f"{path} is too large to be changed: at most {JSON_LIMIT:,} bytes.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _broken(path, "it is not UTF-8") from error


def _list_members(text: str, path: str) -> tuple[list[_Member], int]:
    """List the keys of the outermost object in order, and the place of its opening brace."""
    try:
        brace = _skip(text, 1 if text.startswith("\ufeff") else 0)
        _expect(text, brace, "{")
        members: list[_Member] = []
        place = _skip(text, brace + 1)
        while text[place : place + 1] != "}":
            if members:
                _expect(text, place, ",")
                place = _skip(text, place + 1)
            _expect(text, place, '"')
            key, end = _DECODER.raw_decode(text, place)
            colon = _skip(text, end)
            _expect(text, colon, ":")
            value_start = _skip(text, colon + 1)
            _, value_end = _DECODER.raw_decode(text, value_start)
            members.append(_Member(key, place, value_start, value_end))
            place = _skip(text, value_end)
        if text[_skip(text, place + 1) :]:
            raise _broken(path, "something follows its object")
    except RecursionError as error:
        raise _broken(path, "it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise _broken(path, f"{error.msg} in line {error.lineno}") from error
    return members, brace


def _append(text: str, missing: Mapping[str, Any], path: str) -> str:
    """Put keys after the last one, indented as it is; a one-line object stays one line."""
    members, brace = _list_members(text, path)
    if not members:
        close = text.index("}", brace)
        ending = "\r\n" if "\r\n" in text else "\n"
        lines = f",{ending}".join(f"  {_write(key)}: {_write(value)}" for key, value in missing.items())
        return f"{text[: brace + 1]}{ending}{lines}{ending}{text[close:]}"
    # What stands before the last key: after the comma, or after the brace where it is the only one.
    is_alone = len(members) == 1
    previous = brace if is_alone else text.index(",", members[-2].value_end)
    separator = text[previous + 1 : members[-1].start] or (" " if is_alone else "")
    colon = text[members[-1].start : members[-1].value_start].rpartition(":")[2]
    added = "".join(f",{separator}{_write(key)}:{colon}{_write(value)}" for key, value in missing.items())
    end = members[-1].value_end
    return text[:end] + added + text[end:]


def _write(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _expect(text: str, place: int, mark: str) -> None:
    if text[place : place + 1] != mark:
        raise json.JSONDecodeError(f"{mark} is missing", text, min(place, len(text)))


def _broken(path: str, reason: str) -> ArchiveError:
    return ArchiveError(f"{path} cannot be changed: {reason}. Mend the file first; nothing was written.")
