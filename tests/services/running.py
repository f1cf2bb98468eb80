"""Runs for tests: a trusted project, workflows of commands, and waiting for what a driver does."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tandemweb.agents.run_files import read_json_file
from tandemweb.agents.run_folder import RunFolder, get_run_folder
from tandemweb.agents.run_reading import find_identity, read_run
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run, RunStatus
from tandemweb.services.registering import register_project
from tandemweb.services.stages import StageOrder, start_stage
from tests.conftest import GitRepository
from tests.trusting import trust

PATIENCE_SECONDS = 60
Value = TypeVar("Value")


def wait_for(find: Callable[[], Value | None], what: str = "") -> Value:
    """Ask again and again until there is something; fails after a minute."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what or find}")


@dataclass
class Bench:
    """A trusted project with its data folder; every press of ``start`` is another one."""

    data_folder: Path
    project: Project
    press_count: int = 0

    @property
    def path(self) -> Path:
        return Path(self.project.path)

    def save_workflow(self, name: str, text: str) -> None:
        folder = self.data_folder / "workflows"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")

    def trust(self) -> None:
        trust(self.data_folder, self.project)

    def start(self, workflow: str, stage: str, **wishes: object) -> Run:
        self.press_count += 1
        order = StageOrder(f"press {self.press_count}", workflow, stage, **wishes)  # type: ignore[arg-type]
        return start_stage(self.data_folder, self.project, order)

    def folder(self, run: Run) -> RunFolder:
        return get_run_folder(self.data_folder, run.id)

    def read(self, run: Run) -> Run:
        return read_run(self.folder(run))

    def wait_for_end(self, run: Run) -> Run:
        def find() -> Run | None:
            found = self.read(run)
            return found if found.status.is_end else None

        try:
            return wait_for(find)
        except AssertionError:
            folder = self.folder(run)
            raise AssertionError(f"{self.read(run)}\n{folder.driver_complaints.read_text()}") from None

    def wait_for_status(self, run: Run, status: RunStatus) -> Run:
        def find() -> Run | None:
            found = self.read(run)
            assert not found.status.is_end or found.status is status, found
            return found if found.status is status else None

        return wait_for(find, status)

    def driver_pid(self, run: Run) -> int:
        identity = find_identity(read_json_file(self.folder(run).driver))
        assert identity
        return identity.pid


@pytest.fixture
def bench(git_repository: GitRepository) -> Bench:
    """Give a project with one commit in which agents may start."""
    git_repository.commit("First", {"app.py": "print('hello')\n", ".gitignore": "*.log\n"})
    return make_bench(git_repository.path)


def make_bench(path: Path) -> Bench:
    """Register the project at ``path`` and let agents start in it."""
    data_folder = Path(os.environ["TANDEMWEB_HOME"])
    bench = Bench(data_folder, register_project(data_folder, path))
    bench.trust()
    return bench
