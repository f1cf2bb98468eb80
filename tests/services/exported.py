"""Exported scripts run in a copy of a project, with the real agents asking played services."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import AgentKind
from tests.services.running import Bench

TIMES = frozenset(("started", "updated"))


def build_agent_environment(settings: Settings, home: Path) -> dict[str, str]:
    """Give an environment in which `claude` and `codex` are the pinned ones and ask the played services.

    What a run gives codex as arguments stands in a file of its own here, since a script has no settings.
    """
    claude, codex = settings.of(AgentKind.CLAUDE), settings.of(AgentKind.CODEX)
    programs = home / "programs"
    programs.mkdir(exist_ok=True)
    for name, agent in (("claude", claude), ("codex", codex)):
        (programs / name).unlink(missing_ok=True)
        (programs / name).symlink_to(agent.executable)
    options = [word for word in codex.arguments if word != "-c"]
    tables = [option for option in options if option.startswith("model_providers.")]
    lines = [option.replace("=", " = ", 1) for option in options if option not in tables]
    lines += [option.replace("=", " = ", 1) for option in tables]
    (Path(codex.environment["CODEX_HOME"]) / "config.toml").write_text("\n".join(lines) + "\n")
    path = f"{programs}:{Path(claude.executable).parent}:{os.environ['PATH']}"
    return {**claude.environment, **codex.environment, "PATH": path, "LANG": "C.UTF-8"}


def run_script(
    script: Path, project: Path, environment: Mapping[str, str], *arguments: str, status: int = 0
) -> "subprocess.CompletedProcess[str]":
    ended = subprocess.run(
        ["sh", str(script), *arguments],
        check=False,
        cwd=project,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert ended.returncode == status, (ended.returncode, ended.stdout[-2000:], ended.stderr[-4000:])
    return ended


def list_files(project: Path) -> dict[str, str]:
    """Give all files of a project with what they say, git's own and times in State.json left out."""
    found: dict[str, str] = {}
    for path in sorted(project.rglob("*")):
        name = str(path.relative_to(project))
        if path.is_file() and name.partition("/")[0] != ".git" and "__pycache__" not in name:
            found[name] = _without_times(path) if path.name == "State.json" else path.read_text()
    return found


def _without_times(path: Path) -> str:
    state: dict[str, Any] = json.loads(path.read_text())
    return json.dumps({key: value for key, value in state.items() if key not in TIMES}, indent=2)


def copy_project(place: Bench, target: Path) -> Path:
    """Copy a project as it is, git and all, for a second way through the same workflow."""
    subprocess.run(["cp", "-a", str(place.path), str(target)], check=True)
    return target
