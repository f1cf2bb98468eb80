"""Config.json of an archive root to values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tandemweb.domain.mission import Naming
from tandemweb.domain.problem import Problem


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
    raise NotImplementedError
