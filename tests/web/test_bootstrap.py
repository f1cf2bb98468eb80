import os
import stat

import pytest

from tandemweb.web.bootstrap import (
    FILE_SECONDS,
    OneTimeCodes,
    describe_code,
    prepare_bootstrap_path,
    write_bootstrap_file,
)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_code_is_good_once():
    codes = OneTimeCodes()
    code = codes.issue_code(60)
    assert not codes.redeem_code(code[:-1])
    assert codes.redeem_code(code)
    assert not codes.redeem_code(code)


def test_a_code_may_be_typed_carelessly():
    codes = OneTimeCodes()
    assert codes.redeem_code(f"  {codes.issue_code(60).upper().replace('-', '')}\n")


@pytest.mark.parametrize("guess", ["", " ", "-", "\udcff", "0" * 32, "a" * 1_000_000])
def test_guesses_fail(guess):
    codes = OneTimeCodes()
    codes.issue_code(60)
    assert not codes.redeem_code(guess)


def test_a_code_ends_with_its_time():
    clock = Clock()
    codes = OneTimeCodes(clock)
    early, late = codes.issue_code(60), codes.issue_code(61)
    clock.now += 60
    assert not codes.redeem_code(early)
    assert codes.redeem_code(late)


def test_the_code_of_a_page_is_good_for_a_minute():
    clock = Clock()
    codes = OneTimeCodes(clock)
    code = codes.issue_code(FILE_SECONDS)
    clock.now += 60
    assert not codes.redeem_code(code)


def test_use_is_told_once():
    told = []
    codes = OneTimeCodes()
    code = codes.issue_code(60, lambda: told.append("used"))
    codes.redeem_code(code)
    codes.redeem_code(code)
    assert told == ["used"]


def test_codes_hold_128_bits():
    code = OneTimeCodes().issue_code(60)
    assert len(code.replace("-", "")) == 32
    assert code in describe_code(code)


def test_only_this_user_can_read_the_page_that_logs_in(tmp_path):
    folder = tmp_path / "data"
    (folder / "run").mkdir(parents=True)
    (folder / "run").chmod(0o777)
    before = os.umask(0)
    try:
        path = prepare_bootstrap_path(folder)
        write_bootstrap_file(path, "http://127.0.0.1:8000/", "c0de")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert 'action="http://127.0.0.1:8000/login"' in path.read_text()
    assert "c0de" in path.read_text()
    assert "c0de" not in path.name


def test_a_file_in_the_way_is_not_written_through(tmp_path):
    target = tmp_path / "precious"
    target.write_text("kept")
    link = tmp_path / "open-1.html"
    link.symlink_to(target)
    with pytest.raises(FileExistsError):
        write_bootstrap_file(link, "http://127.0.0.1:8000/", "c0de")
    assert target.read_text() == "kept"


def test_pages_that_nobody_opened_go(tmp_path):
    left = prepare_bootstrap_path(tmp_path)
    left.write_text("old")
    os.utime(left, (1, 1))
    fresh = tmp_path / "run" / "open-2-fresh.html"
    fresh.write_text("of another server, just started")
    prepare_bootstrap_path(tmp_path)
    assert not left.exists()
    assert fresh.exists()
