import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agents.test_identity import wait_until
from tandemweb.agents.environment import build_environment
from tandemweb.agents.identity import is_alive
from tandemweb.agents.spawning import (
    Child,
    MissingAgentError,
    StartError,
    find_executable,
    spawn,
    spawn_detached,
)
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import AgentKind


def spawn_shell(script: str, folder: Path, **options) -> Child:
    environment = build_environment("r1")
    outputs = {"stdout": folder / "stdout.jsonl", "stderr": folder / "stderr.txt"}
    return spawn(["sh", "-c", script], cwd=folder, environment=environment, **outputs, **options)


def test_a_child_reads_its_prompt_from_a_file_and_writes_to_files(tmp_path):
    (tmp_path / "prompt.md").write_text("-x goal\n")

    child = spawn_shell("cat; echo no >&2; exit 7", tmp_path, stdin=tmp_path / "prompt.md")

    assert child.wait(20) == 7
    assert (tmp_path / "stdout.jsonl").read_text() == "-x goal\n"
    assert (tmp_path / "stderr.txt").read_text() == "no\n"
    assert (tmp_path / "stdout.jsonl").stat().st_mode & 0o077 == 0


def test_a_child_leads_a_session_of_its_own_and_inherits_nothing(tmp_path):
    kept = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(kept, True)  # noqa: FBT003 it takes no name

    child = spawn_shell('ps -o sid= -p $$; ls /proc/$$/fd; echo "$TANDEMWEB_RUN"', tmp_path)

    child.wait(20)
    session, *descriptors, marker = (tmp_path / "stdout.jsonl").read_text().split()
    assert int(session) == child.identity.pid
    assert str(kept) not in descriptors
    assert marker == "r1"
    os.close(kept)


def test_lines_go_through_the_pipe_until_it_is_closed(tmp_path):
    child = spawn_shell("cat", tmp_path, has_pipe=True)

    child.send(b"one")
    wait_until(lambda: (tmp_path / "stdout.jsonl").read_text() == "one\n")
    child.send(b"two")
    assert child.poll() is None
    child.close_stdin()

    assert child.wait(20) == 0
    assert (tmp_path / "stdout.jsonl").read_text() == "one\ntwo\n"


def test_an_agent_that_does_not_read_holds_nobody_up(tmp_path):
    before = threading.active_count()
    child = spawn_shell("exec sleep 60", tmp_path, has_pipe=True)

    child.send(b"x" * 10_000_000)

    os.kill(child.identity.pid, 9)
    assert child.wait(20) == -9
    wait_until(lambda: threading.active_count() <= before)


def test_a_detached_program_outlives_its_starter(tmp_path):
    program = (
        "import sys; from pathlib import Path; from tandemweb.agents.spawning import spawn_detached;"
        "folder = Path(sys.argv[1]); print(spawn_detached(['sh', '-c', 'cat go; echo done'], cwd=folder,"
        " environment={'PATH': '/bin:/usr/bin'}, stdout=folder / 'out', stderr=folder / 'err').pid)"
    )
    os.mkfifo(tmp_path / "go")
    starter = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, check=True)

    assert Path("/proc", starter.stdout.decode().strip()).exists()
    (tmp_path / "go").write_text("now ")

    wait_until(lambda: (tmp_path / "out").read_text() == "now done\n")


def test_a_detached_program_leaves_no_zombie(tmp_path):
    identity = spawn_detached(
        ["true"], cwd=tmp_path, environment={"PATH": "/bin"}, stdout=tmp_path / "out", stderr=tmp_path / "err"
    )

    wait_until(lambda: not Path("/proc", str(identity.pid)).exists())
    assert not is_alive(identity)


def test_a_missing_agent_is_said_with_how_to_get_it(tmp_path):
    with pytest.raises(MissingAgentError) as caught:
        find_executable(AgentKind.CODEX, AgentSettings(), path=str(tmp_path))

    assert "npm install -g @openai/codex" in str(caught.value)
    assert "[agents.codex]" in str(caught.value)
    with pytest.raises(MissingAgentError, match="/nowhere/claude"):
        find_executable(AgentKind.CLAUDE, AgentSettings("/nowhere/claude"))


def test_an_agent_is_not_looked_for_where_we_happen_to_be(tmp_path, monkeypatch):
    planted = tmp_path / "claude"
    planted.write_text("#!/bin/sh\n")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)

    for path in ("", ".", ":."):
        with pytest.raises(MissingAgentError):
            find_executable(AgentKind.CLAUDE, AgentSettings(), path=path)
    with pytest.raises(MissingAgentError):
        find_executable(AgentKind.CLAUDE, AgentSettings("./claude"))
    assert find_executable(AgentKind.CLAUDE, AgentSettings(), path=str(tmp_path)) == str(planted)
    assert find_executable(AgentKind.CLAUDE, AgentSettings(str(planted))) == str(planted)


@pytest.mark.parametrize(
    ("argv", "folder", "words"),
    [
        (["no-such-program"], "", "There is no program 'no-such-program'"),
        (["sh"], "gone", "there is no such folder"),
        (["/etc/passwd"], "", "Permission denied"),
        (["sh", "x" * 200_000], "", "Argument list too long"),
        (["sh", "a\0b"], "", "null byte"),
    ],
)
def test_what_cannot_be_started_is_said(argv, folder, words, tmp_path):
    outputs = {"stdout": tmp_path / "out", "stderr": tmp_path / "err"}
    with pytest.raises((StartError, MissingAgentError), match=words):
        spawn(argv, cwd=tmp_path / folder, environment={"PATH": "/bin:/usr/bin"}, **outputs)
