import stat
from pathlib import Path

import pytest

from tandemweb.services.drafts import KEPT, find_draft, save_draft

FIELDS = [("goal", "Ä\r\n</textarea>\x00\ud800"), ("goal", "twice")]


def test_a_draft_is_found_where_it_was_typed_and_by_its_user_alone(tmp_path: Path):
    key = save_draft(tmp_path, "/one", FIELDS)
    assert save_draft(tmp_path, "/one", FIELDS) == key
    assert find_draft(tmp_path, "/one", key) == FIELDS
    assert find_draft(tmp_path, "/other", key) is None
    (path,) = (tmp_path / "drafts").iterdir()
    assert [stat.S_IMODE(own.stat().st_mode) for own in (path, path.parent)] == [0o600, 0o700]


@pytest.mark.security
@pytest.mark.parametrize("key", ["", "../state", "x" * 64, "0" * 64, f"../drafts/{'0' * 64}", f"{'0' * 64}\n"])
def test_other_keys_lead_nowhere(tmp_path: Path, key: str):
    save_draft(tmp_path, "/one", FIELDS)
    (tmp_path / "state.json").write_text('["/one", []]')
    assert find_draft(tmp_path, "/one", key) is None


def test_old_drafts_are_dropped(tmp_path: Path):
    keys = [save_draft(tmp_path, "/one", [("goal", str(number))]) for number in range(KEPT + 2)]
    assert len(list((tmp_path / "drafts").iterdir())) == KEPT
    assert find_draft(tmp_path, "/one", keys[-1]) is not None


@pytest.mark.faults
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'["/one"]', b'["/one", [["a"]]]', b'["/one", 3]', b"\xff"])
def test_a_damaged_draft_is_none(tmp_path: Path, content: bytes):
    key = save_draft(tmp_path, "/one", FIELDS)
    (tmp_path / "drafts" / f"{key}.json").write_bytes(content)
    assert find_draft(tmp_path, "/one", key) is None
