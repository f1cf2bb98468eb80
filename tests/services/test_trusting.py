"""What a person saw is what they allowed: any change of it asks again."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tandemweb.errors import ConflictError
from tandemweb.services import trusting
from tandemweb.services.trusting import (
    NotTrustedError,
    examine_project,
    get_trust_status,
    require_trust,
    trust_project,
    withdraw_trust,
)

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def allow(data_folder, project):
    def allow_now() -> None:
        trust_project(data_folder, project, examine_project(data_folder, project).digest, at=NOW)

    return allow_now


def test_nothing_is_allowed_unless_somebody_did(data_folder, project, allow):
    with pytest.raises(NotTrustedError, match="was never looked at"):
        require_trust(data_folder, project)
    allow()
    require_trust(data_folder, project)
    assert get_trust_status(data_folder, project).trusted_at == NOW
    withdraw_trust(data_folder, project)
    with pytest.raises(NotTrustedError):
        require_trust(data_folder, project)


@pytest.mark.parametrize(
    "name",
    [
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".claude/settings-of-mine.json",
        ".mcp.json",
        "CLAUDE.md",
        "AGENTS.md",
        ".codex/config.toml",
        "CLAUDE.local.md",
        ".claude/CLAUDE.md",
        "AGENTS.override.md",
        ".codex/hooks.json",
    ],
)
def test_a_file_that_steers_agents_asks_again(data_folder, project, git_repository, allow, name):
    allow()
    git_repository.write({name: '{"hooks": {}}'})
    with pytest.raises(NotTrustedError, match="has changed"):
        require_trust(data_folder, project)
    (shown,) = get_trust_status(data_folder, project).examination.files
    assert (shown.path, shown.text) == (name, '{"hooks": {}}')
    allow()
    require_trust(data_folder, project)
    git_repository.write({name: '{"hooks": {} }'})
    with pytest.raises(NotTrustedError):
        require_trust(data_folder, project)


def test_a_hook_and_a_setting_ask_again(data_folder, project, git_repository, allow):
    allow()
    git_repository.git("config", "core.fsmonitor", "evil")
    with pytest.raises(NotTrustedError):
        require_trust(data_folder, project)
    allow()
    hook = git_repository.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    require_trust(data_folder, project)
    hook.chmod(0o755)
    with pytest.raises(NotTrustedError):
        require_trust(data_folder, project)


def test_another_place_and_another_owner_ask_again(data_folder, project, tmp_path, allow, monkeypatch):
    allow()
    shutil.copytree(project.path, tmp_path / "copy", symlinks=True)
    with pytest.raises(NotTrustedError, match="has changed"):
        require_trust(data_folder, replace(project, path=str(tmp_path / "copy")))
    require_trust(data_folder, project)
    monkeypatch.setattr(trusting, "_find_owner", lambda _path: os.geteuid() + 1)
    with pytest.raises(NotTrustedError, match="has changed"):
        require_trust(data_folder, project)


def test_the_daily_work_does_not_ask_again(data_folder, project, git_repository, allow):
    git_repository.commit("first", {"CLAUDE.md": "# Rules\n"})
    allow()
    git_repository.commit("second", {"src/a.py": "x = 1\n", "TandemKit/Config.json": "{}"})
    git_repository.git("checkout", "-q", "-b", "other")
    git_repository.git("config", "branch.other.remote", "origin")
    require_trust(data_folder, project)


def test_what_changed_between_page_and_click_is_refused(data_folder, project, git_repository):
    digest = examine_project(data_folder, project).digest
    git_repository.write({"AGENTS.md": "Run everything.\n"})
    with pytest.raises(ConflictError, match="changed since"):
        trust_project(data_folder, project, digest, at=NOW)
    for wrong in ("", "0" * 64, "\udcff"):
        with pytest.raises(ConflictError):
            trust_project(data_folder, project, wrong, at=NOW)
    assert not get_trust_status(data_folder, project).trusted_at


def test_links_are_told_and_what_they_lead_to_is_watched(data_folder, project, git_repository, tmp_path, allow):
    git_repository.write({"docs/agents.md": "inside\n"})
    (git_repository.path / "AGENTS.md").symlink_to("docs/agents.md")
    (tmp_path / "secret").write_text("outside\n")
    (git_repository.path / "CLAUDE.md").symlink_to(tmp_path / "secret")
    (git_repository.path / ".mcp.json").symlink_to("nowhere")
    files = {file.path: file for file in examine_project(data_folder, project).files}
    assert (files["AGENTS.md"].link, files["AGENTS.md"].text) == ("docs/agents.md", "inside\n")
    assert (files["CLAUDE.md"].link, files["CLAUDE.md"].text) == (str(tmp_path / "secret"), "")
    assert "leads nowhere" in files[".mcp.json"].problem
    for path in (git_repository.path / "docs/agents.md", tmp_path / "secret"):
        allow()
        path.write_text("something else\n")
        with pytest.raises(NotTrustedError):
            require_trust(data_folder, project)


def test_another_work_tree_with_the_same_in_it_needs_no_other_word(
    data_folder, project, git_repository, tmp_path, allow
):
    git_repository.commit("first", {"CLAUDE.md": "# Rules\n"})
    allow()
    tree = tmp_path / "tree"
    git_repository.git("worktree", "add", "-q", str(tree))
    require_trust(data_folder, project, str(tree))
    (tree / "CLAUDE.md").write_text("# Other rules\n")
    with pytest.raises(NotTrustedError):
        require_trust(data_folder, project, str(tree))
    require_trust(data_folder, project)
    digest = examine_project(data_folder, project, str(tree)).digest
    trust_project(data_folder, project, digest, at=NOW, work_tree=str(tree))
    require_trust(data_folder, project, str(tree))
    require_trust(data_folder, project)


def test_large_and_strange_files_are_named(data_folder, project, git_repository, allow):
    git_repository.write({"CLAUDE.md": b"x" * (1024 * 1024 + 1), "AGENTS.md": b"\xff\x00"})
    files = {file.path: file for file in examine_project(data_folder, project).files}
    assert "too large" in files["CLAUDE.md"].problem
    assert "binary" in files["AGENTS.md"].problem
    allow()
    git_repository.write({"CLAUDE.md": b"y" * (1024 * 1024 + 2)})
    with pytest.raises(NotTrustedError):
        require_trust(data_folder, project)
