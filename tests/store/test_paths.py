from pathlib import Path

import pytest

from tandemweb.errors import StoreError
from tandemweb.store.paths import get_data_folder, prepare_data_folder


def test_environment_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TANDEMWEB_HOME", str(tmp_path / "own"))
    assert get_data_folder() == tmp_path / "own"


def test_default_lies_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, own_home: Path):
    monkeypatch.delenv("TANDEMWEB_HOME")
    assert get_data_folder().is_relative_to(own_home)
    assert "tandemweb" in get_data_folder().name


def test_folder_is_for_its_user_alone(tmp_path: Path):
    open_to_all = tmp_path / "a"
    open_to_all.mkdir(mode=0o755)
    assert prepare_data_folder(open_to_all).stat().st_mode & 0o777 == 0o700
    assert prepare_data_folder(tmp_path / "b" / "c").stat().st_mode & 0o777 == 0o700


def test_a_file_in_the_way_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="TANDEMWEB_HOME"):
        prepare_data_folder(tmp_path / "file")
