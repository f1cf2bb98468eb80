"""Columns to values and back: times, tuples as JSON, stamps, names that are not UTF-8."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tandemweb.domain.mission import FileStamp

ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
WRAP = 2**64  # some file systems number inodes beyond SQLite's signed integers


def write_time(time: datetime | None) -> str | None:
    """Write ISO 8601 in UTC, so that text order is time order."""
    if time is None:
        return None
    return (time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)).isoformat()


def read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def write_json(value: Mapping[str, Any] | Iterable[Any]) -> str:
    """Write JSON that SQLite accepts: numbers that are none (1e999 in a config) become their names."""
    plain = dict(value) if isinstance(value, Mapping) else list(value)
    if not plain:
        return str(plain)
    try:
        return ENCODE(plain)
    except ValueError:
        return json.dumps(json.loads(json.dumps(plain), parse_constant=str), ensure_ascii=False)


def read_json(text: str) -> Any:
    return json.loads(text)


def read_strings(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def write_stamp(stamp: FileStamp) -> tuple[int, int, int]:
    """Give size, mtime_ns and inode as SQLite can hold them."""
    return stamp.size, stamp.mtime_ns, stamp.inode - WRAP if stamp.inode >= WRAP // 2 else stamp.inode


def read_stamp(size: int, mtime_ns: int, inode: int) -> FileStamp:
    return FileStamp(size, mtime_ns, inode % WRAP)


def write_path_bytes(path: str) -> bytes | None:
    """Give the name on disk where ``path`` cannot be stored as it is, else None."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return None


def folder_range(folder: str) -> tuple[str, str]:
    """Give bounds (first included, second not) of all paths inside ``folder``, for an index on paths."""
    return f"{folder}/", f"{folder}0"  # "0" follows "/"


def contains_pattern(text: str) -> str:
    r"""Give a LIKE pattern with ``\`` as its escape for text anywhere in a column."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
