"""Drivers and agents work in the background: pages, and whatever else a person has open, go first."""

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 5


def work_in_background() -> None:
    """Let this process, and all that it starts, give way to others; to be called before it has threads."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    put_in_background("self")


def put_in_background(pid: int | str) -> None:
    """Let the session of a process that leads one give way.

    Linux may share the processor out among sessions first (``sched_autogroup``), and a new one is like any other
    again, whatever its processes inherit. Elsewhere there is nothing to do.
    """
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))
