"""Python's garbage collector, held back while many values come and go at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

USUAL = gc.get_threshold()
SELDOM = (50_000, 20, 100)  # allocations before a look at the young, looks before one at the older; 700, 10, 10 is usual


@contextmanager
def undisturbed() -> Iterator[None]:
    """Look for garbage seldom inside of the block: bulk work makes values that are nearly all still needed."""
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)
