"""Letting the person in who started the server, without a secret in an address, an argument list or a log.

A file that only this user can read holds a form with a one-time code; opening it in the browser sends the form. Where
the browser cannot read the file (another machine, a sandboxed browser) the person types a printed code instead.
"""

import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

FILE_SECONDS = 60.0
# A printed code must first be carried to a browser by a person, perhaps through a tunnel that is still to be opened.
PRINTED_SECONDS = 600.0
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Opening tandemweb</title><meta name="referrer" content="no-referrer">
</head><body><form method="post" action="{action}"><input type="hidden" name="code" value="{code}">
<button>Open tandemweb</button></form><script>document.forms[0].submit()</script></body></html>
"""


@dataclass(frozen=True, slots=True)
class _Issued:
    ends_at: float
    on_use: Callable[[], object]


class OneTimeCodes:
    """Codes that open one session each. ``clock`` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._issued: dict[str, _Issued] = {}
        self._lock = threading.Lock()

    def issue_code(self, seconds: float, on_use: Callable[[], object] = bool) -> str:
        """Give a new code of 128 bits in groups of letters and digits, good for one use within ``seconds``.

        ``on_use`` is called when it is spent.
        """
        code = secrets.token_hex(16)
        with self._lock:
            self._forget_expired()
            self._issued[_digest(code)] = _Issued(self._clock() + seconds, on_use)
        return "-".join(code[start : start + 8] for start in range(0, 32, 8))

    def redeem_code(self, code: str) -> bool:
        """Tell whether the code is good, and spend it."""
        with self._lock:
            self._forget_expired()
            issued = self._issued.pop(_digest(code), None)
        if issued is not None:
            issued.on_use()
        return issued is not None

    def _forget_expired(self) -> None:
        now = self._clock()
        self._issued = {digest: issued for digest, issued in self._issued.items() if issued.ends_at > now}


def _digest(code: str) -> str:
    # Looking up a digest takes no time that depends on how much of a guessed code is right.
    plain = code.strip().lower().replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def describe_code(code: str) -> str:
    return f"One-time code, good for {PRINTED_SECONDS / 60:.0f} minutes: {code}"


def prepare_bootstrap_path(data_folder: Path) -> Path:
    """Give a path for the page that logs in, in a folder of this user only; earlier ones that nobody opened go."""
    folder = data_folder / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for left in folder.glob("open-*.html"):
        if time.time() - left.lstat().st_mtime > FILE_SECONDS:
            left.unlink(missing_ok=True)
    return folder / f"open-{os.getpid()}-{secrets.token_hex(4)}.html"


def write_bootstrap_file(path: Path, address: str, code: str) -> None:
    """Write the page that logs in by itself, readable by this user only. ``address`` ends with a slash."""
    page = _PAGE.format(action=escape(f"{address}login"), code=escape(code))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page)
