"""A mission's timeline, from real histories."""

import shutil
from dataclasses import replace

import pytest
from corpus.clones import clone_corpus

from services.examples import archive, mission, state
from tandemweb.domain.mission import MissionState
from tandemweb.services.folders import shadow_folder
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.services.timeline import StateChange, build_timeline, compare_states
from tandemweb.store.commit_paths import list_mission_commits
from tandemweb.store.connections import open_index_reader
from tandemweb.store.mission_reading import get_mission

NAME = "001-DateRanges"
FOLDER = f"TandemKit/{NAME}"
LATER = "2026-03-05T10:00:00Z"
EARLIER = "2026-03-01T10:00:00Z"


def build_of(index, data_folder, project, found):
    commits = list_mission_commits(index, project.slug, found.path)
    return build_timeline(project, found, commits, shadow_folder(data_folder))


@pytest.fixture
def look(writer, data_folder):
    """Refresh a project and build the timeline of one of its missions."""

    def build(project, name: str = NAME, *, root: str = "tandemkit"):
        refresh_project(writer, project)
        with open_index_reader(data_folder) as index:
            found = get_mission(index, project.slug, root, name)
            return build_of(index, data_folder, project, found)

    return build


def subjects(timeline) -> list[str]:
    return [entry.commit.subject for entry in timeline.entries]


def changes(entry) -> dict[str, tuple[str | None, str | None]]:
    return {change.key: (change.before, change.after) for change in entry.state_changes}


def test_the_order_is_that_of_history_not_of_clocks(git_repository, project, look):
    git_repository.commit("First", archive(NAME), at=LATER)
    git_repository.commit("Second", {f"{FOLDER}/Summary.md": "# Done\n"}, at=EARLIER)
    git_repository.commit("Aside", {"other.txt": "x"}, at=LATER)
    assert subjects(look(project)) == ["First", "Second"]


def test_states_are_told_by_what_changed(git_repository, project, look):
    git_repository.commit("First", archive(NAME), at=EARLIER)
    git_repository.commit("Second", {f"{FOLDER}/Summary.md": "# Done\n"}, at=EARLIER)
    done = state(phase="complete", verdict="PASS", completedBy="user", userFeedbackRounds=1)
    git_repository.commit("Third", {f"{FOLDER}/State.json": done}, at=LATER)
    first, second, third = look(project).entries
    assert changes(first) == {
        "phase": (None, "evaluation"),
        "round": (None, "1"),
        "generator_status": (None, "ready-for-eval"),
        "evaluator_status": (None, "evaluating"),
    }
    assert changes(second) == {}
    assert changes(third) == {
        "phase": ("evaluation", "complete"),
        "verdict": (None, "PASS"),
        "completed_by": (None, "user"),
        "user_feedback_round_count": ("0", "1"),
    }


def test_a_state_that_cannot_be_read_knows_nothing(git_repository, project, look):
    git_repository.commit("First", archive(NAME), at=EARLIER)
    git_repository.commit("Broken", {f"{FOLDER}/State.json": b'{"phase": \xff'}, at=LATER)
    assert changes(look(project).entries[1])["phase"] == ("evaluation", None)


def test_the_commit_in_which_the_state_was_last_readable_is_named(git_repository, project, look):
    git_repository.commit("First", archive(NAME), at=EARLIER)
    good = git_repository.commit("Second", {f"{FOLDER}/State.json": state(phase="complete")}, at=EARLIER)
    assert look(project).last_readable.oid == good
    git_repository.commit("Broken", {f"{FOLDER}/State.json": '{"phase": "comp'}, at=LATER)
    git_repository.commit("Aside", {f"{FOLDER}/Summary.md": "# Done\n"}, at=LATER)
    assert look(project).last_readable.oid == good


def test_documents_stand_in_the_order_of_the_discussion(git_repository, project, look):
    git_repository.commit("All at once", archive(NAME))
    (entry,) = look(project).entries
    paths = [change.path.removeprefix(f"{FOLDER}/") for change in entry.commit.changes]
    assert [path for path in paths if "Discussion" in path] == [
        "Planner-Discussion/Claude-01.md",
        "Planner-Discussion/Codex-01.md",
        "Evaluator/Round-01-Discussion/Claude-01.md",
        "Evaluator/Round-01-Discussion/Codex-01.md",
        "Evaluator/Round-01-Discussion/Claude-02.md",
        "Evaluator/Round-01-Discussion/Codex-02.md",
    ]
    assert paths.index("Generator/Round-01.md") < paths.index("Evaluator/Round-01-Discussion/Claude-01.md")
    assert paths.index("Evaluator/Round-01.md") > paths.index("Evaluator/Round-01-Discussion/Codex-02.md")


def test_what_no_commit_holds_is_named(git_repository, project, look):
    git_repository.commit("First", archive(NAME))
    git_repository.write({f"{FOLDER}/Summary.md": "# Draft\n"})
    assert [document.path for document in look(project).uncommitted] == [f"{FOLDER}/Summary.md"]


def test_a_renamed_root_keeps_its_past(git_repository, project, look):
    git_repository.commit("First", archive(NAME))
    git_repository.git("mv", "TandemKit", "tandem-kit")
    git_repository.commit("Rename")
    assert subjects(look(project, root="tandem-kit")) == ["First", "Rename"]


def test_rewritten_commits_are_marked(git_repository, project, look):
    first = git_repository.commit("First", archive(NAME), at="2026-03-01T10:00:00Z")
    done = {f"{FOLDER}/State.json": state(phase="complete")}
    git_repository.commit("Taken back", done, at="2026-03-02T10:00:00Z")
    look(project)
    git_repository.git("reset", "-q", "--hard", first)
    git_repository.commit("Instead", {f"{FOLDER}/State.json": state(phase="abandoned")}, at="2026-03-03T10:00:00Z")
    found = look(project).entries
    assert [(entry.commit.subject, entry.is_reachable) for entry in found] == [
        ("First", True),
        ("Taken back", False),
        ("Instead", True),
    ]
    assert [changes(entry)["phase"] for entry in found[1:]] == [("evaluation", "complete"), ("evaluation", "abandoned")]


def test_a_mission_that_git_does_not_know(git_repository, project, look):
    git_repository.write(archive(NAME))
    timeline = look(project)
    assert timeline.entries == ()
    assert timeline.uncommitted == ()


def test_a_folder_without_a_repository(tmp_path, data_folder, look):
    folder = tmp_path / "plain"
    for path, text in archive(NAME).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    assert look(register_project(data_folder, folder)).entries == ()


def test_a_repository_that_went_away_keeps_its_commits(git_repository, project, look, writer, data_folder):
    git_repository.commit("First", archive(NAME))
    look(project)
    shutil.rmtree(git_repository.path)
    with open_index_reader(data_folder) as index:
        found = get_mission(index, project.slug, "tandemkit", NAME)
        timeline = build_of(index, data_folder, project, found)
    assert subjects(timeline) == ["First"]
    assert timeline.entries[0].state_changes == ()


def test_one_process_reads_all_states(git_repository, project, look, writer, data_folder, activity):
    git_repository.commit("Start", archive(NAME, "002-Other"))
    for number in range(12):
        git_repository.commit(f"Round {number}", {f"{FOLDER}/State.json": state(round=number + 2)})
    look(project)
    with open_index_reader(data_folder) as index:
        found = get_mission(index, project.slug, "tandemkit", NAME)
        with activity.listening():
            timeline = build_of(index, data_folder, project, found)
    assert [changes(entry)["round"][1] for entry in timeline.entries] == [str(number) for number in range(1, 14)]
    assert activity.git_count == 1


def test_missions_do_not_mix(git_repository, project, look):
    git_repository.commit("One", archive(NAME))
    git_repository.commit("Two", mission("001-DateRangesToo"))
    assert subjects(look(project)) == ["One"]
    assert subjects(look(project, "001-DateRangesToo")) == ["Two"]


def test_hostile_names(git_repository, project, look):
    name = "003-<b>'\"\n名 %_"
    git_repository.commit("Hostile", mission(name))
    (entry,) = look(project, name).entries
    assert f"TandemKit/{name}/Spec.md" in {change.path for change in entry.commit.changes}


def test_a_real_mission(tmp_path, data_folder, look):
    project = register_project(data_folder, clone_corpus("ledgerlite", tmp_path / "ledgerlite"))
    timeline = look(project, "001-CsvImport")
    assert subjects(timeline) == [
        "Plan the CSV bank import",
        "Read debit and credit columns, decimal commas and other delimiters",
        "State: CSV import ready for review",
        "State: CSV import reviewed, changes needed",
        "State: CSV import ready for review again",
        "Add mission files for CSV import",
    ]
    phases = [changes(entry).get("phase", (None, None))[1] for entry in timeline.entries]
    assert phases == ["ready-for-execution", "generation", "evaluation", None, None, "complete"]
    assert timeline.uncommitted == ()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {}, ()),
        ({}, {"round": 0}, ()),
        ({"round": 1}, {"round": 0}, (StateChange("round", "1", "0"),)),
        ({"phase": "x"}, {}, (StateChange("phase", "x", None),)),
        ({"updated_at": None}, {"unknown": {"a": 1}}, ()),
    ],
)
def test_compare_states(before, after, told):
    assert compare_states(replace(MissionState(), **before), replace(MissionState(), **after)) == told
