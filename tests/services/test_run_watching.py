"""One look after the other at folders of runs that a test writes as a driver would."""

import time
from datetime import UTC, datetime

import pytest
from run_folders import make_run

from services.examples import archive
from services.running import wait_for
from tandemweb.domain.run import RunStatus
from tandemweb.services import run_watching
from tandemweb.services.changes import RUNS, Broker, mission_topic, run_topic
from tandemweb.services.indexing import refresh_project
from tandemweb.services.run_board import RunBoard
from tandemweb.services.run_watching import RunWatcher
from tandemweb.store.connections import open_index_writer
from tandemweb.store.runs import find_run, list_unseen_runs, save_run_seen
from tandemweb.store.state import open_state, open_state_reader

QUESTION = {"questions": [{"question": "Which currency?", "options": [{"label": "EUR"}]}]}


class Watching:
    """A watcher without a thread, and what it told."""

    def __init__(self, data_folder):
        self.broker = Broker()
        self.board = RunBoard()
        self.watcher = RunWatcher(data_folder, self.broker, self.board)

    def look(self) -> frozenset[str]:
        """Look until what was written has settled, and give all topics that were told."""
        before = self.broker.revision
        self.watcher.look()
        change = self.broker.find_change(before, 0) if self.broker.revision != before else None
        return change.topics if change else frozenset()

    def settle(self) -> frozenset[str]:
        """Look until there is nothing new; a fresh folder is read once more after a moment."""
        topics: set[str] = set()
        end = time.monotonic() + 10
        quiet = 0
        while quiet < 3:
            assert time.monotonic() < end
            found = self.look()
            topics |= found
            quiet = 0 if found or self.watcher._noting else quiet + 1
            time.sleep(0.06)
        return frozenset(topics)


@pytest.fixture
def watching(data_folder, project):
    return Watching(data_folder)


@pytest.fixture
def run(data_folder, project, watching):
    run = make_run(data_folder, project)
    run.begin_step()
    watching.settle()
    return run


def test_a_run_that_somebody_begins_is_taken_up(watching, data_folder, project):
    assert watching.settle() == frozenset()
    run = make_run(data_folder, project)
    assert {run_topic(run.id), RUNS} <= watching.settle()
    assert watching.board.notices.active_count == 1


def test_what_an_agent_prints_concerns_only_the_page_of_its_run(watching, run):
    run.print(1, {"type": "assistant"})
    assert watching.settle() == {run_topic(run.id)}
    assert watching.settle() == frozenset()


def test_many_lines_are_told_as_one_and_the_last_is_told(watching, run, monkeypatch):
    monkeypatch.setattr(run_watching, "GROWTH_SECONDS", 0.5)
    told = 0
    end = time.monotonic() + 2
    while time.monotonic() < end:
        run.print(1, {"type": "assistant"})
        told += watching.look() == {run_topic(run.id)}
    assert 2 <= told <= 5
    run.print(1, {"type": "assistant"})  # the last one may just have been told
    wait_for(lambda: watching.look() == {run_topic(run.id)}, "what was printed after it was told")


def test_an_end_is_told_at_once_whatever_was_printed(watching, run, monkeypatch):
    monkeypatch.setattr(run_watching, "GROWTH_SECONDS", 3600)
    run.print(1, {"type": "assistant"})
    assert watching.settle() == {run_topic(run.id)}
    run.print(1, {"type": "result"})
    assert watching.settle() == frozenset()
    run.end_step(1)
    assert {run_topic(run.id), RUNS} <= watching.settle()


def test_a_look_at_what_did_not_change_reads_nothing(watching, run, activity):
    watching.settle()
    with activity.listening() as seen:
        for _ in range(20):
            watching.watcher.look()
    read = [path for path in seen.opened if run.id in path]
    assert not [path for path in read if not path.endswith("driver.json")], "only the life of the driver is looked at"


def test_a_step_and_an_end_concern_all_pages_of_runs(watching, run):
    run.end_step(1)
    assert {run_topic(run.id), RUNS} <= watching.settle()
    run.begin_step("merge")
    assert {run_topic(run.id), RUNS} <= watching.settle()
    run.end_step(2)
    run.end()
    assert {run_topic(run.id), RUNS} <= watching.settle()
    assert watching.board.notices.active_count == 0


def test_the_page_of_its_mission_hears_of_it(watching, git_repository, data_folder, project):
    git_repository.commit("Start", archive("001-DateRanges"))
    with open_index_writer(data_folder) as writer:
        refresh_project(writer, project)
    make_run(data_folder, project)
    assert mission_topic(project.slug, "tandemkit", "001-DateRanges") in watching.settle()


def test_questions_stand_on_the_board_until_they_are_answered(watching, run):
    question = run.ask(1, QUESTION)
    watching.settle()
    (shown,) = watching.board.notices.questions
    assert (shown.run_id, shown.id, shown.text) == (run.id, question.id, "Which currency?")
    assert shown.title == "Evaluate: 001-DateRanges"
    run.folder.remove_question(question.id)
    run.tell(RunStatus.RUNNING)
    assert RUNS in watching.settle()
    assert watching.board.notices.questions == ()


def test_an_end_is_noted_and_unseen_until_somebody_looks(watching, run, data_folder):
    run.end("failed", reason="The limit is reached.")
    watching.settle()
    with open_state_reader(data_folder) as state:
        row = find_run(state, run.id)
    assert row is not None
    assert row.status is RunStatus.FAILED
    (unseen,) = watching.board.notices.unseen
    assert (unseen.id, unseen.status, unseen.reason) == (run.id, RunStatus.FAILED, "The limit is reached.")
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_run_seen(transaction, run.id, seen_at=datetime.now(UTC))
    assert RUNS in watching.settle(), "another server may have shown it"
    assert watching.board.notices.unseen == ()


def test_an_end_that_readers_see_late_is_not_missed(watching, run, data_folder, monkeypatch):
    """SQLite writes its file a moment before readers see what is in it."""
    late: list[str] = []

    def see_late(state):
        rows = list_unseen_runs(state)
        if rows and not late:
            late.append(rows[0].id)
            return ()
        return rows

    monkeypatch.setattr(run_watching, "list_unseen_runs", see_late)
    run.end("done")
    with open_state_reader(data_folder):  # a page: while it reads, the file is not put in order
        watching.settle()
    assert late == [run.id]
    assert [unseen.id for unseen in watching.board.notices.unseen] == [run.id]


def test_a_dead_driver_is_noticed_though_nothing_is_written(watching, run, data_folder):
    run.lose_driver()
    watching.settle()
    with open_state_reader(data_folder) as state:
        row = find_run(state, run.id)
    assert row is not None
    assert row.status is RunStatus.INTERRUPTED
    assert watching.board.notices.unseen[0].status is RunStatus.INTERRUPTED


def test_what_ended_while_no_server_ran_is_unseen(run, data_folder, watching):
    run.end()
    later = Watching(data_folder)
    later.settle()
    assert [unseen.id for unseen in later.board.notices.unseen] == [run.id]


def test_ends_that_were_noted_long_ago_are_not_looked_at_again(run, data_folder, watching, activity):
    run.end()
    watching.settle()
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_run_seen(transaction, run.id, seen_at=datetime.now(UTC))
    later = Watching(data_folder)
    with activity.listening() as seen:
        later.settle()
    assert not [path for path in seen.opened if run.id in path]


def test_a_folder_that_goes_is_no_error(watching, run):
    run.remove()
    watching.settle()
    assert watching.board.notices.active_count == 0


@pytest.mark.parametrize("name", ["request", "driver", "state", "end"])
def test_damaged_files_do_not_stop_it(watching, data_folder, project, name):
    run = make_run(data_folder, project)
    getattr(run.folder, name).write_bytes(b'{"status": [[[')
    other = make_run(data_folder, project)
    watching.settle()
    assert other.id in watching.watcher._watched


def test_the_thread_ends_with_the_block(data_folder, project):
    run = make_run(data_folder, project)
    broker, board = Broker(), RunBoard()
    with RunWatcher(data_folder, broker, board) as watcher:
        end = time.monotonic() + 10
        while not board.notices.active_count:
            assert time.monotonic() < end
            time.sleep(0.02)
    assert not watcher._thread.is_alive()
    assert run.id in watcher._watched
