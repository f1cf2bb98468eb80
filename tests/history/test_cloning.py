import pytest

from tandemweb.errors import HistoryError
from tandemweb.history.cloning import clone_bundle


@pytest.fixture
def bundle(git_repository, tmp_path):
    git_repository.commit("Start", {"Ä b.txt": "one\n", "run.sh": "true\n"})
    (git_repository.path / "run.sh").chmod(0o755)
    git_repository.commit("Make it run")
    git_repository.git("tag", "v1")
    git_repository.git("bundle", "create", "--quiet", str(tmp_path / "made.bundle"), "--all")
    return tmp_path / "made.bundle"


def test_checkout_has_the_files_the_branches_and_the_tags(bundle, tmp_path):
    clone_bundle(bundle, tmp_path / "checkout")
    assert (tmp_path / "checkout/Ä b.txt").read_text() == "one\n"
    assert (tmp_path / "checkout/run.sh").stat().st_mode & 0o100
    assert (tmp_path / "checkout/.git/refs/heads/main").is_file()
    assert (tmp_path / "checkout/.git/refs/tags/v1").is_file()


def test_nothing_is_left_of_a_clone_that_failed_of_a_clone_that_failed(tmp_path):
    damaged = tmp_path / "damaged.bundle"
    damaged.write_bytes(b"no bundle")
    with pytest.raises(HistoryError):
        clone_bundle(damaged, tmp_path / "made" / "checkout")
    assert list((tmp_path / "made").iterdir()) == []
