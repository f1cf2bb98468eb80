"""The real claude and codex, and services that play a script for them: fixtures for tests with the mark ``agents``.

``real_agents`` has both programs in the versions that the contracts were measured with, ``play_models`` starts
``scripted_models.py`` with a scenario, ``make_settings`` makes settings that lead the agents there and nowhere else.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tandemweb.domain.settings import AgentSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind

PACKAGE = Path(__file__).parent / "cli"  # what npm installs, with the hashes of every file
VERSIONS = json.loads((PACKAGE / "package.json").read_text())["dependencies"]
VARIABLE = "TANDEMWEB_TEST_AGENTS"  # names a folder with claude and codex in it
CHECKOUT = Path(__file__).parent.parent.parent
# Not below /tmp, where codex complains of its CODEX_HOME and its sandbox lets everybody write.
PLACE = CHECKOUT / ".test-agents"
SCRIPTED_MODELS = Path(__file__).parent / "scripted_models.py"
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class RealAgents:
    claude: Path
    codex: Path


@dataclass(frozen=True)
class PlayedModels:
    """Services that play a scenario at ``port`` and keep every request in ``record``."""

    port: int
    record: Path

    def list_requests(self) -> list[str]:
        """Give the bodies of all requests that models were asked, as text, in order."""
        return [path.read_text() for path in sorted(self.record.glob("*.json"))]

    def read_state(self) -> dict[str, Any]:
        """Read what was served so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/__state") as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def real_agents() -> RealAgents:
    """Find the pinned agents, or install them with npm. Impossible: a failure on CI, elsewhere a skip."""
    try:
        return _find_agents()
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"claude and codex cannot be had: {error}")


@pytest.fixture
def play_models(tmp_path: Path) -> Iterator[Callable[[Mapping[str, Any]], PlayedModels]]:
    """Start services for a scenario (see ``scripted_models.py``); they end with the test."""
    with ExitStack() as stack:

        def play(scenario: Mapping[str, Any]) -> PlayedModels:
            return stack.enter_context(playing_models(scenario, tmp_path))

        yield play


@pytest.fixture
def agents_home() -> Iterator[Path]:
    """Give a folder for the agents' own files and for projects in which they work, outside /tmp."""
    with agents_folder() as folder:
        yield folder


@pytest.fixture
def make_settings(real_agents: RealAgents, agents_home: Path) -> Callable[[PlayedModels], Settings]:
    """Make settings with which the real agents ask the played services, with few retries."""
    return lambda models: build_settings(real_agents, models.port, agents_home)


@contextmanager
def playing_models(scenario: Mapping[str, Any], folder: Path) -> Iterator[PlayedModels]:
    number = len(list(folder.glob("scenario-*.json")))
    script, port_file = folder / f"scenario-{number}.json", folder / f"port-{number}"
    record = folder / f"requests-{number}"
    script.write_text(json.dumps(scenario))
    command = [sys.executable, str(SCRIPTED_MODELS), str(script), "--port-file", str(port_file), "--lifetime", "600"]
    command += ["--record", str(record)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]}) as process:
        try:
            yield PlayedModels(int(_wait_for_text(port_file, process)), record)
        finally:
            process.terminate()


@contextmanager
def agents_folder() -> Iterator[Path]:
    PLACE.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=PLACE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def build_settings(agents: RealAgents, port: int, home: Path, *, retries: int = 1) -> Settings:
    (home / "codex").mkdir(exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    everywhere = {"HOME": str(home), "NO_PROXY": "127.0.0.1"}
    claude = {
        "CLAUDE_CONFIG_DIR": str(home / "claude"),
        "ANTHROPIC_BASE_URL": address,
        "ANTHROPIC_API_KEY": "scripted",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_MAX_RETRIES": str(retries),
        "DISABLE_AUTOUPDATER": "1",
    }
    provider = {
        "name": "scripted",
        "base_url": f"{address}/v1",
        "wire_api": "responses",
        "env_key": "SCRIPTED_KEY",
        "request_max_retries": retries,
        "stream_max_retries": retries,
        "stream_idle_timeout_ms": 3000,
    }
    options = {"model_provider": "scripted"}
    options |= {f"model_providers.scripted.{key}": value for key, value in provider.items()}
    arguments = tuple(part for key, value in options.items() for part in ("-c", f"{key}={json.dumps(value)}"))
    codex = {"CODEX_HOME": str(home / "codex"), "SCRIPTED_KEY": "scripted"}
    return Settings(
        {
            AgentKind.CLAUDE: AgentSettings(str(agents.claude), (), {**everywhere, **claude}),
            AgentKind.CODEX: AgentSettings(str(agents.codex), arguments, {**everywhere, **codex}),
        },
        RunSettings(parallel_limit=2),
    )


def _find_agents() -> RealAgents:
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else _install()
    agents = RealAgents(folder / "claude", folder / "codex")
    for program, version in zip((agents.claude, agents.codex), VERSIONS.values(), strict=True):
        told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True, timeout=60).stdout
        if version not in told.split():
            raise OSError(f"{program} is {told.strip()}, the tests need {version}; {VARIABLE} names another folder")
    return agents


def _install() -> Path:
    """Install both agents beside the checkout's other temporary files, once for all processes and sessions."""
    folder = PLACE / "-".join(["cli", *VERSIONS.values()])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(PACKAGE / name, folder)
            subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True, timeout=900
            )
            done.touch()
    return folder / "node_modules" / ".bin"


def _wait_for_text(path: Path, writer: "subprocess.Popen[bytes]") -> str:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and writer.poll() is None:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.02)
    raise TimeoutError(f"{writer.args} did not write to {path} (exit status {writer.poll()})")
