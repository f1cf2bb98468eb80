"""A run as its folder tells it: what its driver says as long as it lives, and never more than that."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.test_identity import wait_until
from tandemweb.agents import run_reading
from tandemweb.agents.environment import build_environment, get_marker
from tandemweb.agents.identity import identify
from tandemweb.agents.run_folder import (
    Answer,
    RunEnd,
    RunFolder,
    RunState,
    StepCommand,
    create_run,
    get_run_folder,
    list_run_folders,
    make_run_id,
)
from tandemweb.agents.run_reading import find_orphans, find_request, list_questions, read_run
from tandemweb.agents.stopping import stop_processes
from tandemweb.domain.run import (
    FailureKind,
    ProcessIdentity,
    Question,
    RunMode,
    RunRequest,
    RunStatus,
    StepRun,
    Usage,
)
from tandemweb.domain.workflow import AgentKind, Limits
from tandemweb.errors import NotFoundError

NOW = datetime(2026, 11, 28, 18, 15, tzinfo=UTC)
DEAD = ProcessIdentity(2**22 - 1, 1.0, "another boot")


@pytest.fixture
def request_of_run() -> RunRequest:
    now = datetime.now(UTC)
    return RunRequest(
        make_run_id(now),
        "shop",
        "/src/shop",
        "/src/shop/TandemKit",
        "TandemKit/001-X",
        "tandem",
        "name = 'tandem'",
        "abc",
        "plan",
        "investigate",
        RunMode.AUTOPILOT,
        "/src/shop",
        now,
        prompts={"merge": "my own\nwords"},
        arguments={"review": ("codex", "exec")},
        limits=Limits(seconds=60.0, turns=3),
    )


@pytest.fixture
def folder(tmp_path: Path, request_of_run: RunRequest) -> RunFolder:
    return create_run(tmp_path, request_of_run)


@pytest.fixture
def driver() -> Iterator[ProcessIdentity]:
    """Give a living process that stands for a driver."""
    with subprocess.Popen(["sleep", "60"]) as process:
        identity = identify(process.pid)
        assert identity is not None
        yield identity
        process.kill()


def make_step(folder: RunFolder, number: int = 1, **changes) -> StepCommand:
    command = StepCommand(number, "merge", "Merge", AgentKind.CLAUDE, ("claude", "-p"), "/src/shop", NOW)
    command = replace(command, **changes)
    folder.make_step(number, command.name).write_command(command)
    return command


def test_a_request_comes_back_as_it_was(folder, request_of_run):
    assert find_request(folder) == request_of_run
    assert get_run_folder(folder.path.parent.parent, folder.id).path == folder.path
    assert folder.path.stat().st_mode & 0o077 == 0
    assert folder.request.stat().st_mode & 0o077 == 0


def test_a_run_that_was_just_asked_for_is_queued(folder, request_of_run):
    run = read_run(folder)

    assert run.status is RunStatus.QUEUED
    assert (run.project, run.mission_path, run.mode) == ("shop", "TandemKit/001-X", RunMode.AUTOPILOT)


def test_a_run_whose_driver_comes_while_it_is_read_is_queued_still(folder, driver, monkeypatch):
    look = run_reading.is_driven

    def look_and_let_it_come(folder: RunFolder) -> bool:
        lives = look(folder)
        folder.write_driver(driver)
        folder.write_state(RunState(RunStatus.RUNNING))
        return lives

    monkeypatch.setattr(run_reading, "is_driven", look_and_let_it_come)
    assert read_run(folder).status is RunStatus.QUEUED
    monkeypatch.undo()
    assert read_run(folder).status is RunStatus.RUNNING


def test_a_run_whose_driver_never_came_is_interrupted(tmp_path, request_of_run):
    earlier = datetime.now(UTC) - timedelta(minutes=5)
    folder = create_run(tmp_path, replace(request_of_run, id=make_run_id(earlier), created_at=earlier))

    run = read_run(folder)

    assert run.status is RunStatus.INTERRUPTED
    assert "driver.err" in run.reason


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING, RunStatus.PAUSED])
def test_a_living_driver_is_believed_and_a_dead_one_is_not(folder, driver, status):
    folder.write_state(RunState(status, ("01-merge",), 2, "Waits for Ada.", NOW))
    make_step(folder)
    folder.write_driver(driver)
    alive = read_run(folder)
    folder.write_driver(DEAD)
    dead = read_run(folder)

    assert (alive.status, alive.reason, alive.started_at) == (status, "Waits for Ada.", NOW)
    assert alive.steps[0].status is RunStatus.RUNNING
    assert dead.status is RunStatus.INTERRUPTED
    assert dead.steps[0].status is RunStatus.INTERRUPTED
    assert dead.steps[0].reason


def test_a_killed_driver_is_interrupted_at_once(folder, driver):
    folder.write_driver(driver)
    folder.write_state(RunState(RunStatus.RUNNING))
    assert read_run(folder).status is RunStatus.RUNNING

    os.kill(driver.pid, 9)

    wait_until(lambda: read_run(folder).status is RunStatus.INTERRUPTED, 2)


def test_the_end_stands_whoever_lives(folder, driver):
    folder.write_driver(driver)
    folder.write_state(RunState(RunStatus.RUNNING))
    folder.write_end(RunEnd(RunStatus.DONE, NOW, "Came to its gate.", "spec"))

    run = read_run(folder)

    assert (run.status, run.ended_at, run.waits_for) == (RunStatus.DONE, NOW, "spec")


def test_an_end_that_comes_while_one_looks_is_seen(folder, driver, monkeypatch):
    """The driver writes its end and dies between the look at it and the look at the file."""
    folder.write_driver(DEAD)
    folder.write_state(RunState(RunStatus.RUNNING))
    is_alive = run_reading.is_alive

    def end_meanwhile(identity):
        folder.write_end(RunEnd(RunStatus.DONE, NOW))
        return is_alive(identity)

    monkeypatch.setattr(run_reading, "is_alive", end_meanwhile)
    assert read_run(folder).status is RunStatus.DONE


def test_steps_are_told_in_their_order_with_what_they_used(folder):
    for number in (2, 10, 1):
        command = make_step(folder, number, name=f"s{number}", session_id="s", output="T/x.md")
        ended = StepRun(
            number,
            command.name,
            "S",
            "claude",
            f"{number:02}-s{number}",
            NOW,
            NOW,
            RunStatus.FAILED,
            "",
            FailureKind.RATE_LIMIT,
            "Wait.",
            1,
            "s",
            Usage(10, 5, 1, 0.25, 2),
            retry_at=NOW,
        )
        if number != 10:
            folder.get_step(f"{number:02}-s{number}").write_end(ended)

    run = read_run(folder)

    assert [step.number for step in run.steps] == [1, 2, 10]
    assert run.steps[0].failure is FailureKind.RATE_LIMIT
    assert run.steps[0].retry_at == NOW
    assert (run.steps[2].session_id, run.steps[2].output, run.steps[2].started_at) == ("s", "T/x.md", NOW)
    assert run.usage == Usage(20, 10, 2, 0.5, 4)


def test_questions_wait_until_they_are_answered(folder, driver):
    folder.write_driver(driver)
    folder.write_state(RunState(RunStatus.WAITING))
    question = Question(
        "q-1", folder.id, "plan", "question", "AskUserQuestion", NOW, {"questions": [{"question": "A?"}]}
    )
    folder.write_question(question)
    assert read_run(folder).questions == (question,)

    answer = Answer("q-1", is_allowed=True, answered_at=NOW, answers={"A?": "Yes"})
    folder.answer(answer)

    assert read_run(folder).questions == ()
    assert folder.find_answer("q-1") == answer
    folder.remove_question("q-1")
    folder.remove_question("q-1")
    assert list_questions(folder) == []
    assert folder.find_answer("q-1") is None, "it was one to that question, not to all of its name"


def test_an_answer_is_to_its_own_question_only(folder):
    folder.answer(Answer("may-I", is_allowed=True, answered_at=NOW))

    assert folder.find_answer("may I") is None


def test_a_damaged_answer_allows_nothing(folder):
    for text in ("{", "[]", "{}", '{"question_id": "q", "is_allowed": "yes"}'):
        (folder.control / "answer-q.json").write_text(text)
        assert folder.find_answer("q") is None


def test_an_id_of_an_agent_names_no_file_elsewhere(folder):
    question = Question("../../../evil", folder.id, "plan", "question", "x", NOW)
    folder.write_question(question)

    assert [path.name for path in folder.questions.iterdir()] == ["evil.json"]
    assert list_questions(folder) == [question]
    for name in ("..", ".", "", "../steps", "a/b", "no-such"):
        with pytest.raises(NotFoundError):
            folder.get_step(name)


def test_wishes_are_there_until_they_are_taken_back(folder):
    assert not folder.is_stop_wanted()
    folder.ask_to_stop(NOW)
    folder.ask_to_pause(NOW)
    assert (folder.is_stop_wanted(), folder.is_pause_wanted()) == (True, True)
    folder.go_on()
    assert not folder.is_pause_wanted()


def test_agents_of_a_dead_driver_are_found(folder, driver):
    make_step(folder, identity=driver)
    make_step(folder, 2, name="other", identity=DEAD)
    folder.write_driver(DEAD)

    assert find_orphans(folder) == [driver]
    folder.write_driver(driver)
    assert find_orphans(folder) == []


def test_tools_of_a_dead_driver_are_found_by_their_mark(folder):
    folder.write_driver(DEAD)
    environment = build_environment(get_marker(folder.id, "01-merge"))
    with subprocess.Popen(["sleep", "60"], env=environment) as tool:
        wait_until(lambda: find_orphans(folder) == [identify(tool.pid)])
        stop_processes(find_orphans(folder), folder.id)
        assert find_orphans(folder) == []


@pytest.mark.parametrize("damage", ["", "{", "[]", "7", '{"id": 7, "mode": "?"}', "\0" * 100, "[" * 100_000])
@pytest.mark.faults
def test_a_damaged_folder_is_read_as_far_as_it_goes(folder, driver, damage):
    folder.write_driver(driver)
    folder.write_state(RunState(RunStatus.RUNNING))
    make_step(folder)
    names = ["request.json", "state.json", "steps/01-merge/command.json", "steps/01-merge/end.json", "end.json"]
    for name in [*names, "questions/q.json", "driver.json"]:
        (folder.path / name).write_text(damage)
        run = read_run(folder)
        assert run.id == folder.id
        assert [step.number for step in run.steps] == [1]
    assert run.status in {RunStatus.INTERRUPTED, RunStatus.QUEUED}
    assert run.created_at.year == datetime.now(UTC).year


def test_half_an_end_is_no_success(folder):
    folder.write_driver(DEAD)
    folder.end.write_text(json.dumps({"status": "running"}))
    assert read_run(folder).status is RunStatus.INTERRUPTED
    folder.end.write_text(json.dumps({"status": "done"}))
    assert read_run(folder).status is RunStatus.DONE


def test_an_empty_folder_and_none(tmp_path):
    path = tmp_path / "runs" / "20261128-181500-3f9a1c"
    path.mkdir(parents=True)

    assert read_run(RunFolder(path)).status is RunStatus.INTERRUPTED
    with pytest.raises(NotFoundError):
        read_run(RunFolder(tmp_path / "gone"))
    for name in ("gone", "..", "../runs", "20261128-181500-3f9a1d"):
        with pytest.raises(NotFoundError):
            get_run_folder(tmp_path, name)


def test_runs_are_listed_newest_first_and_nothing_else_is(tmp_path):
    for name in ("20261128-181500-3f9a1c", "20261129-000000-000000", "locks", "20261128-181500-3f9a1c.bak"):
        (tmp_path / "runs" / name).mkdir(parents=True)

    assert [folder.id for folder in list_run_folders(tmp_path)] == ["20261129-000000-000000", "20261128-181500-3f9a1c"]
    assert list_run_folders(tmp_path / "gone") == []


def test_a_folder_that_is_no_step_is_passed_over(folder):
    make_step(folder)
    for name in ("1x-odd", "²-odd", "99999999999-odd", "7", "notes"):
        (folder.steps / name).mkdir()

    assert [step.name for step in read_run(folder).steps] == ["merge"]
