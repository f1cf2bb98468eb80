"""The seal on a database that was closed in order: while nobody touches the file, it need not be read through.

A whole check takes longer than everything else at a start. It is left out only when the file is, to the nanosecond,
the one that its writer closed, with nothing left in its log, and nobody met damage in it meanwhile.
"""

from contextlib import suppress
from pathlib import Path

SEAL, DOUBT, LOG = ".sealed", ".doubted", "-wal"


def set_seal(path: Path) -> None:
    """Seal a database whose last connection was closed; does nothing while its log holds anything."""
    with suppress(OSError):  # without a seal it is checked at the next start, that is all
        if not _has_log(path):
            _beside(path, SEAL).write_text(_describe(path), "ascii")


def is_sealed(path: Path) -> bool:
    """Whether the file is as it was when it was sealed, and never doubted since."""
    try:
        sealed = _beside(path, SEAL).read_text("ascii")
        return sealed == _describe(path) and not _has_log(path) and not _beside(path, DOUBT).exists()
    except (OSError, ValueError):
        return False


def break_seal(path: Path) -> None:
    """Take the seal off before the file is written; whatever happens then, the next start checks it."""
    _beside(path, SEAL).unlink(missing_ok=True)


def doubt(path: Path, reason: str) -> None:
    """Note that a query met damage: no seal counts until the file was checked or replaced."""
    with suppress(OSError):
        _beside(path, DOUBT).write_text(reason, "utf-8", "replace")


def find_doubt(path: Path) -> str | None:
    """Give the damage that a query met, in this process or another, since the file was checked or replaced."""
    try:
        return _beside(path, DOUBT).read_text("utf-8", "replace") or "a query met damage"
    except OSError:
        return None


def settle_doubt(path: Path) -> None:
    """Note that the file was checked, or that another stands in its place."""
    _beside(path, DOUBT).unlink(missing_ok=True)


def _has_log(path: Path) -> bool:
    log = _beside(path, LOG)
    return log.exists() and log.stat().st_size > 0


def _describe(path: Path) -> str:
    status = path.stat()
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _beside(path: Path, ending: str) -> Path:
    return Path(f"{path}{ending}")
