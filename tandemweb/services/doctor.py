"""What tandemweb finds on this machine, and what to do where something is missing."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Health(StrEnum):
    FINE = "fine"
    NOTE = "note"  # something optional is missing
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what was found, and what to do about it ("" when nothing)."""

    subject: str
    health: Health
    finding: str
    advice: str = ""


def examine(data_folder: Path) -> tuple[Diagnosis, ...]:
    """Look at git, the agents' command lines, the databases and the registered projects; changes nothing."""
    raise NotImplementedError
