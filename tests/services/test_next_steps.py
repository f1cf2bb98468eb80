"""What can be done with a mission: whose turn planning is, and which events fit each phase."""

import pytest
from archive.missions_on_disk import AT, Archive

from tandemweb.archive.next_move import Party
from tandemweb.domain.mission import Naming, Project
from tandemweb.services.mission_changes import MissionOnDisk
from tandemweb.services.next_steps import NextStep, UserAction, read_next_step
from tandemweb.services.shown_files import ShownFiles
from tandemweb.services.standing import read_standing
from tandemweb.store.state import open_state_reader

APPROVED, REFUSED = (f"# Review\n\n## Agreement Status: {word}\n" for word in ("APPROVED", "NOT APPROVED"))
SKIPPED = "# Codex-02 — Skipped (Codex Unavailable)\n\n**Status:** Codex was unavailable.\n**Reason:** limit.\n"


@pytest.fixture
def archive(tmp_path) -> Archive:
    return Archive(tmp_path / "project", tmp_path / "data", Naming.PASCAL)


def look(archive: Archive, *, has_questions: bool = False) -> NextStep:
    place = MissionOnDisk(archive.data, str(archive.project), archive.mission_path)
    project = Project("shop", "Shop", place.project_path)
    with open_state_reader(archive.data) as state:
        standing = read_standing(archive.data, state, project, place.mission_path)
    return read_next_step(place, standing, ShownFiles(), now=AT, has_questions=has_questions)


@pytest.mark.parametrize(
    ("documents", "party"),
    [
        ({"Claude-01": "x"}, Party.PLANNER),
        ({"Claude-01": "x", "Claude-02": "x"}, Party.PLANNER),
        ({"Claude-02": "x", "Codex-02": APPROVED}, Party.USER),
        ({"Claude-02": "x", "Codex-02": REFUSED}, Party.PLANNER),
        ({"Claude-02": "x", "Codex-02": SKIPPED}, Party.USER),
        ({"Claude-02": "x", "Codex-02": REFUSED, "Claude-03": "x"}, Party.PLANNER),
        ({"Claude-02": "x", "Codex-02": APPROVED, "Claude-03": "x"}, Party.USER),
        ({"Claude-02": "x", "Codex-02": APPROVED, "User-02": "x"}, Party.PLANNER),
        ({"Claude-02": "x", "Codex-02": APPROVED, "User-02": "x", "Claude-03": "x", "Codex-03": APPROVED}, Party.USER),
    ],
)
def test_planning_is_the_users_once_the_two_agree(archive: Archive, documents: dict[str, str], party: Party):
    archive.write_mission()
    archive.write({f"Planner-Discussion/{name}.md": text for name, text in documents.items()})
    step = look(archive)
    assert step.move is not None
    assert step.move.party is party
    assert (UserAction.APPROVE in step.actions) is ("Claude-02" in documents)


@pytest.mark.parametrize(
    ("phase", "actions"),
    [
        ("planning", {UserAction.ANSWER, UserAction.ABANDON}),
        ("ready-for-execution", {UserAction.ANSWER, UserAction.ABANDON}),
        ("generation", {UserAction.ANSWER, UserAction.ABANDON}),
        ("user-review", {UserAction.ANSWER, UserAction.FEEDBACK, UserAction.COMPLETE, UserAction.ABANDON}),
        ("mystery", {UserAction.ANSWER, UserAction.ABANDON}),
        ("complete", {UserAction.COMPLETE}),  # without a summary: closed by half
        ("abandoned", {UserAction.ABANDON}),  # still the current mission
    ],
)
def test_what_fits_a_phase(archive: Archive, phase: str, actions: set[UserAction]):
    archive.write_mission(phase=phase)
    assert set(look(archive, has_questions=True).actions) == actions


def test_what_is_closed_leaves_nothing_to_do(archive: Archive):
    archive.write_mission(phase="complete", completedBy="user")
    archive.write({"Summary.md": "# Summary\n"})
    archive.write_config()
    assert look(archive, has_questions=True).actions == ()


def test_forms_are_built_from_the_files_of_this_moment(archive: Archive):
    archive.write_mission(phase="user-review")
    step = look(archive)
    assert {path.rpartition("/")[2]: name is None for path, name in step.shown.items()} == {
        "State.json": False,
        "Config.json": False,
        "Summary.md": True,
        "Spec.md": True,
    }


def test_what_cannot_be_read_is_told(archive: Archive):
    archive.write_mission()
    (archive.mission / "State.json").write_text("{")
    step = look(archive)
    assert (step.actions, step.move) == ((), None)
    assert "Mend the file first" in step.trouble
