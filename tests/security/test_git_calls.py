"""Every git that the program starts, seen from outside: a wrapper on PATH notes how it was called, then calls git."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from web.crawling import crawl

from tandemweb.history.invocation import ENVIRONMENT, SETTINGS
from tandemweb.services.exporting import export_project

pytestmark = pytest.mark.security

WRAPPER = """\
#!/bin/sh
{{ printf 'call\\0'; printf '%s\\0' "$@"; printf 'environment\\0'; env -0; printf 'end\\0'; }} >> "{log}"
exec {git} "$@"
"""
# What such a command may run for itself unless it is told not to.
GUARDED = {
    "log": {"--no-ext-diff", "--no-textconv", "--no-show-signature"},
    "diff": {"--no-ext-diff", "--no-textconv"},
    "diff-tree": {"--no-ext-diff", "--no-textconv"},
    "show": {"--no-ext-diff", "--no-textconv", "--no-show-signature"},
    "blame": {"--no-textconv"},
}
SEEN = {"log", "diff", "blame", "cat-file", "ls-tree", "for-each-ref"}


@dataclass(frozen=True)
class GitCall:
    """``options`` stand before the command."""

    options: tuple[str, ...]
    command: str
    arguments: tuple[str, ...]
    environment: dict[str, str]


@pytest.fixture
def log(tmp_path: Path, monkeypatch) -> Path:
    git = shutil.which("git")
    folder, log = tmp_path / "bin", tmp_path / "calls"
    folder.mkdir()
    wrapper = folder / "git"
    wrapper.write_text(WRAPPER.format(log=log, git=git))
    wrapper.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return log


def read_calls(log: Path) -> list[GitCall]:
    calls, text = [], log.read_bytes().decode("utf-8", "surrogateescape")
    for record in text.split("call\0")[1:]:
        arguments, _, environment = record.removesuffix("end\0").partition("environment\0")
        words = arguments.split("\0")[:-1]
        place = find_command(words)
        variables = dict(line.partition("=")[::2] for line in environment.split("\0") if line)
        calls.append(GitCall(tuple(words[:place]), words[place], tuple(words[place + 1 :]), variables))
    return calls


def find_command(words: list[str]) -> int:
    place = 0
    while words[place].startswith("-"):
        place += 2 if words[place] == "-c" else 1
    return place


def test_every_call_is_hardened(app, client, index_project, log: Path, tmp_path: Path):
    projects = [clone_corpus(name, tmp_path / name) for name in ("linkshelf", "papertrail")]
    log.unlink()  # of the clones, which the tests made
    for project in projects:
        index_project(project)
        export_project(project)
    pages = [address for _, address in crawl(app, client, most=6)]
    for path in sorted((tmp_path / "linkshelf").rglob("State.json")):
        name = path.relative_to(tmp_path / "linkshelf")
        assert client.get(f"/projects/linkshelf/documents/{name}?view=changes").status_code == 200
    calls = read_calls(log)
    assert len(pages) > 50
    assert {call.command for call in calls} >= SEEN
    for call in calls:
        check(call)


def check(call: GitCall) -> None:
    settings = {call.options[place + 1] for place, word in enumerate(call.options) if word == "-c"}
    assert settings >= set(SETTINGS), call
    assert "--no-pager" in call.options, call
    variables = {name: value for name, value in call.environment.items() if name not in {"HOME", "PWD", "_", "SHLVL"}}
    assert variables == ENVIRONMENT, call
    home = Path(call.environment["HOME"])
    assert not home.exists() or list(home.iterdir()) == [], call  # that of an export is gone already
    assert f"--work-tree={home}" in call.options, call
    git_dir = next(Path(word.removeprefix("--git-dir=")) for word in call.options if word.startswith("--git-dir="))
    # Never the repository's own, whose configuration would be read, but where only its refs are listed.
    is_own = (git_dir / "hooks").exists() or git_dir.name == ".git"
    assert not is_own or call.command == "for-each-ref", call
    assert GUARDED.get(call.command, set()) <= set(call.arguments), call
    assert call.command == "for-each-ref" or not any(map(names_a_revision, call.arguments)), call


def names_a_revision(word: str) -> bool:
    """Whether something else than a full object id is taken for a commit: refs may be named like options."""
    return word == "HEAD" or word.startswith("refs/")
