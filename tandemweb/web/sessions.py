"""Who has been let in: a table in this process, so that a restart, or one click, ends every session."""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

KEPT_COUNT = 64


@dataclass(frozen=True, slots=True)
class Session:
    """``csrf_token`` stands in every form and htmx request of this session."""

    digest: str
    csrf_token: str


def cookie_name(port: int, data_folder: Path) -> str:
    """Name the cookie. Browsers share cookies between ports of one host, so each port and data folder has its own."""
    folder = hashlib.sha256(bytes(data_folder.absolute())).hexdigest()
    return f"tandemweb_{port}_{folder[:8]}"


class Sessions:
    """Sessions by the digest of their secret; the secret itself is only in the browser's cookie."""

    def __init__(self) -> None:
        self._by_digest: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open_session(self) -> str:
        """Open a session and give its secret for the cookie. The oldest is closed when there are too many."""
        secret = secrets.token_urlsafe(32)
        session = Session(_digest(secret), secrets.token_urlsafe(32))
        with self._lock:
            self._by_digest[session.digest] = session
            while len(self._by_digest) > KEPT_COUNT:
                self._by_digest.pop(next(iter(self._by_digest)))
        return secret

    def find_session(self, secret: str | None) -> Session | None:
        if not secret:
            return None
        digest = _digest(secret)
        with self._lock:
            session = self._by_digest.get(digest)
        return session if session and hmac.compare_digest(session.digest, digest) else None

    def close_all(self) -> None:
        with self._lock:
            self._by_digest.clear()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
