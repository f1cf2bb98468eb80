import errno
import os
import stat
from pathlib import Path

import pytest

from tandemweb.whole_files import put_file, replace_file


def test_a_file_is_replaced_for_its_user_alone_and_its_name_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode)))
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    put_file(path, b"new")
    replace_file(path, b"newer")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"newer", 0o600)
    assert synced == [False, False, True]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.faults
def test_what_cannot_be_written_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch):
    def refuse(descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", refuse)
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="Input/output"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
