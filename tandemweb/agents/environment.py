"""The environment of an agent: the user's own, without what would lead it elsewhere, and with a mark to find it by."""

import os
from collections.abc import Mapping

MARK = "TANDEMWEB_RUN"
# GIT_ leads git to other repositories, PYTHON to our own modules; CLAUDECODE and its like say "inside a session".
DROPPED_BEGINNINGS = ("GIT_", "PYTHON", "TANDEMWEB_")
DROPPED = frozenset({"CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT"})


def build_environment(
    marker: str, own: Mapping[str, str] | None = None, *, user: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Build what an agent gets: ``user`` (else this process's environment) scrubbed, ``own`` settings on top.

    ``marker`` (see ``get_marker``) is what all its descendants are found by.
    """
    inherited = os.environ if user is None else user
    kept = {name: value for name, value in inherited.items() if not _is_dropped(name)}
    return {**kept, **(own or {}), MARK: marker}


def get_marker(run_id: str, step_folder: str = "") -> str:
    """Name a run, or one step of it: a run's marker stands at the beginning of those of its steps."""
    return f"{run_id}/{step_folder}" if step_folder else run_id


def is_marked(found: str, marker: str) -> bool:
    """Whether a marker that was found belongs to the wanted run or step."""
    return found == marker or found.startswith(f"{marker}/")


def _is_dropped(name: str) -> bool:
    return name in DROPPED or name.startswith(DROPPED_BEGINNINGS)
