import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from archive.missions_on_disk import AT, Archive
from tandemweb.archive.backups import list_records
from tandemweb.archive.changes import Change, check_shown, compare_change
from tandemweb.archive.changing import apply_change, apply_planned, finish_cut_off, plan_undo
from tandemweb.archive.conflicts import ChangedMeanwhileError, hash_content, write_difference
from tandemweb.archive.locking import hold_root
from tandemweb.archive.writing import Edit
from tandemweb.errors import ArchiveError, ConflictError, NotFoundError


def plan(archive: Archive, *edits: Edit, **more) -> Change:
    return Change("test", "Tested", "TandemKit", archive.mission_path, edits, **more)


def edit(archive: Archive, name: str, before: bytes | None, after: bytes | None) -> Edit:
    return Edit(f"{archive.mission_path}/{name}", before, after)


def apply(archive: Archive, change: Change, **more):
    return apply_change(archive.data, str(archive.project), change, at=AT, **more)


def undo(archive: Archive, change_id: str):
    change = plan_undo(archive.data, str(archive.project), "TandemKit", change_id)
    return apply_change(archive.data, str(archive.project), change, at=AT + timedelta(minutes=1))


@pytest.fixture
def mission(pascal: Archive) -> Archive:
    pascal.write({"State.json": b"state 1\n", "Spec.md": b"spec 1\n"})
    return pascal


def test_a_change_of_several_files_can_be_undone_and_done_again(mission: Archive):
    was = mission.snapshot()
    change = plan(
        mission,
        edit(mission, "Notes/New.md", None, b"new\n"),
        edit(mission, "State.json", b"state 1\n", b"state 2\n"),
        edit(mission, "Spec.md", b"spec 1\n", None),
        new_folders=(f"{mission.mission_path}/Notes",),
    )
    done = apply(mission, change, made_by="run 7")
    assert (mission.mission / "Notes/New.md").read_bytes() == b"new\n"
    assert not (mission.mission / "Spec.md").exists()
    assert (done.made_by, done.ended) == ("run 7", "done")
    undone = undo(mission, done.id)
    assert mission.snapshot() == was
    undo(mission, undone.id)
    assert (mission.mission / "State.json").read_bytes() == b"state 2\n"
    titles = [record.title for record in list_records(mission.data, str(mission.project), "TandemKit")]
    assert titles == ["Undone: Undone: Tested", "Undone: Tested", "Tested"]


def test_the_same_change_is_undone_once(mission: Archive):
    done = apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n")))
    undo(mission, done.id)
    with pytest.raises(ConflictError, match="undone already"):
        undo(mission, done.id)
    with pytest.raises(NotFoundError):
        undo(mission, "../../etc")


def test_undoing_never_overwrites_what_came_after(mission: Archive):
    done = apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n")))
    mission.write({"State.json": b"by an agent\n"})
    with pytest.raises(ChangedMeanwhileError) as raised:
        undo(mission, done.id)
    assert raised.value.diff.endswith("-state 2\n+by an agent")
    assert (mission.mission / "State.json").read_bytes() == b"by an agent\n"


def test_a_conflict_in_one_file_leaves_all_of_them(mission: Archive):
    was = mission.snapshot()
    change = plan(
        mission,
        edit(mission, "New.md", None, b"new\n"),
        edit(mission, "State.json", b"state 0\n", b"state 2\n"),
    )
    with pytest.raises(ChangedMeanwhileError):
        apply(mission, change)
    assert mission.snapshot() == was
    assert not list(list_records(mission.data, str(mission.project), "TandemKit"))


def test_a_file_that_is_only_read_counts_too(mission: Archive):
    was = mission.snapshot()
    relies = {f"{mission.mission_path}/Spec.md": b"another spec\n"}
    with pytest.raises(ChangedMeanwhileError, match=r"Spec\.md was changed"):
        apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"2"), relies_on=relies))
    assert mission.snapshot() == was


def test_an_error_in_the_middle_takes_the_first_files_back(mission: Archive):
    was = mission.snapshot()
    change = plan(
        mission,
        edit(mission, "Notes/New.md", None, b"new\n"),
        edit(mission, "State.json", b"state 1\n", b"state 2\n"),
        edit(mission, "No folder for it/x.md", None, b"x"),
        new_folders=(f"{mission.mission_path}/Notes",),
    )
    with pytest.raises(NotFoundError):
        apply(mission, change)
    assert mission.snapshot() == was
    (record,) = list_records(mission.data, str(mission.project), "TandemKit")
    assert record.ended == "taken-back"


def test_what_a_page_showed_is_held_against_what_is_there(mission: Archive):
    change = plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n"))
    path = f"{mission.mission_path}/State.json"
    check_shown(change, {path: hash_content(b"state 1\n"), "elsewhere": None})
    with pytest.raises(ChangedMeanwhileError) as raised:
        check_shown(change, {path: hash_content(b"state 0\n")}, {path: b"state 0\n"})
    assert raised.value.diff.endswith("-state 0\n+state 1")
    with pytest.raises(ChangedMeanwhileError) as raised:
        check_shown(change, {path: hash_content(b"forgotten\n")})
    assert raised.value.diff == ""
    with pytest.raises(ChangedMeanwhileError, match="was created"):
        check_shown(change, {path: None})


def test_a_change_is_shown_before_it_is_written(mission: Archive):
    change = plan(
        mission, edit(mission, "New.md", None, b"new\n"), edit(mission, "State.json", b"state 1\n", b"state 2\n")
    )
    new, state = map(write_difference, compare_change(change))
    path = mission.mission_path
    assert new == f"--- /dev/null\n+++ {path}/New.md\n@@ -0,0 +1,1 @@\n+new"
    assert state == f"--- {path}/State.json\n+++ {path}/State.json\n@@ -1,1 +1,1 @@\n-state 1\n+state 2"
    assert not (mission.mission / "New.md").exists()


def test_changes_of_one_mission_are_told_from_those_of_others(mission: Archive):
    change = plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n"))
    done = apply(mission, change)
    apply(mission, replace(change, mission_path="TandemKit/002-Other", edits=()))
    found = list_records(mission.data, str(mission.project), "TandemKit", mission.mission_path)
    assert [record.id for record in found] == [done.id]


def test_changes_keep_their_order_whatever_the_clock_says(mission: Archive):
    made = [
        apply_change(
            mission.data,
            str(mission.project),
            plan(mission, edit(mission, "State.json", b"state %d\n" % number, b"state %d\n" % (number + 1))),
            at=AT - timedelta(hours=number),
        ).id
        for number in range(1, 4)
    ]
    assert [record.id for record in list_records(mission.data, str(mission.project), "TandemKit")] == made[::-1]


def test_backups_are_the_users_own(mission: Archive):
    apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n")))
    for path in (mission.data / "backups").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


CUT_OFF = """
import os, signal, sys
from tandemweb.archive import changing
from tandemweb.archive.changes import Change
from tandemweb.archive.writing import Edit, write_edit
from datetime import UTC, datetime
from pathlib import Path
left = int(sys.argv[3])
def write_or_die(project, edit):
    global left
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    write_edit(project, edit)
changing.write_edit = write_or_die
m = sys.argv[4]
change = Change("test", "Tested", "TandemKit", m, (
    Edit(m + "/Notes/New.md", None, b"new\\n"),
    Edit(m + "/State.json", b"state 1\\n", b"state 2\\n"),
    Edit(m + "/Spec.md", b"spec 1\\n", b"spec 2\\n"),
), (m + "/Notes",))
changing.apply_change(Path(sys.argv[1]), sys.argv[2], change, at=datetime.now(UTC))
"""


def cut_off(mission: Archive, after: int):
    arguments = [str(mission.data), str(mission.project), str(after), mission.mission_path]
    killed = subprocess.run([sys.executable, "-c", CUT_OFF, *arguments], check=False)
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.faults
@pytest.mark.parametrize("after", [0, 1, 2])
def test_what_was_cut_off_is_finished_by_the_next_change(mission: Archive, after: int):
    cut_off(mission, after)
    apply(mission, plan(mission, edit(mission, "Other.md", None, b"other\n")))
    contents = {path.name: path.read_bytes() for path in mission.mission.rglob("*.*") if path.is_file()}
    assert contents == {
        "New.md": b"new\n",
        "State.json": b"state 2\n",
        "Spec.md": b"spec 2\n",
        "Other.md": b"other\n",
    }
    assert all(r.ended == "done" for r in list_records(mission.data, str(mission.project), "TandemKit"))


@pytest.mark.faults
def test_what_was_cut_off_is_taken_back_where_a_file_was_changed_since(mission: Archive):
    cut_off(mission, 2)
    mission.write({"Spec.md": b"by an agent\n"})
    (record,) = finish_cut_off(mission.data, str(mission.project), "TandemKit")
    assert record.ended == "taken-back"
    assert sorted(path.name for path in mission.mission.iterdir()) == ["Spec.md", "State.json"]
    assert (mission.mission / "State.json").read_bytes() == b"state 1\n"
    assert (mission.mission / "Spec.md").read_bytes() == b"by an agent\n"
    assert finish_cut_off(mission.data, str(mission.project), "TandemKit") == ()


@pytest.mark.faults
def test_lost_backups_of_something_cut_off_block_nothing(mission: Archive):
    cut_off(mission, 1)
    for path in (mission.data / "backups").rglob("2.after"):
        path.write_bytes(b"damaged")
    apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"state 3\n")))
    ended = {r.ended for r in list_records(mission.data, str(mission.project), "TandemKit")}
    assert ended == {"lost", "done"}
    assert (mission.mission / "State.json").read_bytes() == b"state 3\n"


COUNTER = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from tandemweb.archive.changes import Change
from tandemweb.archive.changing import apply_planned
from tandemweb.archive.writing import Edit, read_version
data, project, path, count = sys.argv[1:]
def plan():
    now = read_version(project, path)
    values = json.loads(now)
    values["n"] += 1
    return Change("count", "Counted", "TandemKit", "", (Edit(path, now, json.dumps(values).encode()),))
for _ in range(int(count)):
    apply_planned(Path(data), project, "TandemKit", plan, at=datetime.now(UTC))
"""


@pytest.mark.faults
def test_four_writers_lose_none_of_their_updates(mission: Archive):
    mission.write({"State.json": b'{"n": 0}'})
    arguments = [str(mission.data), str(mission.project), f"{mission.mission_path}/State.json", "50"]
    writers = [subprocess.Popen([sys.executable, "-c", COUNTER, *arguments]) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0, 0, 0, 0]
    assert json.loads((mission.mission / "State.json").read_bytes()) == {"n": 200}
    assert len(list(list_records(mission.data, str(mission.project), "TandemKit"))) == 200


def test_a_change_is_planned_again_when_somebody_was_faster(mission: Archive):
    path = mission.mission / "State.json"
    tries = []

    def planned() -> Change:
        change = plan(mission, edit(mission, "State.json", path.read_bytes(), path.read_bytes() + b"ours\n"))
        tries.append(change)
        if len(tries) < 3:
            path.write_bytes(path.read_bytes() + b"theirs\n")
        return change

    apply_planned(mission.data, str(mission.project), "TandemKit", planned, at=AT)
    assert path.read_bytes() == b"state 1\ntheirs\ntheirs\nours\n"
    conflict = ChangedMeanwhileError("x", None, None)

    def refused() -> Change:
        raise conflict

    with pytest.raises(ChangedMeanwhileError) as raised:
        apply_planned(mission.data, str(mission.project), "TandemKit", refused, at=AT)
    assert raised.value is conflict


@pytest.mark.parametrize("inner", ["TandemKit", ""], ids=["the same project", "a project of its own"])
def test_whoever_waits_too_long_is_told(mission: Archive, inner: str):
    project = mission.project if inner else mission.project / "TandemKit"
    with (
        hold_root(mission.data, str(mission.project), "TandemKit"),
        pytest.raises(ConflictError, match="still being written"),
        hold_root(mission.data, str(project), inner, patience=0.01),
    ):
        pass
    assert not list(Path(mission.project).rglob("*.lock"))


def test_a_data_folder_that_cannot_be_written_changes_nothing(mission: Archive):
    mission.data.write_bytes(b"a file")
    was = mission.snapshot()
    with pytest.raises(ArchiveError):
        apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n")))
    assert mission.snapshot() == was


@pytest.mark.faults
def test_a_change_that_the_disk_does_not_confirm_is_taken_back_as_a_whole(mission: Archive, monkeypatch):
    was = mission.snapshot()
    sync = os.fsync

    def refuse(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink() == mission.mission:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    change = plan(
        mission,
        edit(mission, "State.json", b"state 1\n", b"state 2\n"),
        edit(mission, "Spec.md", b"spec 1\n", b"spec 2\n"),
    )
    with pytest.raises(ArchiveError, match=r"so it was put back. All files are as they were. Check the disk"):
        apply(mission, change)
    assert mission.snapshot() == was
    (record,) = list_records(mission.data, str(mission.project), "TandemKit")
    assert record.ended == "taken-back"


def test_what_was_there_is_on_the_disk_before_the_first_file_is_touched(mission: Archive, monkeypatch):
    synced: list[str] = []
    sync = os.fsync

    def watch(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    done = apply(mission, plan(mission, edit(mission, "State.json", b"state 1\n", b"state 2\n")))

    first = next(number for number, path in enumerate(synced) if path.startswith(str(mission.project)))
    (kept,) = (mission.data / "backups").glob(f"*/{done.id}")
    assert {str(kept), str(kept.parent), str(kept.parent.parent)} <= set(synced[:first])
