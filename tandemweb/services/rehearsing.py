"""The bundled stand-in for the agents: chosen by ``executable = "rehearsal"`` in settings.toml, and by the demo."""

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from tandemweb.domain.settings import AgentSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import StoreError
from tandemweb.store.paths import prepare_data_folder
from tandemweb.store.settings import read_settings, save_settings

NAME = "rehearsal"  # as an executable
FOLDER = "rehearsal"
MODELS = (AgentKind.CLAUDE, AgentKind.CODEX)
EXECUTABLE = 0o700


def read_run_settings(data_folder: Path) -> Settings:
    """Read the user's settings, with a program in place of the word "rehearsal". Raises StoreError."""
    settings = read_settings(data_folder)
    agents = dict(settings.agents)
    for kind in MODELS:
        if settings.of(kind).executable == NAME:
            agents[kind] = replace(settings.of(kind), executable=str(_make_launcher(data_folder, kind)))
    return replace(settings, agents=agents)


def is_rehearsing(data_folder: Path) -> bool:
    """Whether a stand-in plays one of the agents. Raises StoreError."""
    settings = read_settings(data_folder)
    return any(settings.of(kind).executable == NAME for kind in MODELS)


def set_up_rehearsal(data_folder: Path) -> None:
    """Let the stand-in play both agents from now on; settings that are there are kept as they are."""
    settings = read_settings(data_folder)
    missing = {kind: AgentSettings(NAME) for kind in MODELS if kind not in settings.agents}
    if missing:
        save_settings(data_folder, replace(settings, agents={**settings.agents, **missing}))


def _make_launcher(data_folder: Path, kind: AgentKind) -> Path:
    """Write the program that plays an agent; it leads to this very installation."""
    path = prepare_data_folder(data_folder) / FOLDER / kind.value
    # -P: it is started in a project, from which nothing is to be imported.
    text = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m tandemweb.rehearsal {kind.value} "$@"\n'
    try:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return path
        path.parent.mkdir(mode=EXECUTABLE, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(EXECUTABLE)
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return path
