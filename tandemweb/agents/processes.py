"""What the machine says about its processes: from /proc where there is one, else from psutil."""

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tandemweb.agents.environment import MARK

PROC = Path("/proc")
HAS_PROC = (PROC / "self" / "stat").exists()
LONGEST_ENVIRONMENT = 4 * 1024 * 1024
# Of the fields behind the name, which is in brackets and may hold anything.
STATE, PARENT, STARTED = 0, 1, 19
DEAD_STATES = (b"Z", b"X", b"x")


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """``started`` is in clock ticks since boot on Linux, elsewhere in seconds. A zombie is dead, but not yet buried."""

    pid: int
    parent: int
    started: float
    is_zombie: bool


def find_process(pid: int) -> ProcessRow | None:
    return _read_stat(pid) if HAS_PROC else _ask_psutil(pid)


def list_processes() -> Iterator[ProcessRow]:
    for pid in psutil.pids():
        row = find_process(pid)
        if row is not None:
            yield row


def read_marker(pid: int) -> str:
    """Read the mark in a process's environment; "" where it has none or does not let us look."""
    try:
        if not HAS_PROC:
            return psutil.Process(pid).environ().get(MARK, "")
        with (PROC / str(pid) / "environ").open("rb") as opened:
            variables = opened.read(LONGEST_ENVIRONMENT).split(b"\0")
    except (OSError, psutil.Error):
        return ""
    beginning = f"{MARK}=".encode()
    found = (variable for variable in variables if variable.startswith(beginning))
    return os.fsdecode(next(found, beginning)[len(beginning) :])


@functools.cache
def read_boot_id() -> str:
    """Name the present boot of this machine; "" where that is not known."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "" if HAS_PROC else str(int(psutil.boot_time()))


def _read_stat(pid: int) -> ProcessRow | None:
    try:
        line = (PROC / str(pid) / "stat").read_bytes()
        fields = line[line.rindex(b")") + 2 :].split()
        return ProcessRow(pid, int(fields[PARENT]), float(fields[STARTED]), fields[STATE] in DEAD_STATES)
    except (OSError, ValueError, IndexError):
        return None


def _ask_psutil(pid: int) -> ProcessRow | None:
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            is_zombie = process.status() == psutil.STATUS_ZOMBIE
            return ProcessRow(pid, process.ppid(), process.create_time(), is_zombie)
    except psutil.Error:
        return None
