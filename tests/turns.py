"""Tests that measure run alone, even when others are spread over several processes (``pytest -n``).

Any number of tests may hold the lock together; one that measures holds it alone. Whoever wants it passes a gate first.
The one that waits to be alone keeps that shut: otherwise the others' next tests would pass it over for ever.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEASURING = ("benchmark", "load")
# Two files that are there anyway: locking them leaves nothing behind.
GATE, LOCK = Path(__file__), Path(__file__).with_name("conftest.py")


@contextmanager
def turn_of(item: pytest.Item) -> Iterator[None]:
    """Wait until the test may run; others wait meanwhile where it has to be alone."""
    if not hasattr(item.config, "workerinput"):
        yield  # one process alone
        return
    measures = any(item.get_closest_marker(marker) for marker in MEASURING)
    with GATE.open() as gate, LOCK.open() as lock:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_EX if measures else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
