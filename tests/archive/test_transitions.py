import json
from datetime import timedelta
from functools import partial

import pytest

from archive.missions_on_disk import AT, WRITTEN_AT, Archive, write_state
from tandemweb.archive.approval import approve_spec
from tandemweb.archive.changing import apply_planned
from tandemweb.archive.completion import complete, read_completion
from tandemweb.archive.conflicts import ChangedMeanwhileError
from tandemweb.archive.mission_files import open_mission
from tandemweb.archive.notes import Answer, answer_questions, extract_answered, give_feedback, send_back
from tandemweb.archive.opening import RefusedPathError
from tandemweb.archive.transitions import (
    RefusedEventError,
    abandon,
    brief_user,
    hand_over,
    record_verdict,
    start_evaluation,
    start_generation,
    start_research,
    start_watching,
)
from tandemweb.errors import ArchiveError, InvalidRequestError, NotFoundError


def let(archive: Archive, event, **more):
    """Let an event happen to the mission."""

    def plan():
        return event(open_mission(str(archive.project), archive.mission_path), AT, **more)

    return apply_planned(archive.data, str(archive.project), "TandemKit", plan, at=AT)


def change_only(before: bytes, after: bytes, **values):
    """Hold that only these keys changed, in their places."""
    expected = json.loads(before) | values | {"updated": WRITTEN_AT}
    assert json.loads(after) == expected
    assert list(json.loads(after)) == list(expected)
    assert b'"own": {\n    "keep": [' in after or b'"own"' not in before


# What an event needs to be there, and what it makes out of it: the protocol's table.
TABLE = {
    "watching": (start_watching, {"phase": "ready-for-execution"}, {"evaluatorStatus": "watching"}),
    "research": (start_research, {"phase": "ready-for-execution"}, {"generatorStatus": "researching"}),
    "first round": (
        partial(start_generation, round_number=1),
        {"phase": "ready-for-execution"},
        {"phase": "generation", "round": 1, "generatorStatus": "working"},
    ),
    "next round": (
        partial(start_generation, round_number=2),
        {"phase": "evaluation", "round": 1, "evaluatorStatus": "done", "verdict": "FAIL"},
        {"phase": "generation", "round": 2, "generatorStatus": "working"},
    ),
    "same round": (
        partial(start_generation, round_number=2),
        {"phase": "generation", "round": 2, "generatorStatus": "working"},
        {},
    ),
    "round after feedback": (
        partial(start_generation, round_number=3),
        {"phase": "generation", "round": 2, "generatorStatus": "working", "userFeedbackRounds": 1},
        {"round": 3},
    ),
    "handed over": (
        hand_over,
        {"phase": "generation", "round": 1, "generatorStatus": "working"},
        {"phase": "evaluation", "generatorStatus": "ready-for-eval", "evaluatorStatus": "pending"},
    ),
    "evaluating": (
        start_evaluation,
        {"phase": "evaluation", "round": 1, "generatorStatus": "ready-for-eval", "evaluatorStatus": "pending"},
        {"evaluatorStatus": "evaluating"},
    ),
    "verdict": (
        partial(record_verdict, verdict="PASS_WITH_GAPS"),
        {"phase": "evaluation", "round": 1, "evaluatorStatus": "evaluating"},
        {"evaluatorStatus": "done", "verdict": "PASS_WITH_GAPS"},
    ),
    "briefed": (
        brief_user,
        {"phase": "evaluation", "round": 1, "evaluatorStatus": "done", "verdict": "PASS"},
        {"phase": "user-review", "generatorStatus": "awaiting-user"},
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_an_event_sets_its_own_fields_and_nothing_else(archive: Archive, name: str):
    event, state, sets = TABLE[name]
    archive.write_mission(**state)
    number = state.get("round", 1)
    archive.write({archive.spell("report", number): "# Report", archive.spell("evaluation", number): "# Evaluation"})
    was = archive.snapshot()
    let(archive, event)
    now = archive.snapshot()
    path = f"{archive.name}/State.json"
    change_only(was[path], now[path], **sets)
    assert {**now, path: None} == {**was, path: None}


FEW = {"phase": "planning", "updated": "2026-11-01T09:00:00Z"}
REFUSED = {
    "generation in planning": (partial(start_generation, round_number=1), {"phase": "planning"}, "phase planning"),
    "generation while evaluating": (
        partial(start_generation, round_number=2),
        {"phase": "evaluation", "round": 1, "evaluatorStatus": "evaluating"},
        "round 1 is still being evaluated",
    ),
    "generation after a pass": (
        partial(start_generation, round_number=2),
        {"phase": "evaluation", "round": 1, "evaluatorStatus": "done", "verdict": "PASS"},
        "what follows is the user's review",
    ),
    "a round left out": (
        partial(start_generation, round_number=2),
        {"phase": "ready-for-execution"},
        "the next one is 1",
    ),
    "handing over nothing": (hand_over, {"phase": "generation", "round": 9}, "report of round 9 is not there"),
    "evaluating twice": (start_evaluation, {"phase": "evaluation", "evaluatorStatus": "done"}, "has its verdict"),
    "verdict without evaluation": (
        partial(record_verdict, verdict="PASS"),
        {"phase": "evaluation", "round": 9},
        "final evaluation of round 9 is not there",
    ),
    "briefing after a failure": (
        brief_user,
        {"phase": "evaluation", "evaluatorStatus": "done", "verdict": "FAIL"},
        "has not passed",
    ),
    "feedback in generation": (
        partial(give_feedback, text="x"),
        {"phase": "generation"},
        "needs the phase user-review",
    ),
    "completing in evaluation": (
        partial(complete, summary="x"),
        {"phase": "evaluation"},
        "needs the phase user-review",
    ),
    "abandoning what is complete": (abandon, {"phase": "complete"}, "it is closed"),
    "approving nothing": (approve_spec, {"phase": "planning"}, "no merged plan"),
    "sending back nothing": (partial(send_back, text="x"), {"phase": "planning"}, "there is no plan yet"),
    "approving twice": (approve_spec, {"phase": "ready-for-execution"}, "needs the phase planning"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_event_that_does_not_fit_is_refused_with_a_sentence(pascal: Archive, name: str):
    event, state, sentence = REFUSED[name]
    pascal.write_mission(**state)
    pascal.write_config(currentMission=None)
    was = pascal.snapshot()
    with pytest.raises(RefusedEventError, match=sentence) as raised:
        let(pascal, event)
    assert str(raised.value).startswith("001-AddDarkMode is in the phase")
    assert pascal.snapshot() == was


def test_unknown_verdicts_are_refused(pascal: Archive):
    pascal.write_mission(phase="evaluation", round=1)
    with pytest.raises(InvalidRequestError, match="MAYBE"):
        let(pascal, record_verdict, verdict="MAYBE")


def write_plan(archive: Archive, text: bytes = b"# Plan\r\n\r\nLast line without an end"):
    archive.write_mission()
    archive.write(
        {
            archive.spell("plan", 1): "# Investigation\n",
            archive.spell("plan", 2): text,
            archive.spell("review", 2): "## Agreement Status: APPROVED\n",
        }
    )


def test_the_approved_spec_is_the_last_plan_byte_for_byte(archive: Archive):
    write_plan(archive)
    was = archive.snapshot()
    let(archive, approve_spec)
    now = archive.snapshot()
    assert now.pop(f"{archive.name}/Spec.md") == b"# Plan\r\n\r\nLast line without an end"
    state = f"{archive.name}/State.json"
    change_only(was[state], now[state], phase="ready-for-execution")
    assert {**now, state: None} == {**was, state: None}


def test_a_form_that_sends_the_plan_unchanged_keeps_its_bytes(pascal: Archive):
    write_plan(pascal)
    let(pascal, approve_spec, text="# Plan\r\n\r\nLast line without an end\r\n")
    assert (pascal.mission / "Spec.md").read_bytes() == b"# Plan\r\n\r\nLast line without an end"


def test_the_spec_may_be_edited(pascal: Archive):
    write_plan(pascal)
    done = let(pascal, approve_spec, text="# Plan\r\n\r\nBetter")
    assert (pascal.mission / "Spec.md").read_bytes() == b"# Plan\n\nBetter\n"
    assert done.title == "Spec approved with edits"


def test_an_approval_that_was_cut_off_after_the_spec_is_completed(pascal: Archive):
    write_plan(pascal)
    pascal.write({"Spec.md": b"# Plan\r\n\r\nLast line without an end"})
    let(pascal, approve_spec)
    assert pascal.read_state()["phase"] == "ready-for-execution"


def test_a_plan_that_changes_while_it_is_approved_is_a_conflict(pascal: Archive):
    write_plan(pascal)
    change = approve_spec(open_mission(str(pascal.project), pascal.mission_path), AT)
    pascal.write({pascal.spell("plan", 2): "# Another plan\n"})
    with pytest.raises(ChangedMeanwhileError, match="Claude-02"):
        apply_planned(pascal.data, str(pascal.project), "TandemKit", lambda: change, at=AT)
    assert not (pascal.mission / "Spec.md").exists()
    assert pascal.read_state()["phase"] == "planning"


def test_a_plan_is_sent_back_with_a_note_for_the_planner(archive: Archive):
    write_plan(archive)
    let(archive, send_back, text="Please cover `dark mode`\r\nat night.")
    note = (archive.mission / archive.spell("note", 2)).read_text()
    assert note.startswith("# Sent back by the user\n")
    assert archive.spell("plan", 2) in note
    assert note.endswith("\n\nPlease cover `dark mode`\nat night.\n")
    assert archive.read_state()["phase"] == "planning"
    let(archive, send_back, text="And this.")
    assert (archive.mission / archive.spell("note", 3)).exists()


def test_answers_keep_their_questions_and_where_these_stand(archive: Archive):
    archive.write_mission(phase="evaluation", round=1)
    plan, evaluation = archive.spell("plan", 2), archive.spell("discussion", 1, 1)
    archive.write({plan: "# Plan", evaluation: "# Evaluation"})
    answers = (
        Answer(f"{archive.mission_path}/{plan}", 7, "Which colour?\nBlack?", "Black."),
        Answer(f"{archive.mission_path}/{evaluation}", 3, "Is  it   night?", "> quoted\n\nYes"),
    )
    let(archive, answer_questions, answers=answers)
    planning = (archive.mission / archive.spell("note", 2)).read_text()
    round_one = (archive.mission / archive.spell("discussion note", 1, 1)).read_text()
    assert f"> Which colour?\n> Black?\n\nFrom `{plan}`, line 7.\n\nBlack.\n" in planning
    assert extract_answered(planning) == ((plan, "Which colour? Black?"),)
    assert extract_answered(round_one) == ((evaluation, "Is it night?"),)


def test_feedback_is_kept_in_the_users_own_words(archive: Archive):
    archive.write_mission(phase="user-review", round=2, generatorStatus="awaiting-user", verdict="PASS")
    archive.write({archive.spell("feedback", 1): "First."})
    was = archive.snapshot()
    let(archive, give_feedback, text="Größer!\r\n\r\n  - and louder  \r\n")
    now = archive.snapshot()
    assert now.pop(f"{archive.name}/{archive.spell('feedback', 2)}") == "Größer!\n\n  - and louder\n".encode()
    state = f"{archive.name}/State.json"
    change_only(was[state], now[state], phase="generation", generatorStatus="working", userFeedbackRounds=1)
    assert {**now, state: None} == {**was, state: None}


@pytest.mark.parametrize("text", ["", " \r\n\t ", "x" * 200_001])
def test_feedback_without_words_or_without_end_is_refused(pascal: Archive, text: str):
    pascal.write_mission(phase="user-review")
    with pytest.raises(InvalidRequestError, match="The feedback is"):
        let(pascal, give_feedback, text=text)


def test_completing_writes_summary_state_and_config(archive: Archive):
    archive.write_mission(phase="user-review", round=1, generatorStatus="awaiting-user")
    was = archive.snapshot()
    let(archive, complete, summary="# Summary\r\n")
    now = archive.snapshot()
    assert now.pop(f"{archive.name}/Summary.md") == b"# Summary\n"
    state = f"{archive.name}/State.json"
    change_only(was[state], now[state], phase="complete", completedBy="user")
    assert now["Config.json"] == was["Config.json"].replace(f'"{archive.name}"'.encode(), b"null")
    assert {**now, state: None, "Config.json": None} == {**was, state: None, "Config.json": None}


@pytest.mark.parametrize("done", ["summary", "summary and state", "state without summary", "by the generator"])
def test_a_completion_that_was_cut_off_is_recognised_and_finished(pascal: Archive, done: str):
    pascal.write_mission(phase="user-review", round=1)
    if done != "state without summary":
        pascal.write({"Summary.md": "# Summary\n"})
    if done != "summary":
        by = "generator" if done == "by the generator" else "user"
        pascal.write({"State.json": write_state(phase="complete", round=1, completedBy=by)})
    files = open_mission(str(pascal.project), pascal.mission_path)
    assert read_completion(files).is_begun is (done != "summary")
    let(pascal, complete, summary="# Summary\n")
    files = open_mission(str(pascal.project), pascal.mission_path)
    assert read_completion(files).is_finished
    assert (pascal.read_state()["completedBy"], pascal.read_config()["currentMission"]) == ("user", None)
    with pytest.raises(RefusedEventError, match="complete already"):
        let(pascal, complete, summary="# Summary\n")


def test_completing_leaves_another_current_mission_alone(pascal: Archive):
    pascal.write_mission(phase="user-review", round=1)
    pascal.write_config(currentMission="002-Other")
    let(pascal, complete, summary="x")
    assert pascal.read_config()["currentMission"] == "002-Other"


def test_abandoning_frees_the_archive(archive: Archive):
    archive.write_mission(phase="generation", round=1)
    was = archive.snapshot()
    let(archive, abandon)
    now = archive.snapshot()
    change_only(was[f"{archive.name}/State.json"], now[f"{archive.name}/State.json"], phase="abandoned")
    assert now["Config.json"] == was["Config.json"].replace(f'"{archive.name}"'.encode(), b"null")


def test_an_abandoning_that_was_cut_off_is_finished(pascal: Archive):
    pascal.write_mission(phase="abandoned")
    let(pascal, abandon)
    assert pascal.read_config()["currentMission"] is None


def test_the_time_of_writing_is_utc(pascal: Archive):
    pascal.write_mission(phase="generation")
    let(pascal, abandon)
    assert pascal.read_state()["updated"] == WRITTEN_AT
    assert AT.utcoffset() == timedelta(0)


@pytest.mark.security
def test_a_state_that_is_a_link_is_refused(pascal: Archive):
    pascal.write_mission(phase="generation")
    outside = pascal.project.parent / "outside.json"
    (pascal.mission / "State.json").rename(outside)
    (pascal.mission / "State.json").symlink_to(outside)
    was = outside.read_bytes()
    with pytest.raises(RefusedPathError, match="symbolic link"):
        let(pascal, abandon)
    assert outside.read_bytes() == was


@pytest.mark.security
def test_a_mission_behind_a_link_is_refused(pascal: Archive):
    pascal.write_mission(phase="generation")
    pascal.mission.rename(pascal.project.parent / "outside")
    pascal.mission.symlink_to(pascal.project.parent / "outside")
    with pytest.raises(RefusedPathError):
        let(pascal, abandon)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe{"])
def test_a_broken_state_is_never_rewritten(pascal: Archive, content: bytes):
    pascal.write_mission(phase="generation")
    pascal.write({"State.json": content})
    with pytest.raises(ArchiveError, match="Mend the file first"):
        let(pascal, abandon)
    assert (pascal.mission / "State.json").read_bytes() == content


def test_without_a_state_or_a_mission_nothing_happens(pascal: Archive):
    pascal.write({"Spec.md": "x"})
    with pytest.raises(ArchiveError, match=r"has no State\.json"):
        let(pascal, abandon)
    with pytest.raises(NotFoundError):
        open_mission(str(pascal.project), "TandemKit/009-Gone")
