from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tandemweb.services.changes import Broker


def no_notices() -> tuple[str, ...]:
    return ()


def print_line(line: str) -> None:
    print(line, flush=True)  # noqa: T201 a code for the person at the terminal belongs in no log


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a running server is given.

    ``port`` is the one it really listens on; ``notices`` gives sentences that every page shows on top, such as that
    the index was rebuilt; ``announce`` shows a line to the person who started the server.
    """

    port: int
    data_folder: Path
    broker: Broker
    threads: int = 16
    notices: Callable[[], tuple[str, ...]] = no_notices
    announce: Callable[[str], None] = print_line

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"
