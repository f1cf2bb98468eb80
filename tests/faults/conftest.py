"""A machine with a project, on which the program is killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import init_repository

from faults.running import Machine, open_machine
from tandemweb.services.registering import register_project


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Give a machine with a project in git that is registered."""
    folder = tmp_path / "machine"
    repository = init_repository(folder / "project")
    repository.commit("First", {"app.py": "print('hello')\n", ".gitignore": "*.log\n"})
    register_project(folder / "data", repository.path)
    with open_machine(folder) as machine:
        yield machine
