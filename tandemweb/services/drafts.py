"""What a person typed into a form, kept while they look at something else first, such as what steers agents.

A draft is a file of its own, readable by its user only. It is shown again at the place where it was typed, and never
done: to start anything a button has to be pressed there.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tandemweb.agents.run_files import make_folder, read_json_file, write_file

KEPT = 20  # drafts; an older one is dropped for a new one
Fields = Sequence[tuple[str, str]]
_KEY = re.compile(r"[0-9a-f]{64}")


def save_draft(data_folder: Path, place: str, fields: Fields) -> str:
    """Keep the fields of the form at ``place`` (the path of its page), and give the key that finds them there.

    Raises AgentError where they cannot be written.
    """
    content = json.dumps([place, list(fields)]).encode()
    key = hashlib.sha256(content).hexdigest()
    folder = make_folder(_get_folder(data_folder))
    write_file(folder / f"{key}.json", content)
    for path in _list_oldest(folder):
        path.unlink(missing_ok=True)
    return key


def find_draft(data_folder: Path, place: str, key: str) -> Fields | None:
    """Find what was typed at ``place``; None where it is not kept, or was typed elsewhere."""
    kept: Any = read_json_file(_get_folder(data_folder) / f"{key}.json") if _KEY.fullmatch(key) else None
    try:
        typed_at, fields = kept
        found = [(str(name), str(text)) for name, text in fields]
    except (TypeError, ValueError):  # none, or a damaged one
        return None
    return found if typed_at == place else None


def _get_folder(data_folder: Path) -> Path:
    return data_folder / "drafts"


def _list_oldest(folder: Path) -> list[Path]:
    ages: list[tuple[int, Path]] = []
    for path in folder.glob("*.json"):
        with suppress(FileNotFoundError):  # another thread dropped it
            ages.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(ages, reverse=True)[KEPT:]]
