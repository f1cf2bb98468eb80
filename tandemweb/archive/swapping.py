"""Swapping two names of a folder in one step, where the system can: what was displaced can then still be looked at."""

import ctypes
import errno
import os
from collections.abc import Callable

_NOREPLACE = 1
_EXCHANGE = 2
# What file systems answer that know neither, and systems without the call.
_UNSUPPORTED = frozenset((errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP))

Rename = Callable[[int, bytes, int, bytes, int], int]


def _find_renameat2() -> Rename | None:
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    call.restype = ctypes.c_int
    renameat2: Rename = call
    return renameat2


_renameat2 = _find_renameat2()


def swap_names(folder: int, one: str, other: str) -> bool:
    """Let two entries of an open folder change their names; False where that is not supported. Raises OSError."""
    return _rename(folder, one, other, _EXCHANGE)


def move_to_free_name(folder: int, name: str, free: str) -> None:
    """Rename an entry, but never over another one. Raises FileExistsError, or any other OSError."""
    if _rename(folder, name, free, _NOREPLACE):
        return
    os.link(name, free, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    os.unlink(name, dir_fd=folder)


def _rename(folder: int, name: str, new: str, flags: int) -> bool:
    if _renameat2 is None:
        return False
    if _renameat2(folder, os.fsencode(name), folder, os.fsencode(new), flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), new)
