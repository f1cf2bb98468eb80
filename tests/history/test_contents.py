import os

import pytest

from tandemweb.errors import HistoryError, InvalidRequestError, NotFoundError
from tandemweb.history.contents import find_file_at, list_folder_at, read_blob, read_blobs


def store_blob(repository, content: bytes) -> str:
    return repository.git("hash-object", "-w", "--stdin", stdin=content)


@pytest.mark.parametrize("content", [b"", b"text\n", b"\0\xff\n\n", b"0" * 40 + b" missing\n", b"x" * 1_000_000])
def test_a_content_comes_back_as_it_was_stored(content, git_repository, open_at):
    blob = read_blob(open_at(git_repository.path), store_blob(git_repository, content))

    assert blob.data == content
    assert not blob.is_truncated


def test_a_long_content_is_cut_and_says_so(git_repository, open_at):
    blob = read_blob(open_at(git_repository.path), store_blob(git_repository, b"x" * 1_000_000), limit=10)

    assert (blob.data, blob.size, blob.is_truncated) == (b"x" * 10, 1_000_000, True)


def test_many_contents_in_one_process_in_the_order_asked(git_repository, open_at, git_calls):
    oids = [store_blob(git_repository, f"content {number}\n".encode() * (number % 7)) for number in range(200)]
    asked = [*oids, "1" * 40, oids[0]]
    repository = open_at(git_repository.path)
    git_calls.forget()

    blobs = list(read_blobs(repository, asked))

    assert [blob.oid for blob in blobs] == [*oids, oids[0]]
    assert all(blob.size == len(blob.data) for blob in blobs)
    assert git_calls.commands == ["cat-file"]


def test_what_is_no_content_is_not_found(git_repository, open_at):
    commit = git_repository.commit("one", {"a.md": "1\n"})
    repository = open_at(git_repository.path)

    for oid in (commit, git_repository.git("rev-parse", "HEAD^{tree}"), "1" * 40):
        with pytest.raises(NotFoundError):
            read_blob(repository, oid)


def damage(repository, oid: str) -> None:
    path = repository.path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:20] + b"garbage")


def test_a_damaged_content_is_left_out_and_the_others_stay(git_repository, open_at):
    good = [store_blob(git_repository, os.urandom(2000)) for _ in range(4)]
    bad = [store_blob(git_repository, os.urandom(2000)) for _ in range(2)]
    for oid in bad:
        damage(git_repository, oid)

    blobs = list(read_blobs(open_at(git_repository.path), [good[0], bad[0], *good[1:3], bad[1], good[3]]))

    assert [blob.oid for blob in blobs] == good


def test_a_repository_full_of_damage_is_an_error_in_words(git_repository, open_at):
    bad = [store_blob(git_repository, os.urandom(2000)) for _ in range(20)]
    for oid in bad:
        damage(git_repository, oid)

    with pytest.raises(HistoryError, match="damaged"):
        list(read_blobs(open_at(git_repository.path), bad))


@pytest.mark.parametrize(
    "path", ["a.md", "folder/b c.md", "--output=PWNED", "*.md", ":(glob)x", "new\nline.md", os.fsdecode(b"\xff.md")]
)
def test_a_path_is_taken_literally(path, git_repository, open_at):
    commit = git_repository.commit("one", {path: "content\n", "other.md": "other\n"})

    entry = find_file_at(open_at(git_repository.path), commit, path)

    assert entry is not None
    assert (entry.path, entry.mode) == (path, "100644")
    assert read_blob(open_at(git_repository.path), entry.oid).data == b"content\n"
    assert not (git_repository.path / "PWNED").exists()


@pytest.mark.parametrize(
    "path", ["", "/", "/etc/passwd", "../a.md", "folder/../a.md", "./a.md", "a.md/", "a\0b", "*", "lost.md", "x" * 5000]
)
def test_a_path_that_is_none_finds_nothing(path, git_repository, open_at):
    commit = git_repository.commit("one", {"a.md": "1\n", "folder/b.md": "2\n"})

    assert find_file_at(open_at(git_repository.path), commit, path) is None


def test_folders_and_links_are_told_apart(git_repository, open_at):
    (git_repository.path / "link").symlink_to("/etc/passwd")
    commit = git_repository.commit("one", {"folder/b.md": "2\n"})
    repository = open_at(git_repository.path)

    folder, link = find_file_at(repository, commit, "folder"), find_file_at(repository, commit, "link")

    assert folder is not None
    assert folder.mode == "040000"
    assert link is not None
    assert link.mode == "120000"
    assert read_blob(repository, link.oid).data == b"/etc/passwd"


def test_an_unknown_commit_and_a_name_of_one(git_repository, open_at):
    git_repository.commit("one", {"a.md": "1\n"})
    repository = open_at(git_repository.path)

    with pytest.raises(NotFoundError):
        find_file_at(repository, "1" * 40, "a.md")
    for name in ("HEAD", "--help", "main:a.md"):
        with pytest.raises(InvalidRequestError):
            find_file_at(repository, name, "a.md")
        with pytest.raises(InvalidRequestError):
            read_blob(repository, name)


def test_an_object_that_never_ends_is_given_up(git_repository, open_at):
    oid = store_blob(git_repository, b"content\n")
    path = git_repository.path / ".git/objects" / oid[:2] / oid[2:]
    path.unlink()
    os.mkfifo(path)

    with pytest.raises(HistoryError, match="did not answer"):
        open_at(git_repository.path).run(["cat-file", "blob", oid], patience=0.3)


def test_a_folder_says_what_stands_in_it(git_repository, open_at, git_calls):
    commit = git_repository.commit("Begin", {"a/b/c.md": "x", "a/d e.md": "y", "a b.md": "z", "a/é.md": "w"})
    repository = open_at(git_repository.path)
    git_calls.forget()
    assert {(entry.path, entry.is_folder) for entry in list_folder_at(repository, commit, "a")} == {
        ("a/b", True),
        ("a/d e.md", False),
        ("a/é.md", False),
    }
    assert git_calls.commands == ["ls-tree"]
    assert list_folder_at(repository, commit, "gone") == list_folder_at(repository, commit, "a b.md") == ()
    with pytest.raises(NotFoundError):
        list_folder_at(repository, "0" * 40, "a")
