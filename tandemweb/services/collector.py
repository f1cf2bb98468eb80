"""Python's garbage collector, held back while many values come and go at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Allocations before a look at what is new, and such looks before one at what is older.
USUAL = gc.get_threshold()  # 700, 10, 10
SELDOM = (50_000, 20, 100)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Look for garbage seldom inside of the block: bulk work makes values that are nearly all still needed."""
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)
