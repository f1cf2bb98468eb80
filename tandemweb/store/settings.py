"""``settings.toml`` in the data folder: what a user sets once for all runs on this machine.

::

    [agents.claude]
    executable = "/opt/claude/bin/claude"
    arguments = ["--settings", "/home/ada/claude.json"]
    environment = { HTTPS_PROXY = "http://127.0.0.1:3128" }

    [runs]
    parallel_limit = 2
    retry = true
"""

import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tandemweb.domain.settings import AgentSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import StoreError
from tandemweb.store.paths import prepare_data_folder

NAME = "settings.toml"
MOST_RUNS = 100
PRIVATE = 0o600


class SettingsError(StoreError):
    """``settings.toml`` cannot be read, or says something that cannot be meant."""


def read_settings(data_folder: Path) -> Settings:
    """Read the user's settings; what is not set, and a file that is not there, is at its default.

    Raises SettingsError naming the key: to go on with half of what the user wanted would be a surprise.
    """
    path = data_folder / NAME
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend it, or move it away.") from error
    runs = _take(path, values, "runs", dict)
    agents = _take(path, values, "agents", dict)
    for name in agents:
        if name not in list(AgentKind):
            raise _wrong(path, f"agents.{name}", f"is no agent; known are {', '.join(AgentKind)}")
    return Settings(
        agents={AgentKind(name): _read_agent(path, name, _take(path, agents, name, dict)) for name in agents},
        runs=RunSettings(
            parallel_limit=_take_limit(path, runs),
            retry=_take(path, runs, "retry", bool),
        ),
    )


def save_settings(data_folder: Path, settings: Settings) -> None:
    """Replace the user's settings. Raises StoreError."""
    path = prepare_data_folder(data_folder) / NAME
    temporary = path.with_name(f".{NAME}.new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_write(settings))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error


def _read_agent(path: Path, name: str, values: Mapping[str, Any]) -> AgentSettings:
    arguments = _take(path, values, "arguments", list)
    environment = _take(path, values, "environment", dict)
    if not all(isinstance(value, str) for value in (*arguments, *environment.values())):
        raise _wrong(path, f"agents.{name}", "takes texts only, in arguments and environment")
    return AgentSettings(_take(path, values, "executable", str), tuple(arguments), environment)


def _take(path: Path, values: Mapping[str, Any], key: str, kind: type) -> Any:
    value = values.get(key, kind())
    if not isinstance(value, kind):
        raise _wrong(path, key, f"should be {_NAMES[kind]}")
    return value


_NAMES = {dict: "a table", list: "a list", str: "a text in quotes", bool: "true or false"}


def _take_limit(path: Path, runs: Mapping[str, Any]) -> int:
    limit = runs.get("parallel_limit", RunSettings().parallel_limit)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_RUNS:
        raise _wrong(path, "runs.parallel_limit", f"should be a number from 1 to {MOST_RUNS}")
    return limit


def _wrong(path: Path, key: str, what: str) -> SettingsError:
    return SettingsError(f"{path}: {key} {what}.")


def _write(settings: Settings) -> str:
    lines = []
    for kind, agent in settings.agents.items():
        lines += [f"[agents.{kind}]", f"executable = {_quote(agent.executable)}"]
        lines.append(f"arguments = [{', '.join(map(_quote, agent.arguments))}]")
        pairs = ", ".join(f"{_quote(name)} = {_quote(value)}" for name, value in agent.environment.items())
        lines += [f"environment = {{ {pairs} }}", ""]
    retry = "true" if settings.runs.retry else "false"
    lines += ["[runs]", f"parallel_limit = {settings.runs.parallel_limit}", f"retry = {retry}"]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    # A JSON string is a TOML string, as long as no lone surrogate is in it.
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=True)
