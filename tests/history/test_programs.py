from pathlib import Path

import pytest

from tandemweb.history.programs import GitPrograms, read_programs
from tandemweb.history.repository import find_repository


@pytest.fixture
def programs_of(shadows):
    return lambda path: read_programs(find_repository(path), shadows)


def write_hook(path: Path, text: str = "#!/bin/sh\n", mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def test_an_ordinary_repository_starts_nothing(git_repository, programs_of):
    git_repository.commit("first", {"a.txt": "a"})
    git_repository.git("config", "user.name", "Ada")
    git_repository.git("config", "branch.main.remote", "origin")
    found = programs_of(git_repository.path)
    assert (found.settings, found.hooks, found.problem) == ((), (), "")
    assert found.hook_folder.endswith(".git/hooks")


def test_a_plain_folder_has_none(tmp_path, programs_of):
    assert programs_of(tmp_path) == GitPrograms()


@pytest.mark.parametrize(
    ("key", "listed"),
    [
        ("core.fsmonitor", "core.fsmonitor"),
        ("core.sshCommand", "core.sshcommand"),
        ("diff.External", "diff.external"),
        ("diff.My.Driver.textConv", "diff.My.Driver.textconv"),
        ("filter.a=b.clean", "filter.a=b.clean"),
        ("filter.lfs.process", "filter.lfs.process"),
        ("merge.x.driver", "merge.x.driver"),
        ("gpg.ssh.program", "gpg.ssh.program"),
        ("remote.origin.uploadpack", "remote.origin.uploadpack"),
        ("credential.https://x.test.helper", "credential.https://x.test.helper"),
        ("alias.st", "alias.st"),
        ("url.ext::sh.insteadOf", "url.ext::sh.insteadof"),
        ("hook.lint.command", "hook.lint.command"),
    ],
)
def test_settings_that_start_programs_are_listed(git_repository, programs_of, key, listed):
    git_repository.git("config", key, "sh -c 'echo\ntwo lines'")
    ((found),) = programs_of(git_repository.path).settings
    assert (found.key, found.value) == (listed, "sh -c 'echo\ntwo lines'")


def test_included_files_are_followed_and_programs_of_the_user_left_out(git_repository, programs_of, tmp_path, own_home):
    (own_home / ".gitconfig").write_text("[core]\n\tpager = mine\n")
    (tmp_path / "more").write_text("[core]\n\teditor = evil\n")
    git_repository.git("config", "include.path", str(tmp_path / "more"))
    found = {setting.key: setting.value for setting in programs_of(git_repository.path).settings}
    assert found == {"include.path": str(tmp_path / "more"), "core.editor": "evil"}


def test_hooks_that_would_run_are_listed(git_repository, programs_of):
    hooks = git_repository.path / ".git/hooks"
    write_hook(hooks / "pre-commit", "#!/bin/sh\nmake lint\n")
    write_hook(hooks / "pre-push.sample")
    write_hook(hooks / "post-merge", mode=0o644)
    (found,) = programs_of(git_repository.path).hooks
    assert (found.name, found.text) == ("pre-commit", "#!/bin/sh\nmake lint\n")


@pytest.mark.parametrize("named", [".githooks", "~nobody-of-this-name/hooks", "/nonexistent\nfolder"])
def test_hooks_are_looked_for_where_git_does(git_repository, programs_of, named):
    write_hook(git_repository.path / ".githooks/pre-commit")
    write_hook(git_repository.path / ".git/hooks/pre-push")
    git_repository.git("config", "core.hooksPath", named)
    assert [hook.name for hook in programs_of(git_repository.path).hooks] == (
        ["pre-commit"] if named == ".githooks" else []
    )


def test_a_configuration_that_cannot_be_listed_is_told_and_watched(git_repository, programs_of):
    config = git_repository.path / ".git/config"
    config.write_text(f"{config.read_text()}[include]\n\tpath = /etc/passwd\n")
    first = programs_of(git_repository.path)
    assert "cannot be listed" in first.problem
    assert "root:" not in first.problem
    config.write_text(f"{config.read_text()}[core]\n\tpager = evil\n")
    assert programs_of(git_repository.path).settings != first.settings


def test_strange_hooks_do_not_stop_it(git_repository, programs_of, tmp_path):
    hooks = git_repository.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "loop").symlink_to("loop")
    (hooks / "folder").mkdir()
    (hooks / "linked").symlink_to(tmp_path / "target")
    write_hook(tmp_path / "target", "#!/bin/sh\necho linked\n")
    write_hook(hooks / "bytes-\udcff", "\x00")
    assert [hook.name for hook in programs_of(git_repository.path).hooks] == ["bytes-\udcff", "linked"]
