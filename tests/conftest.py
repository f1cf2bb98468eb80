"""Fixtures for every layer: a home of its own, real git repositories, nothing of the machine's configuration."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from agents.harness import agents_home, make_settings, play_models, real_agents
from turns import put_long_ones_first, turn_of

__all__ = ["agents_home", "make_settings", "play_models", "real_agents"]  # fixtures

REAL_HOME = str(Path.home())
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Carl Committer",
    "GIT_COMMITTER_EMAIL": "carl@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
WATCHED_EVENTS = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "sqlite3.connect"}
# Tools may keep their own caches there; the program may not.
ALLOWED_IN_HOME = (".pyenv", ".cache/ms-playwright", ".local/lib", ".venv", "venv")

_guard_active = False


def _refuse_real_home(event: str, arguments: tuple[object, ...]) -> None:
    if not _guard_active or event not in WATCHED_EVENTS or not arguments:
        return
    path = arguments[0]
    if not isinstance(path, str | bytes):
        return
    path = os.fsdecode(path)
    if not path.startswith(REAL_HOME + os.sep) or path.startswith((sys.prefix, sys.base_prefix)):
        return
    inside = os.path.relpath(path, REAL_HOME)
    checkout = str(Path(__file__).parent.parent)
    if not inside.startswith(ALLOWED_IN_HOME) and not path.startswith(checkout):
        raise AssertionError(f"a test touched the real home directory: {event} {path}")


sys.addaudithook(_refuse_real_home)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        put_long_ones_first(items)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: waiting for a turn is not counted against the time limit
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    with turn_of(item):
        return (yield)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give every test an empty HOME and data folder, and fail it when it reaches for the real one."""
    global _guard_active  # noqa: PLW0603 an audit hook cannot be removed, only switched off
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TANDEMWEB_HOME", str(home / "tandemweb"))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    _guard_active = True
    yield home
    _guard_active = False


@dataclass(frozen=True)
class GitRepository:
    """A real repository for tests; ``git`` runs plain git in it, with an identity and without user configuration."""

    path: Path

    def git(self, *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes | None = None) -> str:
        finished = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            check=True,
            capture_output=True,
            input=stdin,
            env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **IDENTITY, **(env or {})},
        )
        return finished.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, files: Mapping[str, str | bytes] | None = None, *, at: str | None = None) -> str:
        """Write ``files``, commit everything, return the commit's object id. ``at`` is an ISO 8601 time."""
        self.write(files or {})
        self.git("add", "--all")
        times = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
        self.git("commit", "--quiet", "--allow-empty", "--message", message, env=times)
        return self.git("rev-parse", "HEAD")


def init_repository(path: Path) -> GitRepository:
    """Make an empty repository on branch ``main`` at ``path``, where nothing is yet."""
    path.mkdir(parents=True)
    repository = GitRepository(path)
    repository.git("init", "--quiet", "--initial-branch=main")
    return repository


@pytest.fixture
def git_repository(tmp_path: Path) -> GitRepository:
    """Give an empty repository on branch ``main``."""
    return init_repository(tmp_path / "repository")


@pytest.fixture
def on_ci() -> bool:
    return os.environ.get("CI") == "true"
