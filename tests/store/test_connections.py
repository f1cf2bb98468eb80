import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from store.conftest import count_rows
from store.examples import PROJECT, START, make_mission, make_texts
from store.test_corrections import ANCHOR
from tandemweb.domain.search import SearchQuery, Term
from tandemweb.errors import StoreError
from tandemweb.store import schema_projects
from tandemweb.store.connections import (
    IndexMissingError,
    IndexWriter,
    find_index_fault,
    open_index_reader,
    open_index_writer,
)
from tandemweb.store.corrections import CorrectionKind, list_corrections, save_correction
from tandemweb.store.database import DamagedDatabaseError
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.locks import IndexHeldError
from tandemweb.store.missions import save_mission
from tandemweb.store.notices import list_notices
from tandemweb.store.opening import connect_reader
from tandemweb.store.revisions import get_revision
from tandemweb.store.runs import RunRow, list_run_rows, save_run
from tandemweb.store.schema import SCHEMA_VERSION
from tandemweb.store.search import search
from tandemweb.store.state import State

TESTS = Path(__file__).parent.parent


def test_every_table_of_the_index_is_strict(writer: IndexWriter):
    plain = "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND NOT strict"
    with writer.transaction() as index:
        assert {name for (name,) in index.rows(plain)} == {"sqlite_schema", "sqlite_sequence"}


def test_a_new_index_says_nothing(data_folder: Path):
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt
    with open_index_writer(data_folder) as writer:
        assert not writer.was_rebuilt
    with open_index_reader(data_folder) as index:
        assert list_notices(index) == ()
        assert get_revision(index) > 1_700_000_000_000


@pytest.mark.security
def test_every_safeguard_is_set(writer: IndexWriter, state: State, data_folder: Path):
    common = {
        "journal_mode": "wal",
        "busy_timeout": 5000,
        "journal_size_limit": 64 << 20,
        "trusted_schema": 0,
        "foreign_keys": 1,
    }
    for connection, synchronous in ((writer._connection, 1), (state.connection, 2)):  # NORMAL, FULL
        wanted = {**common, "synchronous": synchronous}
        assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    reader, _ = connect_reader(data_folder / "index.db")
    with closing(reader):
        for name, wanted in (("trusted_schema", 0), ("query_only", 1), ("busy_timeout", 5000)):
            assert reader.execute(f"PRAGMA {name}").fetchone()[0] == wanted, name
        reader.execute("PRAGMA query_only = OFF")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM missions")


@pytest.mark.faults
def test_a_transaction_is_one_that_writes_from_its_first_moment(state: State, data_folder: Path):
    """One that began by reading would be refused, not made to wait, when another wrote meanwhile."""
    with closing(sqlite3.connect(data_folder / "state.db", timeout=0)) as other:
        with state.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def test_readers_need_an_index(data_folder: Path):
    with pytest.raises(IndexMissingError, match="tandemweb index"), open_index_reader(data_folder):
        pytest.fail("there is none")


def test_a_reader_sees_one_moment(save: Callable, data_folder: Path):
    with open_index_reader(data_folder) as before:
        save(make_mission())
        assert count_rows(before)["missions"] == 0
    with open_index_reader(data_folder) as after:
        assert count_rows(after)["missions"] == 1


@pytest.mark.security
@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{folder}/new.db' AS other",
        "DELETE FROM missions",
        "INSERT INTO notices (code, message, created_at) VALUES ('a', 'b', 'c')",
        "UPDATE missions SET title = ''",
        "DROP TABLE missions",
        "CREATE TABLE mine (a)",
        "CREATE TEMP TABLE mine (a)",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "SELECT load_extension('x')",
        "VACUUM INTO '{folder}/copy.db'",
        "INSERT INTO document_texts (document_texts) VALUES ('delete-all')",
    ],
)
def test_a_reader_can_do_nothing_but_read(save: Callable, data_folder: Path, statement: str):
    save(make_mission())
    files = sorted(path.name for path in data_folder.iterdir())
    with open_index_reader(data_folder) as index:
        rows = count_rows(index)
        with pytest.raises(StoreError):
            index.rows(statement.format(folder=data_folder))
        assert count_rows(index) == rows
    assert sorted(path.name for path in data_folder.iterdir()) == files


@pytest.mark.faults
@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_index_is_rebuilt_or_sound(data_folder: Path, seed: int):
    _fill(data_folder)
    path = data_folder / "index.db"
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    start = chance.randrange(len(content))
    content[start : start + 3000] = chance.randbytes(len(content[start : start + 3000]))
    path.write_bytes(content)
    with open_index_writer(data_folder) as writer:
        with writer.transaction() as index:
            save_indexed_project(index, PROJECT)
            save_mission(index, "shop", make_mission("003-New"), {})
        was_rebuilt = writer.was_rebuilt
    with open_index_reader(data_folder) as index:
        notices = list_notices(index)
        assert ["index-rebuilt"] * was_rebuilt == [notice.code for notice in notices]
    assert (data_folder / "index.db.set-aside").exists() == was_rebuilt
    assert not was_rebuilt or "damaged" in notices[0].message


@pytest.mark.faults
@pytest.mark.parametrize("content", [b"garbage" * 5000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_garbage_is_rebuilt(data_folder: Path, content: bytes):
    _fill(data_folder)
    (data_folder / "index.db").write_bytes(content)
    assert find_index_fault(data_folder)
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt
    assert find_index_fault(data_folder) is None
    assert (data_folder / "index.db.set-aside").read_bytes() == content


@pytest.mark.faults
def test_damaged_words_are_rebuilt(data_folder: Path):
    _fill(data_folder)
    with closing(sqlite3.connect(data_folder / "index.db")) as connection, connection:
        connection.execute("DELETE FROM document_texts_config")
    with pytest.raises(StoreError), open_index_reader(data_folder):
        pytest.fail("it cannot be searched")
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt


@pytest.mark.faults
def test_damage_met_by_a_search_is_named_as_such(data_folder: Path):
    _fill(data_folder)
    with closing(sqlite3.connect(data_folder / "index.db")) as connection, connection:
        connection.execute("UPDATE document_texts_data SET block = ? WHERE id > 10", (b"\xff" * 4000,))
    with open_index_reader(data_folder) as index, pytest.raises(DamagedDatabaseError):
        search(index, SearchQuery((Term("words"),)))


@pytest.mark.faults
def test_damage_met_in_use_can_be_rebuilt(writer: IndexWriter, save: Callable, data_folder: Path):
    save(make_mission())
    with open_index_reader(data_folder) as before:
        writer.rebuild("its words are gone")
        assert count_rows(before)["missions"] == 1
    assert writer.was_rebuilt
    with open_index_reader(data_folder) as index:
        assert count_rows(index)["missions"] == 0
        assert "its words are gone" in list_notices(index)[0].message
    with writer.transaction() as index:
        save_indexed_project(index, PROJECT)
    save(make_mission())


@pytest.mark.faults
def test_damage_met_by_a_reader_is_told_to_the_writer(writer: IndexWriter, save: Callable, data_folder: Path):
    save(make_mission())
    assert writer.find_fault() is None
    with pytest.raises(DamagedDatabaseError), open_index_reader(data_folder):
        raise DamagedDatabaseError("met by a page")
    assert writer.find_fault() == "met by a page"
    writer.rebuild("met by a page")
    assert writer.find_fault() is None


@pytest.mark.faults
def test_a_late_reader_of_the_old_file_does_not_doubt_the_new_one(writer: IndexWriter, data_folder: Path):
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(DamagedDatabaseError))
        stack.enter_context(open_index_reader(data_folder))
        writer.rebuild("it was damaged")
        raise DamagedDatabaseError("met in the file that was set aside")
    assert writer.find_fault() is None


@pytest.mark.faults
@pytest.mark.parametrize(
    "damage",
    [Path.unlink, lambda path: path.write_bytes(b""), lambda path: shutil.rmtree(path.parent)],
    ids=["the file", "its content", "the folder"],
)
def test_a_file_that_was_removed_in_use_is_noticed(writer: IndexWriter, save: Callable, data_folder: Path, damage):
    damage(data_folder / "index.db")
    assert writer.find_fault()
    data_folder.mkdir(exist_ok=True)
    writer.rebuild("it is gone")
    assert writer.find_fault() is None
    with open_index_reader(data_folder) as index:
        assert "it is gone" in list_notices(index)[0].message


@pytest.mark.faults
@pytest.mark.parametrize("version", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])
def test_an_index_that_another_version_changed_in_use_is_noticed(writer: IndexWriter, data_folder: Path, version: int):
    with closing(sqlite3.connect(data_folder / "index.db")) as other:
        other.execute(f"PRAGMA user_version = {version}")
    assert writer.find_fault() == "another version of tandemweb changed it"
    writer.rebuild("another version of tandemweb changed it")
    with open_index_reader(data_folder) as index:
        assert count_rows(index)["missions"] == 0


@pytest.mark.faults
def test_a_data_folder_that_went_is_an_error_in_words(writer: IndexWriter, data_folder: Path):
    data_folder.rename(data_folder.with_name("away"))
    with pytest.raises(StoreError, match="data folder"):
        writer.rebuild("its file is gone")
    data_folder.with_name("away").rename(data_folder)
    assert writer.find_fault(), "the file is back, but no longer open"
    writer.rebuild("its file is gone")
    assert writer.find_fault() is None


@pytest.mark.faults
def test_a_truncated_index_is_rebuilt(data_folder: Path):
    _fill(data_folder)
    path = data_folder / "index.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt


@pytest.mark.parametrize("version", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])
def test_an_index_of_another_version_is_rebuilt(data_folder: Path, version: int):
    before = _fill(data_folder)
    with closing(sqlite3.connect(data_folder / "index.db")) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(IndexMissingError, match="another version"), open_index_reader(data_folder):
        pytest.fail("this version cannot read it")
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt
    with open_index_reader(data_folder) as index:
        assert "another version" in list_notices(index)[0].message
        assert count_rows(index)["missions"] == 0
        assert get_revision(index) > before


def test_an_index_of_the_same_schema_by_another_program_version_is_rebuilt(data_folder: Path):
    _fill(data_folder)
    with closing(sqlite3.connect(data_folder / "index.db")) as connection:
        connection.execute("PRAGMA application_id = 7")
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt


def test_what_people_decided_outlives_an_index_of_another_version(state: State, data_folder: Path):
    run = RunRow("r1", "shop", "TandemKit/001-A", "tandem", "plan", "", "key", START)
    with state.transaction() as transaction:
        save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "LOW", created_at=START, note="why")
        save_run(transaction, run)
    kept = (list_corrections(state, "shop"), list_run_rows(state))
    _fill(data_folder)
    with closing(sqlite3.connect(data_folder / "index.db")) as connection:
        connection.execute("PRAGMA user_version = 12")
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt
    assert (list_corrections(state, "shop"), list_run_rows(state)) == kept
    assert kept[1] == (run,)


def test_an_index_that_an_earlier_version_began_is_rebuilt(data_folder: Path):
    """It made its tables one after the other, and numbered them at the end."""
    data_folder.mkdir()
    with closing(sqlite3.connect(data_folder / "index.db")) as connection:
        connection.execute("CREATE TABLE projects (id INTEGER PRIMARY KEY)")
    with open_index_writer(data_folder) as writer:
        assert writer.was_rebuilt
    with open_index_reader(data_folder) as index:
        assert "another version" in list_notices(index)[0].message


@pytest.mark.faults
def test_an_index_is_made_whole_or_not_at_all(data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr("tandemweb.store.schema.TABLES", (schema_projects.TABLES, "CREATE TABLE ();"))
        with pytest.raises(StoreError):
            open_index_writer(data_folder)
    with closing(sqlite3.connect(data_folder / "index.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    with open_index_writer(data_folder) as writer, writer.transaction() as index:
        assert list_notices(index) == ()


def test_an_empty_file_is_a_new_index(data_folder: Path):
    data_folder.mkdir()
    (data_folder / "index.db").touch()
    with open_index_writer(data_folder) as writer, writer.transaction() as index:
        assert list_notices(index) == ()


def test_a_folder_in_its_place_is_said(data_folder: Path):
    (data_folder / "index.db").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"index\.db"):
        open_index_writer(data_folder)
    with pytest.raises(StoreError, match=r"index\.db"):  # and the lock was given back
        open_index_writer(data_folder)


def test_one_writer_at_a_time(data_folder: Path):
    with open_index_writer(data_folder, address="http://127.0.0.1:4123"):
        with pytest.raises(IndexHeldError, match=f"{os.getpid()} at http://127.0.0.1:4123") as caught:
            open_index_writer(data_folder)
        assert caught.value.holder
        with open_index_reader(data_folder) as index:
            assert count_rows(index)["missions"] == 0
    with open_index_writer(data_folder) as writer:
        assert not writer.was_rebuilt


@pytest.mark.faults
def test_a_full_disk_keeps_what_was_there(writer: IndexWriter, save: Callable, data_folder: Path):
    save(make_mission())
    connection = writer._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    large = make_mission("002-Large")
    texts = {path: "".join(map(chr, range(0x4E00, 0x9000))) * 5 for path in make_texts(large)}
    with pytest.raises(StoreError, match="disk is full"), writer.transaction() as index:
        save_mission(index, "shop", large, texts)
    connection.execute("PRAGMA max_page_count = 1000000")
    with open_index_reader(data_folder) as index:
        assert count_rows(index)["missions"] == 1
        assert search(index, SearchQuery((Term("words"),))).hits
    with writer.transaction() as index:
        save_mission(index, "shop", large, texts)
    assert find_index_fault(data_folder) is None


WRITE_FOREVER = """
import itertools, sys
from pathlib import Path
from store.examples import PROJECT, make_mission, make_texts
from tandemweb.store.connections import open_index_writer
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.missions import save_mission

with open_index_writer(Path(sys.argv[1])) as writer:
    with writer.transaction() as index:
        save_indexed_project(index, PROJECT)
    for number in itertools.count():
        mission = make_mission(f"{number % 50:03}-Mission")
        with writer.transaction() as index:
            save_mission(index, "shop", mission, make_texts(mission))
        print(number, flush=True)
"""


@pytest.mark.faults
def test_killed_writers_leave_a_sound_index(data_folder: Path):
    chance = random.Random(1)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOREVER, str(data_folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
        )
        assert process.stdout
        with process.stdout as acknowledged:
            acknowledged.readline()
            time.sleep(chance.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
            process.wait()
            last = int((acknowledged.read() or b"0").split()[-1])
        with open_index_writer(data_folder) as writer, writer.transaction() as index:
            assert not writer.was_rebuilt
            assert index.value("SELECT count(*) FROM missions") >= min(last + 1, 50)
            rows = count_rows(index)
            assert rows["documents"] == rows["document_texts"] == 3 * rows["missions"]
            assert rows["mission_details"] == rows["missions"]
            index.execute("INSERT INTO document_texts (document_texts) VALUES ('integrity-check')")
        assert find_index_fault(data_folder) is None


def _fill(data_folder: Path) -> int:
    with open_index_writer(data_folder) as writer, writer.transaction() as index:
        save_indexed_project(index, PROJECT)
        for number in range(40):
            mission = make_mission(f"{number:03}-Mission")
            save_mission(index, "shop", mission, make_texts(mission))
        return get_revision(index)


@pytest.mark.faults
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sqlite_schema SET sql = CAST(X'FFC3' || sql AS TEXT)",
        "UPDATE sqlite_schema SET name = 'x', tbl_name = 'x', sql = replace(sql, name, 'x') WHERE name = 'missions'",
    ],
    ids=["unreadable", "renamed"],
)
def test_a_damaged_schema_is_damage(writer: IndexWriter, save: Callable, data_folder: Path, statement: str):
    save(make_mission())
    with closing(sqlite3.connect(data_folder / "index.db")) as other, other:
        other.execute("PRAGMA writable_schema = on")
        other.execute(statement)
    with pytest.raises(DamagedDatabaseError), open_index_reader(data_folder) as index:
        count_rows(index)
    assert writer.find_fault()
