"""``settings.toml`` in the data folder: what a user sets once for all runs on this machine.

``[agents.claude]``, ``[agents.codex]``, each with

- ``executable``: the path of the program, or a name that is looked for on PATH (the agent's own name)
- ``arguments``: a list of texts, put before ours (of codex behind ``exec``)
- ``environment``: a table of texts, over the user's own environment

``[runs]`` with

- ``parallel_limit``: how many runs may work at once (2)
- ``retry``: whether a step that met a rate limit begins again by itself when the limit ends (false)

``[comparisons]`` with

- ``patterns``: how branches are called that implement one spec, where ``*`` is one part of a name (``["impl/*"]``)

::

    [agents.claude]
    executable = "/opt/claude/bin/claude"
    arguments = ["--settings", "/home/ada/claude.json"]
    environment = { HTTPS_PROXY = "http://127.0.0.1:3128" }

    [runs]
    parallel_limit = 3
    retry = true
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tandemweb.domain.settings import AgentSettings, ComparisonSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import StoreError
from tandemweb.store.own_files import write_own_file
from tandemweb.store.paths import prepare_data_folder

Value = TypeVar("Value")

NAME = "settings.toml"
PROGRAMS = (AgentKind.CLAUDE, AgentKind.CODEX)
HEADER = re.compile(r"\s*\[([^\[\]]+)\]")
KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
MOST_RUNS = 100


class SettingsError(StoreError):
    """``settings.toml`` cannot be read, or says something that cannot be meant."""


def read_settings(data_folder: Path) -> Settings:
    """Read the user's settings; what is not set, and a file that is not there, is at its default.

    Raises SettingsError naming line and key: to go on with half of what the user wanted would be a surprise.
    """
    path = data_folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
        top = _Table(path, text, (), tomllib.loads(text))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend it, or move it away.") from error
    top.check_names(("agents", "runs", "comparisons"))
    agents = top.take_table("agents")
    agents.check_names(tuple(PROGRAMS))
    return Settings(
        agents={AgentKind(name): _read_agent(agents.take_table(name)) for name in agents.values},
        runs=_read_runs(top.take_table("runs")),
        comparisons=_read_comparisons(top.take_table("comparisons")),
    )


def save_settings(data_folder: Path, settings: Settings) -> None:
    """Replace the user's settings. Raises StoreError."""
    write_own_file(prepare_data_folder(data_folder) / NAME, _write(settings).encode())


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, with what it takes to say where in it something is wrong."""

    path: Path
    text: str
    names: tuple[str, ...]
    values: Mapping[str, Any]

    def check_names(self, known: tuple[str, ...]) -> None:
        for name in self.values:
            if name not in known:
                raise self.wrong(name, f"is not known; what is known here: {', '.join(known)}")

    def take_table(self, name: str) -> "_Table":
        return _Table(self.path, self.text, (*self.names, name), self.take(name, {}))

    def take(self, name: str, default: Value) -> Value:
        value = self.values.get(name, default)
        if type(value) is not type(default):
            raise self.wrong(name, f"should be {_KINDS[type(default)]}")
        return value

    def wrong(self, name: str, what: str) -> SettingsError:
        line = _find_line(self.text, self.names, name)
        where = f"{self.path}, line {line}" if line else str(self.path)
        return SettingsError(f"{where}: {'.'.join((*self.names, name))} {what}.")


_KINDS = {dict: "a table", list: "a list", str: "a text in quotes", bool: "true or false", int: "a whole number"}


def _read_agent(table: _Table) -> AgentSettings:
    table.check_names(("executable", "arguments", "environment"))
    empty: list[str] = []
    arguments = table.take("arguments", empty)
    environment = table.take_table("environment")
    if not all(isinstance(argument, str) for argument in arguments):
        raise table.wrong("arguments", "takes texts in quotes only")
    for name, value in environment.values.items():
        if not isinstance(value, str) or "\0" in value or not name or "=" in name or "\0" in name:
            raise environment.wrong(name, "should be the name of a variable, with a text in quotes")
    return AgentSettings(table.take("executable", ""), tuple(arguments), environment.values)


def _read_runs(table: _Table) -> RunSettings:
    table.check_names(("parallel_limit", "retry"))
    limit = table.take("parallel_limit", RunSettings().parallel_limit)
    if not 1 <= limit <= MOST_RUNS:
        raise table.wrong("parallel_limit", f"should be a number from 1 to {MOST_RUNS}")
    return RunSettings(limit, table.take("retry", RunSettings().retry))


def _read_comparisons(table: _Table) -> ComparisonSettings:
    table.check_names(("patterns",))
    patterns = table.take("patterns", list(ComparisonSettings().patterns))
    if not all(isinstance(pattern, str) and "*" in pattern for pattern in patterns):
        raise table.wrong("patterns", "takes names with a * in them, in quotes")
    return ComparisonSettings(tuple(patterns))


def _find_line(text: str, table: tuple[str, ...], name: str) -> int | None:
    """Find the line of a key as people write it: below the header of its table, or as a header of its own."""
    here: tuple[str, ...] = ()
    found = None
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            here = _split_name(header[1])
            found = number if here[: len(table) + 1] == (*table, name) else found
        elif (key := KEY.match(line)) and (*here, *_split_name(key[1]))[: len(table) + 1] == (*table, name):
            return number
        if found:
            return found
    return _find_line(text, table[:-1], table[-1]) if table else None


def _split_name(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _write(settings: Settings) -> str:
    lines = []
    for kind, agent in settings.agents.items():
        lines += [f"[agents.{kind}]", f"executable = {_quote(agent.executable)}"]
        lines.append(f"arguments = [{', '.join(map(_quote, agent.arguments))}]")
        pairs = ", ".join(f"{_quote(name)} = {_quote(value)}" for name, value in agent.environment.items())
        lines += [f"environment = {{ {pairs} }}", ""]
    retry = "true" if settings.runs.retry else "false"
    lines += ["[runs]", f"parallel_limit = {settings.runs.parallel_limit}", f"retry = {retry}", ""]
    lines += ["[comparisons]", f"patterns = [{', '.join(map(_quote, settings.comparisons.patterns))}]"]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    # A JSON string is a TOML string, as long as no lone surrogate is in it.
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=True)
