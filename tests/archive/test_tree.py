import os
import shutil
import socket
import stat
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.tree import Skipped, SkipReason, list_skip_problems, read_tree
from tandemweb.domain.mission import FileStamp


def reasons(tree):
    return {entry.path: entry.reason for entry in tree.skipped}


def test_files_come_with_the_stamp_of_the_file(write_project):
    project = write_project({"README.md": "four", "docs/a/b.md": ""})
    tree = read_tree(str(project))
    status = (project / "README.md").stat()
    assert tree.files["README.md"] == FileStamp(4, status.st_mtime_ns, status.st_ino)
    assert list(tree.files) == ["README.md", "docs/a/b.md"]
    assert tree.folders[""].folders == ("docs",)
    assert tree.folders["docs/a"].files == ("b.md",)


def test_files_below_a_folder_are_listed_in_a_stable_order(write_project):
    project = write_project({"a/2.md": "", "a/1/z.md": "", "a/1/b/c.md": "", "ab/x.md": "", "top.md": ""})
    tree = read_tree(str(project))
    assert list(tree.list_files("a")) == ["a/2.md", "a/1/z.md", "a/1/b/c.md"]
    assert list(tree.list_files("")) == ["top.md", "a/2.md", "a/1/z.md", "a/1/b/c.md", "ab/x.md"]
    assert list(tree.list_files("missing")) == []


def test_what_is_generated_is_not_entered(write_project):
    ignored = (".git", "node_modules", ".venv", "__pycache__", "dist", "build", "packages/app/node_modules")
    tree = read_tree(str(write_project({f"{name}/x.md": "" for name in ignored} | {"src/x.md": ""})))
    assert list(tree.files) == ["src/x.md"]
    assert reasons(tree) == dict.fromkeys(ignored, SkipReason.IGNORED)


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "CACHEDIR.TAG"])
def test_a_folder_that_says_what_it_is_needs_no_usual_name(write_project, marker):
    tree = read_tree(str(write_project({f"my-env/{marker}": "", "my-env/lib/x.md": "", "x.md": ""})))
    assert list(tree.files) == ["x.md"]
    assert reasons(tree) == {"my-env": SkipReason.IGNORED}


@pytest.mark.parametrize("git", [".git", ".git/HEAD"])
def test_another_repository_or_worktree_is_noted_not_entered(write_project, git):
    tree = read_tree(str(write_project({f"vendor/other/{git}": "gitdir: x\n", "vendor/other/x.md": "", "x.md": ""})))
    assert list(tree.files) == ["x.md"]
    assert reasons(tree) == {"vendor/other": SkipReason.NESTED}


def test_an_archive_that_is_its_own_repository_is_entered(write_project):
    tree = read_tree(str(write_project({"TandemKit/.git/HEAD": "", "TandemKit/Config.json": "{}"})))
    assert list(tree.files) == ["TandemKit/Config.json"]


@pytest.mark.faults
def test_links_pipes_and_sockets_are_listed_and_not_followed(write_project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    project = write_project({"docs/x.md": ""})
    (project / "docs/loop").symlink_to("loop")
    (project / "docs/up").symlink_to("..")
    (project / "docs/out").symlink_to(outside)
    (project / "docs/file.md").symlink_to(outside / "secret.md")
    (project / "docs/dangling").symlink_to("nowhere")
    os.mkfifo(project / "docs/pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(project / "docs/socket"))
        tree = read_tree(str(project))
    assert list(tree.files) == ["docs/x.md"]
    assert reasons(tree) == {
        "docs/loop": SkipReason.LOOP,
        "docs/up": SkipReason.SYMLINK,
        "docs/out": SkipReason.SYMLINK,
        "docs/file.md": SkipReason.SYMLINK,
        "docs/dangling": SkipReason.SYMLINK,
        "docs/pipe.md": SkipReason.SPECIAL,
        "docs/socket": SkipReason.SPECIAL,
    }
    everywhere = {(problem.path, problem.code) for problem in list_skip_problems(tree)}
    assert everywhere == {
        ("docs/loop", "symlink-loop"),
        ("docs/pipe.md", "special-file"),
        ("docs/socket", "special-file"),
    }
    assert len(list_skip_problems(tree, "docs")) == 7
    assert list_skip_problems(tree, "doc") == ()


@pytest.mark.faults
def test_a_folder_without_permission_costs_nothing_else(open_folder, as_nobody):
    (open_folder / "closed").mkdir()
    (open_folder / "open").mkdir()
    (open_folder / "open/x.md").touch()
    (open_folder / "closed").chmod(0)
    with as_nobody():
        tree = read_tree(str(open_folder))
    assert list(tree.files) == ["open/x.md"]
    assert tree.skipped == (Skipped("closed", SkipReason.UNREADABLE, "Permission denied"),)
    (problem,) = list_skip_problems(tree)
    assert problem.path == "closed"
    assert "Permission denied" in problem.message


@pytest.mark.faults
def test_folders_nested_beyond_the_longest_path_end_the_walk_there(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    name = "d" * 200
    folder = os.open(project, os.O_RDONLY)
    for _ in range(25):
        os.mkdir(name, dir_fd=folder)
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    tree = read_tree(str(project))
    assert [entry.reason for entry in tree.skipped] == [SkipReason.UNREADABLE]
    assert 15 < len(tree.folders) < 25


def test_a_missing_project_is_an_empty_tree(tmp_path):
    tree = read_tree(str(tmp_path / "gone"))
    assert tree.files == {}
    assert reasons(tree) == {"": SkipReason.UNREADABLE}
    (problem,) = list_skip_problems(tree)
    assert problem.message == (
        "The project folder is skipped: cannot be listed; what it holds is not shown (No such file or directory)."
    )


def test_names_of_any_bytes_are_kept(write_project):
    project = write_project({})
    names = [
        b"with space.md",
        b"quote\"'.md",
        b"new\nline.md",
        "ünï.md".encode(),
        b"latin\xe9.md",
        b"<script>.md",
        b"-n",
    ]
    for name in names:
        (project / os.fsdecode(name)).write_bytes(name)
    tree = read_tree(str(project))
    assert {os.fsencode(path) for path in tree.files} == set(names)


def test_a_walk_stays_near_the_time_of_the_bare_system_calls(tmp_path):
    for folder in range(100):
        (tmp_path / f"f{folder}").mkdir()
        for number in range(30):
            (tmp_path / f"f{folder}" / f"{number}.md").touch()

    def floor():
        for folder, _, files in os.walk(tmp_path):
            for name in files:
                assert stat.S_ISREG(os.lstat(f"{folder}/{name}").st_mode)

    def best(function):
        times = []
        for _ in range(5):
            start = time.process_time()  # other processes do not count
            function()
            times.append(time.process_time() - start)
        return min(times)

    ratio = best(lambda: read_tree(str(tmp_path))) / best(floor)
    print(f"walk: {ratio:.2f} times os.walk with lstat")
    assert ratio < 4


@pytest.mark.faults
def test_what_comes_and_goes_during_a_walk_is_not_fatal(write_project):
    project = write_project({f"TandemKit/{number:03d}-X/Spec.md": "" for number in range(1, 60)})
    done = threading.Event()

    def churn():
        while not done.is_set():
            for folder in sorted((project / "TandemKit").iterdir()):
                shutil.rmtree(folder)
                folder.mkdir()
                (folder / "Spec.md").touch()

    churner = threading.Thread(target=churn)
    churner.start()
    try:
        trees = [read_tree(str(project)) for _ in range(100)]
    finally:
        done.set()
        churner.join()
    assert all(entry.reason is SkipReason.UNREADABLE for tree in trees for entry in tree.skipped)
    assert len(read_tree(str(project)).files) == 59


@given(st.lists(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)))
def test_any_valid_names_walk(names):
    import tempfile  # noqa: PLC0415 - hypothesis runs the body many times, pytest's tmp_path is one

    with tempfile.TemporaryDirectory() as folder:
        wanted = set()
        for name in names:
            path = Path(folder) / name
            if name not in {".", ".."} and name != ".git" and name not in {"pyvenv.cfg", "CACHEDIR.TAG"}:
                path.touch()
                wanted.add(name)
        assert set(read_tree(folder).files) == wanted


@pytest.mark.security
def test_folders_without_end_are_left_out(write_project):
    """Each is opened by all that it stands in: a thousand of them would take half a million openings."""
    project = write_project({f"docs/{'d/' * 400}x.md": "", "docs/y.md": ""})
    tree = read_tree(str(project))
    assert list(tree.files) == ["docs/y.md"]
    (deep,) = tree.skipped
    assert deep == Skipped(f"docs/{'d/' * 63}d", SkipReason.DEEP)
    assert "more folders than anybody makes by hand" in list_skip_problems(tree)[0].message
