"""Every git that the program starts, seen from outside: a wrapper on PATH notes how it was called, then calls git."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from corpus.clones import clone_corpus
from trusting import trust
from web.crawling import crawl

from tandemweb.domain.chunk import FILE_PLACE
from tandemweb.history.building import Person, open_builder
from tandemweb.history.ignoring import list_ignored
from tandemweb.history.invocation import ENVIRONMENT
from tandemweb.history.opening import open_repository
from tandemweb.history.programs import read_programs
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.history.tree_states import find_common_base, move_branch, read_tree_state
from tandemweb.history.work_changes import commit_work_tree, read_work_changes
from tandemweb.services.comparing import read_matrix
from tandemweb.services.comparison_pairs import compose_comparison
from tandemweb.services.exporting import export_project
from tandemweb.services.folders import shadow_folder
from tandemweb.services.picking import make_pick
from tandemweb.services.registering import register_project
from tandemweb.services.synthesising import discard_synthesis, synthesise

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
# What every call carries, word for word: taken from the program, it would prove nothing when a word is lost there.
HARDENED_SETTINGS = {
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=true",
    "core.commitGraph=false",
    "diff.external=",
    "diff.ignoreSubmodules=all",
    "log.showSignature=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "commit.gpgSign=false",
    "credential.helper=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "safe.bareRepository=explicit",
}
HARDENED_ENVIRONMENT = {
    "PATH": os.defpath,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "true",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "GIT_SSH_COMMAND": "false",
}
DRIVERS = ("filter.evil.clean", "filter.a=b.smudge", "diff.evil.textconv", "merge.evil.driver", "tar.evil.command")
# What may differ from call to call: an index or object folder of our own, who a commit names, drivers that are put out
# of force. Whether patterns are literal is no matter of safety.
OF_ONE_CALL = (
    *("HOME", "PWD", "_", "SHLVL", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_"),
    *("GIT_CONFIG_VALUE_", "GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_LITERAL_PATHSPECS"),
)
# The repository's own configuration is read where refs or worktrees change, and where its names are listed.
OWN_COMMANDS_THAT_START = {"worktree", "update-ref", "rev-parse"}
OWN_COMMANDS = {"for-each-ref", "config", *OWN_COMMANDS_THAT_START}
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


def test_every_call_that_writes_is_hardened(git_repository, log: Path, tmp_path: Path):
    """Make a synthesis, go on with it, and discard it, in a repository with drivers of its own."""
    files = {"SPEC.md": "1. a\n2. b\n3. c\n", "a.py": "1\n2\n3\n", ".gitattributes": "*.py filter=evil\n"}
    git_repository.commit("base", files)
    for number, name in enumerate(("claude", "codex")):
        git_repository.git("checkout", "-q", "-b", f"impl/{name}", "main")
        git_repository.commit(name, {"a.py": f"1\n{number}\n3\n"})
    git_repository.git("checkout", "-q", "main")
    for key in DRIVERS:
        git_repository.git("config", key, "false")
    log.unlink()
    data_folder = tmp_path / "data"
    project = register_project(data_folder, git_repository.path)
    trust(data_folder, project)
    shadows = shadow_folder(data_folder)
    location = find_repository(git_repository.path)
    with open_repository(location, shadows) as repository:
        status = read_status(location, shadows)
        comparison = compose_comparison(repository, project.slug, status, ["impl/claude", "impl/codex"])
        picks = [make_pick(row.key, FILE_PLACE, "a") for row in read_matrix(repository, comparison).rows]
        made = synthesise(data_folder, project, repository, comparison, picks)
        (Path(made.worktree) / "b.py").write_text("new")
        with open_builder(repository) as builder:
            me = Person("Me", "me@example.org")
            commit_work_tree(repository, builder, Path(made.worktree), made.branch, message="Go on", author=me)
        read_work_changes(repository, git_repository.path, status.head_oid)
        state = read_tree_state(repository, Path(made.worktree))
        assert (state.branch, state.unmerged) == (made.branch, (state.tip, made.oid))
        assert find_common_base(repository, state.tip, status.head_oid) == status.head_oid
        move_branch(repository, made.branch, made.oid, state.tip)
        discard_synthesis(data_folder, repository, made.id, with_changes=True)
    read_programs(location, shadows)
    list_ignored(location, shadows, ["a.log"])
    calls = read_calls(log)
    assert {call.command for call in calls} >= {"worktree", "update-ref", "commit-tree", "add", "write-tree", "config"}
    for call in calls:
        check(call)


def check(call: GitCall) -> None:
    settings = {call.options[place + 1] for place, word in enumerate(call.options) if word == "-c"}
    assert settings >= HARDENED_SETTINGS, call
    assert call.environment.items() >= HARDENED_ENVIRONMENT.items(), call
    assert "--no-pager" in call.options, call
    variables = {name: value for name, value in call.environment.items() if not name.startswith(OF_ONE_CALL)}
    assert variables == {name: value for name, value in ENVIRONMENT.items() if name in variables}, call
    assert set(ENVIRONMENT) - set(variables) == {name for name in ENVIRONMENT if name.startswith(OF_ONE_CALL)}, call
    home = Path(call.environment["HOME"])
    assert not home.exists() or list(home.iterdir()) == [], call  # that of an export is gone already
    assert GUARDED.get(call.command, set()) <= set(call.arguments), call
    git_dir = next(Path(word.removeprefix("--git-dir=")) for word in call.options if word.startswith("--git-dir="))
    if git_dir.name == ".git":
        check_own(call)
    else:
        is_fixed = call.command in {"for-each-ref", "check-ref-format"}
        assert is_fixed or not any(map(names_a_revision, call.arguments)), call


def check_own(call: GitCall) -> None:
    """Hold a call that reads the repository's own configuration: few commands, and no driver left in force."""
    assert call.command in OWN_COMMANDS, call
    if call.command in OWN_COMMANDS_THAT_START:
        count = int(call.environment["GIT_CONFIG_COUNT"])
        overridden = {call.environment[f"GIT_CONFIG_KEY_{number}"].lower() for number in range(count)}
        assert overridden >= {key.lower() for key in DRIVERS}, call
        assert all(call.environment[f"GIT_CONFIG_VALUE_{number}"] in {"", "false"} for number in range(count)), call


def names_a_revision(word: str) -> bool:
    """Whether something else than a full object id is taken for a commit: refs may be named like options."""
    return word == "HEAD" or word.startswith("refs/")
