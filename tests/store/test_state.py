import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from store.examples import PROJECT
from tandemweb.errors import StoreError
from tandemweb.store import state as state_module
from tandemweb.store.database import DamagedDatabaseError
from tandemweb.store.migrations_state import state_migrations
from tandemweb.store.projects import list_projects, save_project
from tandemweb.store.state import STATE_VERSION, State, find_state_fault, open_state, open_state_reader


def _save_project(data_folder: Path) -> None:
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_project(transaction, PROJECT)


def test_version_counts_the_migrations(state: State):
    assert state.value("SELECT count(*) FROM _sqlite_migrations") == STATE_VERSION
    assert state.value("PRAGMA user_version") == STATE_VERSION


def test_what_is_saved_is_synced(state: State):
    assert state.value("PRAGMA synchronous") == 2  # FULL


def test_reader_makes_what_is_missing(data_folder: Path):
    data_folder.mkdir(mode=0o700)
    with open_state_reader(data_folder) as state:
        assert list_projects(state) == ()
    _save_project(data_folder)
    with open_state_reader(data_folder) as state:
        assert list_projects(state) == (PROJECT,)
        with pytest.raises(StoreError, match="not authorized"):
            state.rows("DELETE FROM projects")


def test_two_processes_may_write(data_folder: Path):
    with open_state(data_folder) as first, open_state(data_folder) as second:
        with first.transaction() as transaction:
            save_project(transaction, PROJECT)
        assert list_projects(second) == (PROJECT,)


SAVE_MANY = """
import sys
from pathlib import Path
from store.examples import START
from store.test_corrections import ANCHOR
from tandemweb.store.corrections import CorrectionKind, save_correction
from tandemweb.store.state import open_state

for number in range(60):
    with open_state(Path(sys.argv[1])) as state, state.transaction() as transaction:
        save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, str(number), created_at=START)
"""


@pytest.mark.faults
def test_nothing_is_lost_between_two_writing_processes(data_folder: Path):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-c", SAVE_MANY, str(data_folder)]
    processes = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    with open_state_reader(data_folder) as state:
        assert state.value("SELECT count(*) FROM corrections") == 120
        assert state.value("SELECT count(*) FROM corrections WHERE undone_at IS NULL") == 1


def test_migrating_keeps_everything_and_a_backup(data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    _save_project(data_folder)
    later = sqlite_utils.Migrations("state")
    for migration in state_migrations._migrations:
        later(name=migration.name)(migration.fn)

    @later()
    def m999_notes(database: sqlite_utils.Database) -> None:
        database.execute("ALTER TABLE projects ADD COLUMN note TEXT")

    monkeypatch.setattr(state_module, "state_migrations", later)
    monkeypatch.setattr(state_module, "STATE_VERSION", STATE_VERSION + 1)
    with open_state_reader(data_folder) as state:
        assert list_projects(state) == (PROJECT,)
        assert state.rows("SELECT note FROM projects")[0][0] is None
    with closing(sqlite3.connect(data_folder / f"state.db.backup-{STATE_VERSION}")) as backup:
        assert backup.execute("SELECT slug FROM projects").fetchall() == [("shop",)]
        assert (
            backup.execute("SELECT count(*) FROM pragma_table_info('projects') WHERE name = 'note'").fetchone()[0] == 0
        )


def test_a_failed_migration_changes_nothing(data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    _save_project(data_folder)
    later = sqlite_utils.Migrations("state")
    for migration in state_migrations._migrations:
        later(name=migration.name)(migration.fn)

    @later()
    def m998_is_fine(database: sqlite_utils.Database) -> None:
        database.conn.execute("ALTER TABLE projects ADD COLUMN note TEXT")

    @later()
    def m999_fails(database: sqlite_utils.Database) -> None:
        database.conn.execute("DELETE FROM projects")
        database.conn.execute("SELECT no_such_function()")

    with monkeypatch.context() as patch:
        patch.setattr(state_module, "state_migrations", later)
        patch.setattr(state_module, "STATE_VERSION", STATE_VERSION + 1)
        with pytest.raises(StoreError, match="no_such_function"), open_state(data_folder):
            pytest.fail("it cannot be opened")
    with open_state(data_folder) as state:
        assert list_projects(state) == (PROJECT,)
        assert state.value("SELECT count(*) FROM pragma_table_info('projects') WHERE name = 'note'") == 0
        assert state.value("SELECT count(*) FROM _sqlite_migrations") == STATE_VERSION


def test_a_newer_state_is_refused_and_kept(data_folder: Path):
    _save_project(data_folder)
    with closing(sqlite3.connect(data_folder / "state.db")) as connection:
        connection.execute("PRAGMA user_version = 999")
    for opening in (open_state, open_state_reader):
        with pytest.raises(StoreError, match="newer tandemweb"), opening(data_folder):
            pytest.fail("it cannot be opened")


@pytest.mark.faults
def test_a_damaged_state_is_never_thrown_away(data_folder: Path):
    _save_project(data_folder)
    damaged = os.urandom(20_000)
    (data_folder / "state.db").write_bytes(damaged)
    (data_folder / "state.db.backup-1").write_bytes(b"")
    for opening in (open_state, open_state_reader):
        with pytest.raises(DamagedDatabaseError, match=r"state\.db\.backup-1"), opening(data_folder):
            pytest.fail("it cannot be opened")
    assert find_state_fault(data_folder)
    assert (data_folder / "state.db").read_bytes() == damaged
