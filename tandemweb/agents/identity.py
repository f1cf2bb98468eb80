"""Telling a process from a later one that was given the same number."""

import os
from collections.abc import Iterable

from tandemweb.agents.environment import is_marked
from tandemweb.agents.processes import find_process, list_processes, read_boot_id, read_marker
from tandemweb.domain.run import ProcessIdentity


def identify(pid: int) -> ProcessIdentity | None:
    """Say who a process is; None when it is gone, or dead and not yet buried."""
    row = find_process(pid)
    if row is None or row.is_zombie:
        return None
    return ProcessIdentity(pid, row.started, read_boot_id(), read_marker(pid))


def identify_self() -> ProcessIdentity:
    found = identify(os.getpid())
    return found or ProcessIdentity(os.getpid(), 0.0)


def is_alive(identity: ProcessIdentity) -> bool:
    """Whether this very process still runs.

    A number and a start time can be given again within one tick of the clock, so the mark in the environment decides
    as well; a process that hides its environment is taken for the same one.
    """
    row = find_process(identity.pid)
    if row is None or row.is_zombie or row.started != identity.started:
        return False
    if identity.boot_id and identity.boot_id != read_boot_id():
        return False
    return not identity.marker or read_marker(identity.pid) in {identity.marker, ""}


def find_descendants(roots: Iterable[ProcessIdentity]) -> list[ProcessIdentity]:
    """Find all living processes below ``roots``, in whatever session or group they are. The roots are left out."""
    children: dict[int, list[int]] = {}
    for row in list_processes():
        children.setdefault(row.parent, []).append(row.pid)
    waiting = [root.pid for root in roots if is_alive(root)]
    seen = set(waiting)
    found = []
    while waiting:
        for pid in children.get(waiting.pop(), ()):
            if pid not in seen:
                seen.add(pid)
                waiting.append(pid)
                found.append(identify(pid))
    return [identity for identity in found if identity is not None]


def find_marked(marker: str) -> list[ProcessIdentity]:
    """Find the living processes that carry the mark of a run or step, but not this one or those that it hangs from."""
    spared = _find_own_line()
    pids = [row.pid for row in list_processes() if row.pid not in spared and is_marked(read_marker(row.pid), marker)]
    found = (identify(pid) for pid in pids)
    return [identity for identity in found if identity is not None]


def _find_own_line() -> set[int]:
    line = {0, 1}
    pid = os.getpid()
    while pid not in line:
        line.add(pid)
        row = find_process(pid)
        pid = row.parent if row else 0
    return line
