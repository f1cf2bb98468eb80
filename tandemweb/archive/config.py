"""Config.json of an archive root to values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandemweb.archive.fields import Fields
from tandemweb.archive.json_objects import JsonObject, extract_json_object, read_json_object
from tandemweb.domain.mission import Naming
from tandemweb.domain.problem import Problem

NAMINGS = frozenset(naming.value for naming in Naming)
MARKER_KEYS = ("nextMissionNumber", "currentMission")  # what no other tool's config.json has


@dataclass(frozen=True, slots=True)
class ConfigReading:
    """``values`` is the whole object, unknown keys included; ``lines`` the 1-based line of each top-level key."""

    path: str
    is_readable: bool
    naming: Naming | None = None
    project_name: str | None = None
    current_mission: str | None = None
    next_mission_number: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_config(project_path: str, path: str) -> ConfigReading:
    """Read Config.json; a missing, unreadable or broken one gives empty values with problems."""
    return _interpret(read_json_object(project_path, path))


def extract_config(text: str, path: str) -> ConfigReading:
    """Read the text of a Config.json from elsewhere (a git blob) in the same way."""
    return _interpret(extract_json_object(text, path))


def _interpret(source: JsonObject) -> ConfigReading:
    fields = Fields(source)
    naming = fields.take_word("namingConvention", NAMINGS)
    return ConfigReading(
        path=source.path,
        is_readable=source.is_readable,
        naming=Naming(naming) if naming in NAMINGS else None,
        project_name=fields.take_word("projectName"),
        current_mission=fields.take_word("currentMission"),
        next_mission_number=fields.take_number("nextMissionNumber"),
        values=source.values,
        lines=source.lines,
        problems=source.problems + tuple(fields.problems),
    )
