import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.errors import StoreError
from tandemweb.store.database import BusyDatabaseError, DamagedDatabaseError, begin, clean_text, clean_value
from tandemweb.store.opening import connect_writer


@given(st.text())
def test_clean_text_can_always_be_stored(text: str):
    for broken in (text, f"{text}\ud800", f"\udcff{text}"):
        cleaned = clean_text(broken)
        assert cleaned == cleaned.encode().decode()
        assert len(cleaned) == len(broken)


def test_numbers_are_kept_within_what_sqlite_can_hold():
    assert clean_value(10**30) == 2**63 - 1
    assert clean_value(-(10**30)) == -(2**63 - 1)
    assert clean_value(7) == 7


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "any.db"


def test_transaction_is_undone_on_any_error(path: Path):
    connection = connect_writer(path)
    connection.execute("CREATE TABLE a (b TEXT)")

    def insert_and_stop():
        with begin(connection, path) as transaction:
            transaction.execute("INSERT INTO a VALUES ('x')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        insert_and_stop()
    with begin(connection, path) as transaction:
        assert transaction.value("SELECT count(*) FROM a") == 0
        transaction.execute("INSERT INTO a VALUES (?)", ("\ud800",))
        assert transaction.value("SELECT b FROM a") == "\ufffd"
    connection.close()


def test_a_writer_that_does_not_finish_is_named_as_such(path: Path):
    first, second = connect_writer(path), connect_writer(path)
    second.execute("PRAGMA busy_timeout = 0")
    with begin(first, path), pytest.raises(BusyDatabaseError, match="in use"), begin(second, path):
        pytest.fail("two write transactions at once")
    first.close()
    second.close()


def test_a_full_disk_is_named_as_such_and_harms_nothing(path: Path):
    connection = connect_writer(path)
    connection.execute("CREATE TABLE a (b TEXT)")
    connection.execute("PRAGMA max_page_count = 10")
    with pytest.raises(StoreError, match="disk is full"), begin(connection, path) as transaction:
        transaction.execute_many("INSERT INTO a VALUES (?)", (("x" * 4000,) for _ in range(100)))
    assert connection.execute("SELECT count(*) FROM a").fetchone()[0] == 0
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


def test_garbage_is_named_as_damage(path: Path):
    path.write_bytes(b"no database at all" * 100)
    connection = sqlite3.connect(path, isolation_level=None)
    with pytest.raises(DamagedDatabaseError, match=r"any\.db"), begin(connection, path) as transaction:
        transaction.rows("SELECT * FROM sqlite_schema")
    connection.close()


def test_a_mistake_in_sql_is_a_store_error(path: Path):
    connection = connect_writer(path)
    with pytest.raises(StoreError, match="no such table"), begin(connection, path) as transaction:
        transaction.rows("SELECT * FROM absent")
    connection.close()
