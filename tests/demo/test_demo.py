import subprocess

from tandemweb.demo import NAMES, build_demo


def git(path, *arguments):
    return subprocess.run(["git", "-C", path, *arguments], check=True, capture_output=True, text=True).stdout


def test_checkouts_are_clean_and_whole(tmp_path):
    checkouts = build_demo(tmp_path / "demo")
    assert [checkout.name for checkout in checkouts] == list(NAMES)
    for checkout in checkouts:
        assert git(checkout, "status", "--porcelain") == ""
        assert git(checkout, "fsck", "--strict") == ""
    assert {"impl/claude", "impl/codex", "main"} <= set(
        git(checkouts[0], "branch", "--format=%(refname:short)").split()
    )
    assert (checkouts[0] / "TandemKit/001-CsvImport/State.json").is_file()


def test_what_is_there_is_kept(tmp_path):
    first, *_ = build_demo(tmp_path)
    (first / "mine.txt").write_text("mine")
    build_demo(tmp_path)
    assert (first / "mine.txt").read_text() == "mine"
