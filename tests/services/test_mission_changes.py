"""Events of missions through the verbs that pages and the driver use."""

from dataclasses import replace
from functools import partial

import pytest
from archive.missions_on_disk import AT, Archive

from tandemweb.archive.conflicts import ChangedMeanwhileError, write_difference
from tandemweb.archive.notes import give_feedback
from tandemweb.archive.transitions import abandon, start_generation
from tandemweb.domain.intent import MissionIntent, WorkPlace
from tandemweb.domain.mission import Naming
from tandemweb.errors import ConflictError, NotFoundError
from tandemweb.services.intents import find_intent, save_intent
from tandemweb.services.mission_changes import (
    MissionOnDisk,
    apply_event,
    finish_all_cut_off,
    get_change,
    list_changes,
    list_topics,
    preview_event,
    preview_undo,
    undo_change,
)
from tandemweb.services.shown_files import KEPT_BYTES, Shown, ShownFiles


@pytest.fixture
def archive(tmp_path) -> Archive:
    made = Archive(tmp_path / "project", tmp_path / "data", Naming.PASCAL)
    made.write_mission(phase="user-review", round=1)
    return made


@pytest.fixture
def place(archive: Archive) -> MissionOnDisk:
    return MissionOnDisk(archive.data, str(archive.project), archive.mission_path)


def test_an_event_is_shown_then_written_then_undone(archive: Archive, place: MissionOnDisk):
    was = archive.snapshot()
    event = partial(give_feedback, text="Louder.")
    preview = preview_event(place, event, at=AT)
    assert [(file.change.path.rpartition("/")[2], file.change.status) for file in preview.files] == [
        ("Feedback-01.md", "A"),
        ("State.json", "M"),
    ]
    assert '-  "phase": "user-review",\n+  "phase": "generation",' in write_difference(preview.files[1])
    assert archive.snapshot() == was
    done = apply_event(place, event, at=AT, made_by="run 7")
    (change,) = list_changes(place)
    assert (change.record.made_by, change.can_undo) == ("run 7", True)
    assert preview_undo(place, done.id).files[-1].change.status == "D"
    undo_change(place, done.id, at=AT)
    assert archive.snapshot() == was
    undone, first = list_changes(place)
    assert (undone.record.undoes, first.is_undone, first.can_undo) == (done.id, True, False)
    with pytest.raises(ConflictError):
        undo_change(place, done.id, at=AT)


def test_what_was_shown_decides_and_the_difference_is_told(archive: Archive, place: MissionOnDisk):
    files = ShownFiles()
    state, config = f"{archive.mission_path}/State.json", "TandemKit/Config.json"
    hashes = {
        state: files.remember((archive.mission / "State.json").read_bytes()),
        config: files.remember((archive.root / "Config.json").read_bytes()),
    }
    archive.write_mission(phase="user-review", round=2)
    was = archive.snapshot()
    with pytest.raises(ChangedMeanwhileError) as raised:
        apply_event(place, abandon, at=AT, shown=files.recall(hashes))
    assert '-  "round": 1,\n+  "round": 2,' in raised.value.diff
    with pytest.raises(ChangedMeanwhileError) as raised:
        apply_event(place, abandon, at=AT, shown=Shown(hashes))
    assert raised.value.diff == ""
    with pytest.raises(ChangedMeanwhileError):
        apply_event(place, abandon, at=AT, shown=Shown({}))
    assert archive.snapshot() == was
    hashes[state] = files.remember((archive.mission / "State.json").read_bytes())
    apply_event(place, abandon, at=AT, shown=files.recall(hashes))
    assert archive.read_state()["phase"] == "abandoned"


def test_a_run_sets_its_own_fields_whatever_else_changed(archive: Archive, place: MissionOnDisk):
    archive.write_mission(phase="ready-for-execution")
    apply_event(place, partial(start_generation, round_number=1), at=AT)
    assert archive.read_state()["generatorStatus"] == "working"


def test_changes_of_another_mission_are_not_found(archive: Archive, place: MissionOnDisk):
    done = apply_event(place, abandon, at=AT)
    other = replace(place, mission_path="TandemKit/002-Other")
    assert list_changes(other) == ()
    for verb in (get_change, preview_undo, partial(undo_change, at=AT)):
        with pytest.raises(NotFoundError):
            verb(other, done.id)


def test_open_pages_hear_of_every_file(archive: Archive, place: MissionOnDisk):
    topics = list_topics("shop", "tandemkit", archive.name, apply_event(place, abandon, at=AT))
    assert {"project:shop", f"mission:shop/tandemkit/{archive.name}", "document:shop/TandemKit/Config.json"} < topics


def test_remembered_files_have_a_limit():
    files = ShownFiles()
    first = files.remember(b"a" * 100)
    assert files.remember(None) is None
    assert files.recall({"x": first, "y": None}).contents == {"x": b"a" * 100}
    for number in range(3):
        files.remember(bytes([number]) * (KEPT_BYTES // 2))
    assert files.recall({"x": first}).contents == {}


@pytest.mark.faults
def test_what_was_cut_off_is_finished_when_the_program_starts(archive: Archive, place: MissionOnDisk):
    done = apply_event(place, abandon, at=AT)
    # As if it had been killed after the first of its two files.
    next((archive.data / "backups").glob(f"*/{done.id}/end.json")).unlink()
    archive.write_config(currentMission=archive.name, nextMissionNumber=2)
    finish_all_cut_off(archive.data)
    assert archive.read_config()["currentMission"] is None
    assert list_changes(place)[0].can_undo
    finish_all_cut_off(archive.data / "nothing here")


def test_what_was_wanted_of_a_mission_is_kept(place: MissionOnDisk):
    intent = MissionIntent("Dark — “mode”", "tandem", WorkPlace.WORKTREE, AT, "PlanKit/Roadmap.md:7")
    assert find_intent(place.data_folder, place.project_path, place.mission_path) is None
    save_intent(place.data_folder, place.project_path, place.mission_path, intent)
    assert find_intent(place.data_folder, place.project_path, place.mission_path) == intent
    (kept,) = (place.data_folder / "intents").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text("{")
    assert find_intent(place.data_folder, place.project_path, place.mission_path) is None
