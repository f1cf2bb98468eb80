import os
import subprocess
import sys
import time
from http import HTTPStatus
from pathlib import Path

import pytest

from tandemweb.errors import HistoryError
from tandemweb.history.invocation import ENVIRONMENT, GitFailedError, Invocation, find_git


@pytest.fixture
def invocation(git_repository, tmp_path: Path) -> Invocation:
    home = tmp_path / "empty"
    home.mkdir()
    return Invocation(git_repository.path / ".git", home)


def put_in_place_of_git(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    git = folder / "git"
    git.write_text(f"#!/bin/sh\n{script}\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_no_inherited_variable_reaches_git(git_calls, git_repository, tmp_path, monkeypatch):
    for name in ("GIT_DIR", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_COUNT", "GIT_TRACE", "LD_DEBUG_OUTPUT", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "/hostile")

    Invocation(git_repository.path / ".git", tmp_path).run(["for-each-ref"])

    environment = git_calls.environment
    added_by_shell = {"PWD", "OLDPWD", "SHLVL", "_"}
    assert set(environment) - added_by_shell == {*ENVIRONMENT, "HOME"}
    assert environment["HOME"] == str(tmp_path)
    assert "/hostile" not in environment.values()


def test_global_and_system_configuration_are_not_read(invocation, own_home):
    (own_home / ".gitconfig").write_text("[user]\n\tname = Mallory\n")

    assert b"Mallory" not in invocation.run(["config", "--list"])


def test_a_failure_tells_command_and_status_but_does_not_repeat_what_git_says(invocation):
    with pytest.raises(GitFailedError) as caught:
        invocation.run(["cat-file", "blob", "0" * 40])

    assert "cat-file failed (exit status 128)" in str(caught.value)
    assert caught.value.status == HTTPStatus.INTERNAL_SERVER_ERROR  # not git's: pages answer with it
    assert caught.value.complaint not in str(caught.value)


def test_a_silent_git_is_ended(invocation, tmp_path, monkeypatch, git_repository):
    put_in_place_of_git("exec sleep 60", tmp_path, monkeypatch)
    slow = Invocation(git_repository.path / ".git", tmp_path)
    start = time.monotonic()

    with pytest.raises(HistoryError, match=r"did not answer within 0\.2 seconds"):
        slow.run(["status"], patience=0.2)

    assert time.monotonic() - start < 5


def test_a_flood_on_stderr_does_not_block(tmp_path, monkeypatch, git_repository):
    put_in_place_of_git("head -c 2000000 /dev/zero >&2; echo done; exit 3", tmp_path, monkeypatch)

    with pytest.raises(GitFailedError) as caught:
        Invocation(git_repository.path / ".git", tmp_path).run(["status"])

    assert "(exit status 3)" in str(caught.value)
    assert len(caught.value.complaint) <= 4096


def test_more_output_than_allowed_is_an_error(invocation, tmp_path, monkeypatch, git_repository):
    put_in_place_of_git("exec yes", tmp_path, monkeypatch)

    with pytest.raises(HistoryError, match="more than 1 MiB"):
        Invocation(git_repository.path / ".git", tmp_path).run(["status"], limit=1 << 20)


def test_a_stream_left_early_leaves_no_process(tmp_path, monkeypatch, git_repository):
    put_in_place_of_git("echo $$; exec yes", tmp_path, monkeypatch)
    stream = Invocation(git_repository.path / ".git", tmp_path).stream(["status"])
    pid = int(next(stream).split()[0])
    assert os.getpgid(pid) == pid  # an interrupt at the terminal does not reach it

    stream.close()

    assert not Path("/proc", str(pid)).exists()


def test_questions_may_be_longer_than_a_pipe_holds(invocation, git_repository):
    git_repository.commit("one", {"a.md": "text\n"})
    oid = git_repository.git("rev-parse", "HEAD:a.md")

    answer = invocation.run(["cat-file", "--batch-check"], stdin=f"{oid}\n".encode() * 20_000)

    assert answer.count(b"\n") == 20_000


def test_git_is_found_in_absolute_folders_only(tmp_path, monkeypatch):
    put_in_place_of_git("true", tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "other:.")

    with pytest.raises(HistoryError, match="git was not found"):
        find_git()


def test_without_git_on_the_machine_everything_says_so(git_repository, tmp_path):
    program = (
        "import sys; from pathlib import Path; from tandemweb.history.repository import find_repository;"
        "from tandemweb.history.status import read_status;"
        "print(read_status(find_repository(Path(sys.argv[1])), Path(sys.argv[2])).message)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, git_repository.path, tmp_path / "shadows"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "git was not found on PATH" in finished.stdout
    assert finished.stderr == ""


def test_a_git_that_takes_all_memory_is_ended(git_repository, tmp_path, monkeypatch):
    monkeypatch.setattr("tandemweb.history.invocation.MEMORY_LIMIT", 64 << 20)
    endless = git_repository.path / ".git/refs/heads/endless"
    endless.touch()
    os.truncate(endless, 1 << 40)

    with pytest.raises(GitFailedError) as caught:
        Invocation(git_repository.path / ".git", tmp_path).run(["for-each-ref"])

    assert "memory" in caught.value.complaint.lower()
