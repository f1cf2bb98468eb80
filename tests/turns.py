"""Tests that measure run alone, even when others are spread over several processes (``pytest -n``).

Any number of tests may hold the lock together; one that measures holds it alone. Whoever wants it passes a gate first.
The one that waits to be alone keeps that shut: otherwise the others' next tests would pass it over for ever.

Over several processes the measuring files come first, so that they wait for short tests of the others, not for long
ones; then those that take long, so that at the end there are short ones to share.
"""

import fcntl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEASURING = ("benchmark", "load")
LONG = ("agents", "browser")
LONG_FOLDER = "faults"
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


def put_long_ones_first(items: list[pytest.Item]) -> None:
    """Sort the files of tests; the order within a file stays."""
    ranks: dict[Path, int] = defaultdict(lambda: 2)
    for item in items:
        ranks[item.path] = min(ranks[item.path], _rank(item))
    items.sort(key=lambda item: ranks[item.path])


def _rank(item: pytest.Item) -> int:
    if any(item.get_closest_marker(marker) for marker in MEASURING):
        return 0
    is_long = item.path.parent.name == LONG_FOLDER or any(item.get_closest_marker(marker) for marker in LONG)
    return 1 if is_long else 2
