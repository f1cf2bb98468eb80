"""The fixed parts of exported scripts: shell functions by name, each with the parts that it needs."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

FOLDER = "script"
FILES = ("json.sh", "documents.sh", "agents.sh", "gates.sh", "mission.sh", "changes.sh", "course.sh", "hand_over.sh")
_HEAD = re.compile(r"^#: (.+)$", re.MULTILINE)


def render_parts(names: Iterable[str]) -> str:
    """Give the named parts and all that they need, each once, in the order of the files."""
    parts = read_parts()
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += parts[name][0]
    return "\n\n".join(text for name, (_, text) in parts.items() if name in wanted)


@cache
def read_parts() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Read all parts: by name what each needs, and its text."""
    folder = resources.files("tandemweb") / FOLDER
    parts: dict[str, tuple[tuple[str, ...], str]] = {}
    for file in FILES:
        pieces = _HEAD.split((folder / file).read_text(encoding="utf-8"))
        for head, text in zip(pieces[1::2], pieces[2::2], strict=True):
            name, *needed = head.split()
            parts[name] = (tuple(needed), text.strip("\n"))
    return parts
