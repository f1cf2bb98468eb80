"""One line of an agent's stream as a JSON object; what is none is no reason to stop."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

SHORT = 200
DEEPEST = 200  # levels of one value in another; what is deeper could not be written again
LARGEST = 2**63 - 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def parse_object(line: bytes) -> dict[str, Any] | None:
    """Parse a line; None when it is not a JSON object, or too deep a one.

    Broken text is read with replacement characters.
    """
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    is_usable = isinstance(value, dict) and (line.count(b"[") + line.count(b"{") <= DEEPEST or not _is_deep(value))
    return value if is_usable else None


def take_text(source: object, key: str) -> str:
    """Take a text, "" where there is none."""
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, str) else ""


def take_session(source: object, key: str) -> str:
    """Take the name of a conversation; "" for what is none: it stands in the command that continues it."""
    name = take_text(source, key)
    return name if is_session(name) else ""


def is_session(name: str) -> bool:
    """Whether a conversation may be called so: no option, path or blank is one."""
    return _NAME.fullmatch(name) is not None


def take_object(source: object, key: str) -> dict[str, Any]:
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, dict) else {}


def take_list(source: object, key: str) -> list[Any]:
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, list) else []


def take_count(source: object, key: str) -> int:
    """Take a whole number from 0 to what 64 bits hold, 0 where there is none."""
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST else 0


def take_number(source: object, key: str) -> float | None:
    """Take a finite number, None where there is none."""
    value = source.get(key) if isinstance(source, dict) else None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return float(value)
    return value if isinstance(value, float) and math.isfinite(value) else None


def shorten(text: str, limit: int = SHORT) -> str:
    """Give the text on one line, cut where it is longer than ``limit``."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def write_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _list_inner(one)]
        if not level:
            return False
    return True


def _list_inner(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
