"""State.json to values. Words stay as written; what is wrong is said with its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tandemweb.domain.mission import MissionState
from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class StateReading:
    """``lines`` gives the 1-based line of each top-level key. ``is_readable`` is False where no value could be had."""

    path: str
    state: MissionState
    is_readable: bool
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_state(project_path: str, path: str) -> StateReading:
    """Read State.json; a missing, unreadable or broken one gives an empty state with problems."""
    raise NotImplementedError


def extract_state(text: str, path: str) -> StateReading:
    """The same for a text from elsewhere (a git blob)."""
    raise NotImplementedError
