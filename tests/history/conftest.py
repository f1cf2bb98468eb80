"""An opener for real repositories, and a git on PATH that writes down how it was started."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tandemweb.domain.commit import Commit, RepositoryStatus
from tandemweb.history.log import read_commits
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status


@pytest.fixture
def shadows(tmp_path: Path) -> Path:
    return tmp_path / "shadows"


@pytest.fixture
def open_at(shadows: Path) -> Iterator[Callable[[Path], Repository]]:
    """Open the repository at a path until the end of the test."""
    with ExitStack() as stack:

        def open_path(path: Path) -> Repository:
            location = find_repository(path)
            assert location is not None
            return stack.enter_context(open_repository(location, shadows))

        yield open_path


@pytest.fixture
def status_of(shadows: Path) -> Callable[[Path], RepositoryStatus]:
    return lambda path: read_status(find_repository(path), shadows)


@pytest.fixture
def commits_of(open_at, status_of) -> Callable[[Path], list[Commit]]:
    """Every commit of a repository, newest first."""
    return lambda path: list(read_commits(open_at(path), tips=status_of(path).tips))


@dataclass(frozen=True)
class GitCalls:
    """What a git on PATH was started with, and with which environment."""

    log: Path

    @property
    def commands(self) -> list[str]:
        """The subcommands, in order."""
        if not self.log.exists():
            return []
        return [line.removeprefix("COMMAND ") for line in self.log.read_text().split("\n") if line[:8] == "COMMAND "]

    @property
    def environment(self) -> dict[str, str]:
        """The last one's environment."""
        last = self.log.read_text().split("COMMAND ")[-1]
        return dict(line.partition("=")[::2] for line in last.split("\n")[1:] if "=" in line)

    def forget(self) -> None:
        self.log.unlink(missing_ok=True)


@pytest.fixture
def git_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitCalls:
    """Put a git in front on PATH that notes its subcommand and environment, then runs the real one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "git-calls"
    script = folder / "git"
    script.write_text(
        "#!/bin/sh\n"
        '(for word in "$@"; do case $word in --git-dir=*) seen=1;; --work-tree=*) ;; *) '
        f'[ -n "$seen" ] && {{ echo "COMMAND $word"; break; }};; esac; done; env) >> "{log}"\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return GitCalls(log)
