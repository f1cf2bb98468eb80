from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from tandemweb.services.changes import Broker
from tandemweb.services.run_board import RunBoard
from tandemweb.services.shown_files import ShownFiles


def print_line(line: str) -> None:
    print(line, flush=True)  # noqa: T201 a code for the person at the terminal belongs in no log


def touch_nothing(_project: str, _paths: Iterable[str]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a running server is given.

    ``port`` is the one it really listens on; ``announce`` shows a line to the person who started the server; ``runs``
    is what every page says about runs. ``touch`` has files of a project (slug, paths) looked at now, False where
    nothing does; ``shown`` remembers the files that forms were built from.
    """

    port: int
    data_folder: Path
    broker: Broker
    threads: int = 16
    announce: Callable[[str], None] = print_line
    runs: RunBoard = field(default_factory=RunBoard)
    touch: Callable[[str, Iterable[str]], bool] = touch_nothing
    shown: ShownFiles = field(default_factory=ShownFiles)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def install_configuration(app: Flask, configuration: Configuration) -> None:
    app.extensions["configuration"] = configuration


def get_configuration() -> Configuration:
    """Give the configuration of the server that answers the present request."""
    return cast("Configuration", current_app.extensions["configuration"])
