import shutil
from pathlib import Path

import pytest

from services.examples import archive
from tandemweb.services.doctor import Diagnosis, Health, examine, examine_agent, examine_git
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import open_index_writer


def subjects(data_folder: Path) -> dict[str, Diagnosis]:
    return {diagnosis.subject: diagnosis for diagnosis in examine(data_folder)}


def make_command(folder: Path, name: str, answer: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
    (folder / name).chmod(0o755)
    return folder / name


def test_an_empty_machine_is_told_what_to_do(data_folder: Path):
    found = subjects(data_folder)
    assert found["git"].health is Health.FINE
    assert found["index"].health is Health.NOTE
    assert "tandemweb serve" in found["state"].advice
    assert not data_folder.exists()


def test_every_unhealthy_thing_comes_with_advice(data_folder: Path, git_repository, project):
    shutil.rmtree(git_repository.path)
    for diagnosis in examine(data_folder):
        assert diagnosis.advice or diagnosis.health is Health.FINE


def test_agents_are_found_but_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    started = tmp_path / "started"
    path = make_command(tmp_path / "bin", "claude", "1.0")
    path.write_text(f"#!/bin/sh\ntouch {started}\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert examine_agent("claude", "Claude Code") == Diagnosis("claude", Health.FINE, str(path))
    assert examine_agent("codex", "Codex").health is Health.NOTE
    assert not started.exists()


@pytest.mark.parametrize("answer", ["git version 2.30.1", "gut version"])
def test_git_that_is_too_old_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str):
    make_command(tmp_path / "bin", "git", answer)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert examine_git().health is Health.WRONG


def test_no_git_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert examine_git().health is Health.WRONG


def test_a_healthy_project_is_counted(data_folder: Path, git_repository, project):
    git_repository.commit("Missions", archive("001-First"))
    with open_index_writer(data_folder) as writer:
        refresh_project(writer, project)
    found = subjects(data_folder)
    assert found["index"].health is Health.FINE
    assert "1 missions, 13 documents, 1 commits" in found["project repository"].finding


def test_projects_that_are_away_or_not_indexed(data_folder: Path, git_repository, project, tmp_path: Path):
    (tmp_path / "other").mkdir()
    register_project(data_folder, tmp_path / "other")
    shutil.rmtree(git_repository.path)
    found = subjects(data_folder)
    assert found["project repository"].health is Health.WRONG
    assert "not indexed" in found["project other"].finding


@pytest.mark.faults
def test_a_state_that_cannot_be_opened_is_told(tmp_path: Path):
    (tmp_path / "data/state.db").mkdir(parents=True)
    found = subjects(tmp_path / "data")
    assert found["state"].health is Health.WRONG
    assert "cannot be" in found["state"].finding
    assert found["state"].advice
    assert found["projects"].health is Health.WRONG


def test_damaged_databases_are_told_apart(data_folder: Path, project):
    (data_folder / "index.db").write_bytes(b"garbage" * 1000)
    found = subjects(data_folder)
    assert found["index"].health is Health.WRONG
    assert "tandemweb index" in found["index"].advice
    (data_folder / "state.db").write_bytes(b"garbage" * 1000)
    found = subjects(data_folder)
    assert found["state"].health is Health.WRONG
    assert found["projects"].health is Health.WRONG
