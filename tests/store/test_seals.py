import os
from pathlib import Path

import pytest

from tandemweb.store.connections import open_index_reader, open_index_writer
from tandemweb.store.database import DamagedDatabaseError
from tandemweb.store.seals import is_sealed


@pytest.fixture
def closed(data_folder: Path) -> Path:
    """Give an index that was closed in order."""
    open_index_writer(data_folder).close()
    return data_folder / "index.db"


def test_an_index_is_sealed_while_nobody_writes_it(closed: Path):
    assert is_sealed(closed)
    with open_index_reader(closed.parent):
        assert is_sealed(closed)
    with open_index_writer(closed.parent) as writer:
        assert not writer.was_rebuilt
        assert not is_sealed(closed)
    assert is_sealed(closed)


@pytest.mark.faults
def test_a_touched_index_is_not_sealed(closed: Path):
    status = closed.stat()
    os.utime(closed, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert not is_sealed(closed)


@pytest.mark.faults
def test_an_index_with_a_log_is_not_sealed(closed: Path):
    Path(f"{closed}-wal").write_bytes(b"left by a writer that was killed")
    assert not is_sealed(closed)


@pytest.mark.faults
def test_an_absent_index_is_not_sealed(closed: Path):
    closed.unlink()
    assert not is_sealed(closed)


@pytest.mark.faults
def test_damage_that_was_met_is_checked_at_the_next_start(closed: Path):
    with pytest.raises(DamagedDatabaseError), open_index_reader(closed.parent):
        raise DamagedDatabaseError("met by a query")
    assert not is_sealed(closed)
    open_index_writer(closed.parent).close()
    assert is_sealed(closed)


@pytest.mark.faults
def test_damage_met_while_writing_is_checked_at_the_next_start(closed: Path):
    with open_index_writer(closed.parent) as writer, pytest.raises(DamagedDatabaseError), writer.transaction():
        raise DamagedDatabaseError("met by a save")
    assert not is_sealed(closed)
