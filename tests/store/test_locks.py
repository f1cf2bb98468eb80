import os
import subprocess
import sys
from pathlib import Path

import pytest

from tandemweb.errors import StoreError
from tandemweb.store.locks import LOCK_NAME, IndexHeldError, LockHolder, find_lock_holder, hold_writer_lock


def test_nobody_holds_it_at_first(data_folder: Path):
    assert find_lock_holder(data_folder) is None


def test_holder_is_named_while_it_holds(data_folder: Path):
    with hold_writer_lock(data_folder, address="http://127.0.0.1:1"):
        assert find_lock_holder(data_folder) == LockHolder(os.getpid(), "http://127.0.0.1:1")
        with pytest.raises(IndexHeldError, match="http://127"):
            hold_writer_lock(data_folder)
    assert find_lock_holder(data_folder) is None
    hold_writer_lock(data_folder).release()


def test_a_note_that_is_no_note_is_no_reason_to_fail(data_folder: Path):
    with hold_writer_lock(data_folder):
        (data_folder / LOCK_NAME).write_text("{")
        with pytest.raises(IndexHeldError, match="Another tandemweb keeps"):
            hold_writer_lock(data_folder)


def test_lock_ends_with_its_process(data_folder: Path):
    script = (
        "import os, sys; from pathlib import Path; from tandemweb.store.locks import hold_writer_lock;"
        "hold_writer_lock(Path(sys.argv[1])); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(data_folder)], check=False).returncode == 9
    hold_writer_lock(data_folder).release()


def test_a_lock_that_cannot_be_opened_is_said(data_folder: Path):
    (data_folder / LOCK_NAME).mkdir(parents=True)
    with pytest.raises(StoreError, match="lock"):
        hold_writer_lock(data_folder)
