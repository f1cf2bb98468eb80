"""The command line as a person meets it; what serves runs as a process of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from corpus.clones import clone_corpus

from tandemweb.cli import main
from tandemweb.services.registering import list_registered
from tandemweb.store.connections import open_index_reader, open_index_writer
from tandemweb.store.mission_list import MissionFilter, list_missions
from tandemweb.store.paths import get_data_folder

COMMAND = [sys.executable, "-m", "tandemweb"]


@pytest.fixture
def run():
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture(scope="session")
def ledgerlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone_corpus("ledgerlite", tmp_path_factory.mktemp("corpus") / "ledgerlite")


@contextmanager
def running(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the program; gives the process and the address that it printed."""
    command = [*COMMAND, *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        try:
            assert process.stdout is not None
            address = next(
                found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+/", line))
            )
            yield process, address
        finally:
            process.kill()


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_help_shows_every_command_with_examples(run):
    answer = run("--help")
    assert answer.exit_code == 0
    for word in ("serve", "index", "export", "demo", "doctor", "Examples:", "tandemweb serve ~/src/shop"):
        assert word in answer.output
    assert all(len(line) <= 80 for line in answer.output.splitlines())
    for command in ("serve", "index", "export", "demo", "doctor"):
        assert run(command, "--help").exit_code == 0


def test_index_registers_and_counts(run, ledgerlite: Path):
    answer = run("index", ledgerlite)
    assert answer.exit_code == 0
    assert "ledgerlite: 3 missions read, 60 new commits" in answer.output
    assert [project.name for project in list_registered(get_data_folder())] == ["ledgerlite"]
    with open_index_reader(get_data_folder()) as index:
        assert list_missions(index, MissionFilter()).total_count == 3
    assert "ledgerlite: nothing changed" in run("index").output


def test_index_without_projects_says_how_to_go_on(run):
    answer = run("index")
    assert (answer.exit_code, answer.output) == (0, "No project is registered yet; name one: tandemweb index PATH\n")


def test_export_prints_one_object_and_registers_nothing(run, ledgerlite: Path):
    answer = run("export", "--json", ledgerlite)
    assert answer.exit_code == 0
    assert [mission["mission"] for mission in json.loads(answer.output)["missions"]] == [
        "001-CsvImport",
        "002-MultiCurrency",
        "003-MonthlyReport",
    ]
    assert not get_data_folder().exists()


def test_export_of_names_that_are_not_text(run, tmp_path: Path):
    folder = tmp_path / "TandemKit" / os.fsdecode(b"001-Caf\xe9")
    folder.mkdir(parents=True)
    (folder / "State.json").write_text('{"phase": "planning"}')
    answer = run("export", "--json", tmp_path)
    assert answer.exit_code == 0
    assert json.loads(answer.output)["missions"][0]["phase"] == "planning"


@pytest.mark.parametrize("command", [["serve"], ["index"], ["export", "--json"]])
@pytest.mark.parametrize("path", ["nothing-there", __file__])
def test_errors_are_one_sentence(run, command: list[str], path: str):
    answer = run(*command, path)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert re.fullmatch(r"tandemweb: .+\.\n", answer.stderr)


def test_an_index_that_is_held_is_one_sentence(run, ledgerlite: Path):
    with open_index_writer(get_data_folder(), address="http://127.0.0.1:4242/"):
        answer = run("index", ledgerlite)
    assert answer.exit_code == 2
    assert f"process {os.getpid()} at http://127.0.0.1:4242/" in answer.stderr


def test_a_data_folder_that_cannot_be_used_is_one_sentence(run, ledgerlite: Path, monkeypatch, tmp_path: Path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TANDEMWEB_HOME", str(tmp_path / "file" / "data"))
    answer = run("index", ledgerlite)
    assert answer.exit_code == 2
    assert "TANDEMWEB_HOME" in answer.stderr


def test_doctor_says_what_to_do(run, ledgerlite: Path):
    answer = run("doctor")
    assert answer.exit_code == 0
    assert "tandemweb serve PATH" in answer.output
    run("index", ledgerlite)
    assert "3 missions" in run("doctor").output
    (get_data_folder() / "index.db").write_bytes(b"garbage" * 1000)
    assert run("doctor").exit_code == 1


def test_serve_answers_until_it_is_interrupted(ledgerlite: Path):
    with running("serve", "--no-open", ledgerlite) as (process, address):
        assert status_of(address) == 401  # nobody has logged in
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in complaints
    with open_index_writer(get_data_folder()):
        pass  # the lock is free again


def test_a_second_server_reads_only_and_a_taken_port_is_one_sentence(ledgerlite: Path):
    with running("serve", "--no-open", ledgerlite) as (_, address):
        with running("serve", "--no-open") as (second, other_address):
            assert status_of(other_address) == 401
            second.send_signal(signal.SIGTERM)
            _, complaints = second.communicate(timeout=30)
        assert f"at {address}" in complaints
        port = address.rstrip("/").rpartition(":")[2]
        third = subprocess.run(
            [*COMMAND, "serve", "--no-open", "--port", port], capture_output=True, text=True, check=False, timeout=60
        )
    assert third.returncode == 2
    assert re.fullmatch(r"tandemweb: .*--port\.\n", third.stderr)


def test_the_demo_is_built_served_and_forgotten(tmp_path: Path):
    with running("demo", "--no-open") as (process, address):
        assert status_of(address) == 401
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert not get_data_folder().exists()


def test_a_named_demo_stays(tmp_path: Path):
    with running("demo", "--no-open", "--folder", tmp_path / "demo") as (process, _):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert {project.name for project in list_registered(get_data_folder())} >= {"ledgerlite", "linkshelf"}
    assert (tmp_path / "demo" / "ledgerlite" / ".git").is_dir()


def test_interrupting_an_index_is_clean(tmp_path: Path):
    for number in range(1, 800):
        folder = tmp_path / "project" / "TandemKit" / f"{number:03d}-Mission{number}"
        folder.mkdir(parents=True)
        (folder / "State.json").write_text('{"phase": "planning"}')
        (folder / "Spec.md").write_text("# Title\n\n## Acceptance Criteria\n\n" + "1. Something.\n" * 60)
    with subprocess.Popen(
        [*COMMAND, "index", str(tmp_path / "project")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not (get_data_folder() / "index.db").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in complaints


@pytest.mark.security
def test_names_of_files_are_no_commands_for_the_terminal(tmp_path: Path):
    """A folder's name, an error about it, and the log of what could not be read."""
    folder = tmp_path / "shop\x1b]0;evil\x07\u202e"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    shutil.rmtree(folder / ".git/refs")
    said = ""
    for arguments in (["-v", "index", str(folder)], ["index", str(folder / "gone")], ["doctor"]):
        environment = {**os.environ, "HOME": str(tmp_path), "TANDEMWEB_HOME": str(tmp_path / "data")}
        answer = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, env=environment)
        said += answer.stdout + answer.stderr
    assert said.count("shop") >= 3
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
