"""Keeping a server that runs for days small."""

import contextlib
import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's mallopt


def share_one_heap() -> None:
    """Let threads take memory from one heap; to be called before they begin.

    Each would get its own otherwise, which keeps what its largest page took. Only one thread at a time runs Python, so
    they need not wait for each other. Does nothing where the C library is another one.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
