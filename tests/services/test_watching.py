"""The watcher, with real files, threads and processes. Every wait ends as soon as what is waited for is there."""

import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from services.examples import archive, mission
from tandemweb.errors import StoreError
from tandemweb.services import watching
from tandemweb.services.changes import Broker, document_topic, mission_topic, project_topic
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.services.watching import Watcher
from tandemweb.store.commit_list import CommitFilter, list_commits
from tandemweb.store.connections import open_index_reader
from tandemweb.store.index_projects import list_project_summaries
from tandemweb.store.mission_list import MissionFilter, list_missions
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.notices import list_notices
from tandemweb.store.projects import delete_project
from tandemweb.store.state import open_state

SPEC = "TandemKit/001-First/Spec.md"
PATIENCE = 20.0


@pytest.fixture
def repository(git_repository):
    git_repository.commit("Two missions", archive("001-First", "002-Second"), at="2026-03-01T10:00:00Z")
    return git_repository


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def watcher(repository, project, data_folder: Path, broker: Broker) -> Iterator[Watcher]:
    """Give a watcher that has read the project and listens to its folders."""
    with Watcher(data_folder, broker) as started:
        wait_until(lambda: title(data_folder, "001-First") == "Date ranges")
        wait_until(lambda: is_listening(started))
        yield started


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def is_listening(watcher: Watcher) -> bool:
    """Whether everything is watched and the look that follows the beginning of watching is over."""
    return all(watched.is_settled for watched in watcher._projects.values()) and bool(watcher._projects)


def title(data_folder: Path, name: str) -> str | None:
    with open_index_reader(data_folder) as index:
        rows = list_missions(index, MissionFilter()).rows
    return next((row.title for row in rows if row.name == name), None)


def wait_for_topic(broker: Broker, topic: str, after: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        change = broker.find_change(after, timeout=1)
        if change and topic in change.topics:
            return
    pytest.fail(f"{topic} was not published")


def test_a_written_document_is_in_the_index_soon(watcher, repository, project, data_folder, broker):
    revision = broker.revision
    start = time.monotonic()
    repository.write({SPEC: "# Ranges of days\n"})
    wait_for_topic(broker, document_topic(project.slug, SPEC), revision)
    assert time.monotonic() - start < 5  # a slow machine; the benchmark measures it
    assert title(data_folder, "001-First") == "Ranges of days"


def test_a_new_mission_and_a_removed_one(watcher, repository, project, data_folder, broker):
    revision = broker.revision
    repository.write(mission("003-Third"))
    wait_until(lambda: title(data_folder, "003-Third") == "Date ranges")
    wait_for_topic(broker, mission_topic(project.slug, "tandemkit", "003-Third"), revision)
    shutil.rmtree(repository.path / "TandemKit/003-Third")
    wait_until(lambda: title(data_folder, "003-Third") is None)


def test_a_file_that_was_removed_leaves_its_mission(watcher, repository, project, data_folder):
    path = "TandemKit/001-First/Evaluator/Round-01.md"
    (repository.path / path).unlink()

    def is_gone() -> bool:
        with open_index_reader(data_folder) as index:
            found = get_mission(index, project.slug, "tandemkit", "001-First")
        return path not in {document.path for document in found.documents}

    wait_until(is_gone)


def test_an_archive_that_is_moved_away_and_put_back(watcher, repository, data_folder):
    archive_folder = repository.path / "TandemKit"
    archive_folder.rename(repository.path / "elsewhere.tmp")
    shutil.move(repository.path / "elsewhere.tmp", repository.path.parent / "kept")
    wait_until(lambda: title(data_folder, "001-First") is None)
    shutil.move(repository.path.parent / "kept", archive_folder)
    wait_until(lambda: title(data_folder, "001-First") == "Date ranges")
    wait_until(lambda: is_listening(watcher))
    repository.write({SPEC: "# After it came back\n"})
    wait_until(lambda: title(data_folder, "001-First") == "After it came back")


def test_a_project_folder_that_vanishes_and_comes_back(watcher, repository, data_folder):
    away = repository.path.with_name("away")
    repository.path.rename(away)
    time.sleep(0.5)
    assert title(data_folder, "001-First") == "Date ranges"
    away.rename(repository.path)
    wait_until(lambda: is_listening(watcher))
    repository.write({SPEC: "# Back again\n"})
    wait_until(lambda: title(data_folder, "001-First") == "Back again")


def test_a_commit_is_noticed(watcher, repository, project, data_folder, broker):
    revision = broker.revision
    repository.commit("Another", {"report.py": "print()\n"})
    wait_for_topic(broker, project_topic(project.slug), revision)

    def has_commit() -> bool:
        with open_index_reader(data_folder) as index:
            return list_commits(index, project.slug, CommitFilter()).total_count == 2

    wait_until(has_commit)


def test_projects_are_taken_up_and_let_go_while_it_runs(watcher, tmp_path, data_folder, project):
    for path, text in archive("007-Elsewhere").items():
        (tmp_path / "other" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "other" / path).write_text(text)
    added = register_project(data_folder, tmp_path / "other")
    wait_until(lambda: title(data_folder, "007-Elsewhere") == "Date ranges")
    with open_state(data_folder) as state, state.transaction() as transaction:
        delete_project(transaction, added.slug)
    wait_until(lambda: title(data_folder, "007-Elsewhere") is None)
    assert title(data_folder, "001-First") == "Date ranges"


def test_a_second_one_reads_only_and_takes_over(watcher, repository, project, data_folder, caplog):
    other_broker = Broker()
    with Watcher(data_folder, other_broker) as second:
        assert second._writer is None
        assert "keeps the index up to date" in caplog.text
        revision = other_broker.revision
        repository.write({SPEC: "# Seen by both\n"})
        wait_for_topic(other_broker, mission_topic(project.slug, "tandemkit", "001-First"), revision)
        watcher.__exit__(None, None, None)
        repository.write({SPEC: "# Written by the second\n"})
        wait_until(lambda: title(data_folder, "001-First") == "Written by the second")


def test_it_leaves_no_thread_behind(repository, project, data_folder, broker):
    before = set(threading.enumerate())
    with Watcher(data_folder, broker) as started:
        wait_until(lambda: is_listening(started))
        assert set(threading.enumerate()) - before
    assert set(threading.enumerate()) - before == set()


def test_it_stops_in_the_middle_of_a_long_refresh(git_repository, data_folder, broker):
    git_repository.write(archive(*(f"{number:03d}-Mission{number}" for number in range(1, 400))))
    register_project(data_folder, git_repository.path)
    with Watcher(data_folder, broker):
        wait_until(lambda: (data_folder / "index.db").exists() and title(data_folder, "399-Mission399") is not None)
        start = time.monotonic()
    assert time.monotonic() - start < 10


def notices(data_folder: Path) -> list[str]:
    with open_index_reader(data_folder) as index:
        return [notice.message for notice in list_notices(index)]


def is_back(data_folder: Path) -> bool:
    """Whether the index answers, says that it was rebuilt and holds the missions again."""
    with suppress(StoreError):
        return bool(notices(data_folder)) and title(data_folder, "001-First") == "Date ranges"
    return False


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(4))
def test_damage_in_use_is_noticed_and_mended(watcher, data_folder, seed: int):
    path = data_folder / "index.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    chance = random.Random(seed)
    with path.open("r+b") as file:
        file.seek(0 if seed == 0 else 4096)
        file.write(chance.randbytes(path.stat().st_size - file.tell()))
    wait_until(lambda: is_back(data_folder))
    assert "damaged" in notices(data_folder)[0]
    assert (data_folder / "index.db.set-aside").exists()


@pytest.mark.faults
def test_an_index_that_somebody_removed_is_made_anew(watcher, repository, data_folder):
    for path in data_folder.glob("index.db*"):
        path.unlink()
    wait_until(lambda: is_back(data_folder))
    repository.write({SPEC: "# Ranges of days\n"})
    wait_until(lambda: title(data_folder, "001-First") == "Ranges of days")


@pytest.mark.faults
def test_a_full_disk_is_said_until_there_is_room(watcher, repository, project, data_folder, broker):
    connection = watcher._writer._connection
    with watcher._writer._turn:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    words = " ".join(map(chr, range(0x4E00, 0x9000)))
    repository.write({SPEC: f"# Ranges of days\n\n{words}\n{words}\n"})
    wait_until(lambda: broker.troubles != ())
    assert "disk is full" in broker.troubles[0]
    assert broker.troubles[0].startswith(project.name)
    assert title(data_folder, "002-Second") == "Date ranges", "what was read is shown"
    with watcher._writer._turn:
        connection.execute("PRAGMA max_page_count = 1000000")
    wait_until(lambda: broker.troubles == ())
    assert title(data_folder, "001-First") == "Ranges of days"


def test_all_projects_are_there_while_the_first_is_read(
    git_repository, tmp_path, project, data_folder, broker, monkeypatch
):
    git_repository.write(archive("001-First"))
    (tmp_path / "zebra").mkdir()
    register_project(data_folder, tmp_path / "zebra")
    seen: list[set[str]] = []

    def look(writer, project, **_options):
        with open_index_reader(data_folder) as index:
            seen.append({summary.slug for summary in list_project_summaries(index)})
        return refresh_project(writer, project)

    monkeypatch.setattr(watching, "refresh_project", look)
    with Watcher(data_folder, broker):
        wait_until(lambda: bool(seen))
    assert seen[0] == {project.slug, "zebra"}
