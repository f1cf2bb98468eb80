"""One open repository: the only door through which the modules of this layer ask git."""

from collections.abc import Generator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.errors import HistoryError, InvalidRequestError
from tandemweb.history.invocation import OUTPUT_LIMIT, PATIENCE, Invocation
from tandemweb.history.repository import OBJECT_ID, RepositoryLocation, read_shallow_oids
from tandemweb.history.shadow import get_home, prepare_shadow


class Repository:
    """One per question and thread, used in a ``with`` block (see ``open_repository``).

    ``shallow_oids`` are the commits where a shallow clone ends, ``shadow`` is the git directory that is asked.
    """

    def __init__(self, location: RepositoryLocation, shadow: Path) -> None:
        self.location = location
        self.shallow_oids = frozenset(read_shallow_oids(location.common_dir))
        self.shadow = shadow
        self._invocation: Invocation | None = Invocation(shadow, get_home(shadow))

    def run(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        patience: float = PATIENCE,
        limit: int = OUTPUT_LIMIT,
    ) -> bytes:
        """Give the stdout of one git command on the shadow; see ``Invocation.run``."""
        return self._get_invocation().run(arguments, stdin=stdin, patience=patience, limit=limit)

    def stream(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        patience: float = PATIENCE,
        accepted: tuple[int, ...] = (0,),
    ) -> Generator[bytes, None, None]:
        """Yield the stdout of one git command on the shadow; see ``Invocation.stream``."""
        return self._get_invocation().stream(arguments, stdin=stdin, patience=patience, accepted=accepted)

    def close(self) -> None:
        self._invocation = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _get_invocation(self) -> Invocation:
        if self._invocation is None:
            raise HistoryError("this repository was closed")
        return self._invocation


def open_repository(location: RepositoryLocation, shadows: Path) -> Repository:
    """Open for reading through a private shadow git directory kept under the folder ``shadows`` (created when missing).

    Starts no process. Raises HistoryError: ``location.problem``, no git, no room for the shadow.
    """
    if location.problem:
        raise HistoryError(location.problem)
    try:
        return Repository(location, prepare_shadow(location, shadows))
    except OSError as error:
        raise HistoryError(f"{location.common_dir} cannot be opened: {error}") from error


def check_oid(oid: str) -> str:
    """Give back a full object id; nothing else may reach git's command line. Raises InvalidRequestError."""
    if not OBJECT_ID.fullmatch(oid):
        raise InvalidRequestError("a commit or blob is named by its full object id: 40 or 64 hexadecimal digits")
    return oid
