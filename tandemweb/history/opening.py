"""One open repository: the only door through which the modules of this layer ask git."""

from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.history.repository import RepositoryLocation


class Repository:
    """One per question and thread, used in a ``with`` block (see ``open_repository``)."""

    location: RepositoryLocation

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        raise NotImplementedError


def open_repository(location: RepositoryLocation, shadows: Path) -> Repository:
    """Open for reading through a private shadow git directory kept under the folder ``shadows`` (created when missing).

    Starts no process. Raises HistoryError with ``location.problem``.
    """
    raise NotImplementedError
