import errno
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tandemweb.archive import swapping, writing
from tandemweb.archive.conflicts import ChangedMeanwhileError
from tandemweb.archive.opening import RefusedPathError
from tandemweb.archive.writing import Edit, UnconfirmedError, WriteError, write_edit
from tandemweb.errors import NotFoundError

OLD, NEW = b'{"phase": "planning"}\n', b'{"phase": "generation"}\n'


@pytest.fixture(params=["swapping", "plain"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with a State.json, on systems with and without renameat2."""
    if request.param == "plain":
        monkeypatch.setattr(swapping, "_renameat2", None)
    (tmp_path / "project/m").mkdir(parents=True)
    (tmp_path / "project/m/State.json").write_bytes(OLD)
    return tmp_path / "project"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(project: Path, before: bytes | None, after: bytes | None, path: str = "m/State.json"):
    write_edit(str(project), Edit(path, before, after))


def test_a_file_is_replaced_created_and_removed(project: Path):
    write(project, OLD, NEW)
    write(project, None, b"# Spec\n", "m/Spec.md")
    assert (project / "m/State.json").read_bytes() == NEW
    assert (project / "m/Spec.md").read_bytes() == b"# Spec\n"
    write(project, b"# Spec\n", None, "m/Spec.md")
    assert names(project / "m") == ["State.json"]


def test_mode_and_owner_stay(project: Path):
    state = project / "m/State.json"
    state.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(state, 1234, 1235)
    was = state.stat()
    write(project, OLD, NEW)
    now = state.stat()
    assert (now.st_mode, now.st_uid, now.st_gid) == (was.st_mode, was.st_uid, was.st_gid)


def test_a_new_file_has_the_rights_that_the_user_gives_to_files(project: Path):
    was = os.umask(0o027)
    try:
        write(project, None, b"x", "m/Spec.md")
    finally:
        os.umask(was)
    assert (project / "m/Spec.md").stat().st_mode & 0o777 == 0o640


def test_another_content_is_not_overwritten(project: Path):
    (project / "m/State.json").write_bytes(b'{"phase": "evaluation"}\n')
    with pytest.raises(ChangedMeanwhileError) as raised:
        write(project, OLD, NEW)
    assert '-{"phase": "planning"}\n+{"phase": "evaluation"}' in raised.value.diff
    assert (project / "m/State.json").read_bytes() == b'{"phase": "evaluation"}\n'
    assert names(project / "m") == ["State.json"]


def test_a_file_that_should_not_be_there_is_not_overwritten(project: Path):
    with pytest.raises(ChangedMeanwhileError, match="was created meanwhile"):
        write(project, None, NEW)
    assert (project / "m/State.json").read_bytes() == OLD


def test_a_file_that_is_gone_stays_gone(project: Path):
    (project / "m/State.json").unlink()
    for after in (NEW, None):
        with pytest.raises(ChangedMeanwhileError, match="is gone"):
            write(project, OLD, after)
    assert names(project / "m") == []


@pytest.mark.security
@pytest.mark.parametrize("kind", ["link", "dangling", "folder link", "pipe", "folder"])
def test_links_and_special_files_are_refused(project: Path, tmp_path: Path, kind: str):
    state, outside = project / "m/State.json", tmp_path / "outside"
    outside.mkdir()
    (outside / "State.json").write_bytes(OLD)
    state.unlink()
    match kind:
        case "link":
            state.symlink_to(outside / "State.json")
        case "dangling":
            state.symlink_to(outside / "nothing")
        case "folder link":
            (project / "m").rmdir()
            (project / "m").symlink_to(outside)
        case "pipe":
            os.mkfifo(state)
        case "folder":
            state.mkdir()
    with pytest.raises((RefusedPathError, ChangedMeanwhileError)):
        write(project, OLD, NEW)
    with pytest.raises((RefusedPathError, ChangedMeanwhileError)):
        write(project, None, NEW)
    assert (outside / "State.json").read_bytes() == OLD
    assert names(outside) == ["State.json"]
    assert state.is_symlink() or not state.is_file() or kind == "folder link"


@pytest.mark.security
@pytest.mark.parametrize("path", ["../outside.md", "/etc/x", "m/../../x", ".git/config", "m//x", "m/x\0y", ""])
def test_no_path_leads_out(project: Path, path: str):
    with pytest.raises(RefusedPathError):
        write(project, None, b"x", path)


def test_a_missing_folder_is_said(project: Path):
    with pytest.raises(NotFoundError):
        write(project, None, b"x", "gone/x.md")


@pytest.mark.faults
def test_a_read_only_folder_leaves_the_old_file(
    open_folder: Path, as_nobody: Callable[[], AbstractContextManager[None]]
):
    state = open_folder / "State.json"
    state.write_bytes(OLD)
    state.chmod(0o666)
    open_folder.chmod(0o555)
    with as_nobody(), pytest.raises(WriteError, match="Permission denied"):
        write(open_folder, OLD, NEW, "State.json")
    assert state.read_bytes() == OLD
    open_folder.chmod(0o755)


FULL = """
import resource, sys
from tandemweb.archive.writing import Edit, WriteError, write_edit
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
old = b"old"
try:
    write_edit(sys.argv[1], Edit("m/State.json", old, b"n" * 100_000))
except WriteError as error:
    print(error)
"""


@pytest.mark.faults
def test_no_room_for_the_new_version_leaves_the_old_file(project: Path):
    (project / "m/State.json").write_bytes(b"old")
    said = subprocess.run([sys.executable, "-c", FULL, str(project)], capture_output=True, text=True, check=True)
    assert os.strerror(errno.EFBIG) in said.stdout
    assert (project / "m/State.json").read_bytes() == b"old"
    assert names(project / "m") == ["State.json"]


ON_DISK = """
import sys
from tandemweb.archive.writing import Edit, WriteError, write_edit
try:
    write_edit(sys.argv[1], Edit("m/State.json", b"old", b"n" * 100000))
except WriteError as error:
    print(error)
"""
FILL = """
mount -t tmpfs -o size=64k none "$1/m" && printf old > "$1/m/State.json" || exit 77
head -c 1000000 /dev/zero > "$1/m/filler" 2>/dev/null
"$2" -c "$3" "$1"
cat "$1/m/State.json"
ls -A "$1/m"
"""


@pytest.mark.faults
def test_a_full_disk_leaves_the_old_file(tmp_path: Path):
    (tmp_path / "m").mkdir()
    arguments = ["unshare", "--mount", "sh", "-c", FILL, "sh", str(tmp_path), sys.executable, ON_DISK]
    said = subprocess.run(arguments, capture_output=True, text=True, check=False)
    # Where nobody may mount, the test above, with a limit in the place of a disk, has to do.
    said_full = (
        f"m/State.json cannot be written: {os.strerror(errno.ENOSPC)}. It is as it was.\noldState.json\nfiller\n"
    )
    assert said.stdout == said_full or (said.returncode in {1, 77} and not said.stdout)


def refuse_to_sync(monkeypatch: pytest.MonkeyPatch, is_refused: Callable[[int], bool]) -> None:
    """Let what has a mode of one kind never be confirmed: ``stat.S_ISDIR`` for folders, ``stat.S_ISREG`` for files."""
    sync = os.fsync

    def refuse(descriptor: int) -> None:
        if is_refused(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)


@pytest.mark.faults
@pytest.mark.parametrize(("before", "after"), [(OLD, NEW), (None, NEW), (OLD, None)])
def test_what_the_disk_does_not_confirm_is_there_and_said_to_be(project: Path, monkeypatch, before, after):
    if before is None:
        (project / "m/State.json").unlink()
    refuse_to_sync(monkeypatch, stat.S_ISDIR)
    with pytest.raises(UnconfirmedError, match="is changed, but the disk did not confirm it") as caught:
        write(project, before, after)
    assert "It is as it was." not in str(caught.value)
    assert names(project / "m") == ([] if after is None else ["State.json"])
    assert after is None or (project / "m/State.json").read_bytes() == after


def test_a_version_has_the_name_only_once_it_is_on_the_disk(project: Path, monkeypatch):
    """Else a loss of power could leave the name with nothing behind it."""
    refuse_to_sync(monkeypatch, stat.S_ISREG)
    with pytest.raises(WriteError, match="It is as it was"):
        write(project, OLD, NEW)
    assert names(project / "m") == ["State.json"]
    assert (project / "m/State.json").read_bytes() == OLD


def test_a_version_that_comes_between_look_and_swap_gets_its_name_back(tmp_path: Path, monkeypatch):
    (tmp_path / "m").mkdir()
    state = tmp_path / "m/State.json"
    state.write_bytes(OLD)
    theirs = [b'{"theirs": 2}', b'{"theirs": 1}']

    def swap_late(folder: int, one: str, other: str) -> bool:
        if theirs:
            state.write_bytes(theirs.pop())
        return swapping.swap_names(folder, one, other)

    monkeypatch.setattr(writing, "swap_names", swap_late)
    with pytest.raises(ChangedMeanwhileError):
        write(tmp_path, OLD, NEW)
    assert state.read_bytes() == b'{"theirs": 2}', "that of the latest, who came while the first was put back"
    assert names(tmp_path / "m") == ["State.json"]


SAVER = """
import sys
from tandemweb.archive.writing import Edit, read_version, write_edit
number = 0
print("started", flush=True)
while True:
    now = read_version(sys.argv[1], "m/State.json")
    write_edit(sys.argv[1], Edit("m/State.json", now, (b'{"n": %d, "pad": "' % number) + b"x" * 20_000 + b'"}'))
    number += 1
"""


@pytest.mark.faults
def test_killed_while_saving_the_file_is_whole(tmp_path: Path):
    (tmp_path / "m").mkdir()
    state = tmp_path / "m/State.json"
    state.write_bytes(b'{"n": -1, "pad": "' + b"x" * 20_000 + b'"}')
    for attempt in range(30):
        saver = subprocess.Popen([sys.executable, "-c", SAVER, str(tmp_path)], stdout=subprocess.PIPE)
        assert saver.stdout
        assert saver.stdout.readline()
        # Another moment of the writing each time, counted in reads of the file instead of in time.
        for _ in range(50 + attempt * 37):
            assert len(json.loads(state.read_bytes())["pad"]) == 20_000
        saver.send_signal(signal.SIGKILL)
        saver.wait()
        saver.stdout.close()
        assert len(json.loads(state.read_bytes())["pad"]) == 20_000
    left = [name for name in names(tmp_path / "m") if name != "State.json"]
    assert all(name.startswith(".State.json.") for name in left)


def test_what_a_killed_process_left_long_ago_is_swept(project: Path):
    old, new, other = (project / "m" / name for name in (".State.json.0a.tandemweb", ".State.json.0b.tandemweb", ".x"))
    for path in (old, new, other):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    write(project, OLD, NEW)
    assert names(project / "m") == [".State.json.0b.tandemweb", ".x", "State.json"]


OTHER_WRITER = """
import json, os, sys, time
from tandemweb.archive.swapping import swap_names
folder = os.open(sys.argv[1], os.O_RDONLY)
state, beside = (os.path.join(sys.argv[1], name) for name in ("State.json", "beside"))
print("started", flush=True)
for number in range(1, int(sys.argv[2]) + 1):
    while number == int(sys.argv[2]) // 2 and "ours" not in json.load(open(state)):
        time.sleep(0.001)  # on a machine of any speed, one save of the test's is accepted
    with open(beside, "w") as file:
        json.dump({"theirs": number}, file)
    swap_names(folder, "beside", "State.json")
    with open(beside) as file:
        displaced = json.load(file)
    os.unlink(beside)
    # Fine is its own last version, or one of ours that was made out of it.
    if displaced.get("theirs", displaced.get("base")) != number - 1:
        print(displaced["ours"], flush=True)
"""


@pytest.mark.faults
def test_no_save_of_a_writer_without_a_lock_is_lost_silently(tmp_path: Path):
    (tmp_path / "m").mkdir()
    state = tmp_path / "m/State.json"
    state.write_text('{"theirs": 0}')
    arguments = [sys.executable, "-c", OTHER_WRITER, str(tmp_path / "m"), "4000"]
    other = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert other.stdout
    assert other.stdout.readline()
    accepted, refused = {}, set()
    number = 0
    while other.poll() is None:
        before = state.read_bytes()
        read = json.loads(before)
        base = read.get("theirs", read.get("base"))
        number += 1
        try:
            write(tmp_path, before, json.dumps({"ours": number, "base": base}).encode())
            accepted[number] = base
        except ChangedMeanwhileError:
            refused.add(number)
    overwrote = {int(line) for line in other.stdout}
    other.stdout.close()
    assert accepted
    assert overwrote <= refused
    last = json.loads(state.read_bytes())
    assert last.get("theirs", last.get("base")) == 4000
    assert "ours" not in last or last["ours"] in accepted
