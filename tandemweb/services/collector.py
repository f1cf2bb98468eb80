"""Python's garbage collector, held back while many values come and go at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Allocations before a look at what is new, and such looks before one at what is older.
USUAL = gc.get_threshold()  # 700, 10, 10
SELDOM = (50_000, 20, 100)
AT_TIMES = (20_000, 20, 50)  # a look for each few dozens of pages: what these leave behind is nearly all still needed
_outside = USUAL


@contextmanager
def undisturbed() -> Iterator[None]:
    """Look for garbage seldom inside of the block: bulk work makes values that are nearly all still needed."""
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*_outside)


def stay_undisturbed() -> None:
    """Look for garbage seldom from now on, in a process that does bulk work only."""
    _stay(SELDOM)


def settle() -> None:
    """Take what is loaded by now for what stays: looking through all of it cost a page 80 milliseconds at times."""
    _stay(AT_TIMES)


def _stay(thresholds: tuple[int, int, int]) -> None:
    global _outside  # noqa: PLW0603 - there is one collector in a process
    gc.freeze()
    _outside = thresholds
    gc.set_threshold(*thresholds)
