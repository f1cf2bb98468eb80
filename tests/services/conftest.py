"""Fixtures of the services: an index of its own, projects on disk, and a count of what is opened and started."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tandemweb.domain.mission import Project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import IndexWriter, open_index_writer


class Activity:
    """Counts files opened inside projects and git processes started while it listens."""

    def __init__(self) -> None:
        self.is_listening = False
        self.opened: list[str] = []
        self.git_count = 0

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.is_listening:
            return
        if event == "open" and isinstance(arguments[0], str | bytes):
            self._hear_opened(os.fsdecode(arguments[0]))
        elif event == "subprocess.Popen" and isinstance(arguments[1], list | tuple):
            self.git_count += any(str(part).endswith("/git") for part in arguments[1])

    def _hear_opened(self, path: str) -> None:
        # Files of archives are opened component by component: their names come without a folder.
        if not path.startswith("/") or ("/repository/" in path and "/.git" not in path):
            self.opened.append(path)

    @contextmanager
    def listening(self) -> Iterator["Activity"]:
        self.opened.clear()
        self.git_count = 0
        self.is_listening = True
        try:
            yield self
        finally:
            self.is_listening = False


_activity = Activity()
sys.addaudithook(_activity.hear)


@pytest.fixture
def activity() -> Activity:
    return _activity


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def writer(data_folder: Path) -> Iterator[IndexWriter]:
    with open_index_writer(data_folder) as opened:
        yield opened


@pytest.fixture
def project(git_repository, data_folder: Path) -> Project:
    """Give the empty repository of ``git_repository``, registered."""
    return register_project(data_folder, git_repository.path)
