"""One line of an agent's stream as a JSON object; what is none is no reason to stop."""

import json
from typing import Any

SHORT = 200


def parse_object(line: bytes) -> dict[str, Any] | None:
    """Parse a line; None when it is not a JSON object. Broken text is read with replacement characters."""
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def take_text(source: object, key: str) -> str:
    """Take a text, "" where there is none."""
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, str) else ""


def take_object(source: object, key: str) -> dict[str, Any]:
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, dict) else {}


def take_list(source: object, key: str) -> list[Any]:
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, list) else []


def take_count(source: object, key: str) -> int:
    """Take a whole number from 0, 0 where there is none."""
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def take_number(source: object, key: str) -> float | None:
    value = source.get(key) if isinstance(source, dict) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def shorten(text: str, limit: int = SHORT) -> str:
    """Give the text on one line, cut where it is longer than ``limit``."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def write_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
