"""Ending an agent with everything that it started.

Agents give their tools sessions of their own, which no signal to the agent's group reaches, and killing the agent
alone leaves them at work in the project. So descendants are written down first, the agent is asked to end (it ends
its tools itself), and whoever of them is left is killed.
"""

import os
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tandemweb.agents.identity import find_descendants, find_marked, is_alive
from tandemweb.domain.run import ProcessIdentity

PAUSE = 0.02
SWEEPS = 20  # a process that forks while it is being looked for is found on the next one
EMPTY_LOOKS = 2  # while a process takes on another program, it has no mark to be seen


@dataclass(frozen=True, slots=True)
class Grace:
    """Seconds to wait after each signal."""

    interrupt: float = 5.0
    terminate: float = 2.0
    kill: float = 2.0


@dataclass(frozen=True, slots=True)
class Stop:
    """How it went: ``signal`` is the last one that was needed, ``left`` who lives on all the same."""

    signal: str
    seconds: float
    killed_count: int
    left: tuple[ProcessIdentity, ...]


def stop_processes(roots: Sequence[ProcessIdentity], marker: str = "", grace: Grace | None = None) -> Stop:
    """End the ``roots`` (leaders of their groups), all below them, and all that carry ``marker``.

    Returns as soon as nobody is left; write down that a stop was asked for before, since no exit status tells it.
    """
    begun_at = time.monotonic()
    waits = grace or Grace()
    known = {identity.pid: identity for identity in [*roots, *find_descendants(roots)]}
    last = signal.SIGINT
    for number, seconds in (
        (signal.SIGINT, waits.interrupt),
        (signal.SIGTERM, waits.terminate),
        (signal.SIGKILL, waits.kill),
    ):
        living = [root for root in roots if is_alive(root)]
        if not living:
            break
        last = number
        known.update((identity.pid, identity) for identity in find_descendants(living))
        for root in living:
            _signal_group(root, number)
        _wait_for_end(living, seconds)
    killed_count = _kill_rest(known.values(), marker)
    left = tuple(identity for identity in _find_rest(known.values(), marker) if is_alive(identity))
    return Stop(last.name, time.monotonic() - begun_at, killed_count, left)


def stop_marked(marker: str) -> int:
    """End all that carry ``marker``, whatever became of those who started them; says how many there were."""
    marked = find_marked(marker)
    if marked:
        stop_processes(marked, marker)
    return len(marked)


def _kill_rest(known: Iterable[ProcessIdentity], marker: str) -> int:
    killed: set[tuple[int, float]] = set()
    empty_count = 0
    for _ in range(SWEEPS):
        rest = _find_rest(known, marker)
        empty_count = 0 if rest else empty_count + 1
        if empty_count == EMPTY_LOOKS:
            break
        for identity in rest:
            killed.add((identity.pid, identity.started))
            _kill(identity)
        _wait_for_end(rest, 0.5)
        time.sleep(PAUSE)
    return len(killed)


def _kill(identity: ProcessIdentity) -> None:
    """Kill this very process: a handle is taken first, so that its number cannot be given away in between."""
    with suppress(ProcessLookupError, PermissionError):
        if not hasattr(os, "pidfd_open"):
            os.kill(identity.pid, signal.SIGKILL)
            return
        handle = os.pidfd_open(identity.pid)
        try:
            if is_alive(identity):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)


def _find_rest(known: Iterable[ProcessIdentity], marker: str) -> list[ProcessIdentity]:
    rest = [identity for identity in known if is_alive(identity)]
    below = find_descendants(rest)
    marked = find_marked(marker) if marker else []
    return list({identity.pid: identity for identity in [*rest, *below, *marked]}.values())


def _signal_group(leader: ProcessIdentity, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if os.getpgid(leader.pid) == leader.pid:
            os.killpg(leader.pid, number)
        else:
            os.kill(leader.pid, number)


def _wait_for_end(processes: Sequence[ProcessIdentity], seconds: float) -> None:
    end = time.monotonic() + seconds
    while any(is_alive(process) for process in processes) and time.monotonic() < end:
        time.sleep(PAUSE)
