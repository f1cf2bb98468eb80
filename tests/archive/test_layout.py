import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.layout import OTHER, Place, is_mission_subfolder, recognise, recognise_root_file
from tandemweb.domain.mission import Author, DocumentKind, Role, Stage

PLACES = {
    "Planner-Discussion/Claude-01.md": (Author.CLAUDE, Role.INDEPENDENT, Stage.PLANNING, 1, 1),
    "Planner-Discussion/Codex-01.md": (Author.CODEX, Role.INDEPENDENT, Stage.PLANNING, 1, 1),
    "Planner-Discussion/Claude-02.md": (Author.CLAUDE, Role.MERGED, Stage.PLANNING, 1, 2),
    "Planner-Discussion/Codex-10.md": (Author.CODEX, Role.REVIEW, Stage.PLANNING, 1, 10),
    "Evaluator/Round-02-Discussion/Claude-01.md": (Author.CLAUDE, Role.INDEPENDENT, Stage.EVALUATION, 2, 1),
    "Evaluator/Round-02-Discussion/Codex-03.md": (Author.CODEX, Role.REVIEW, Stage.EVALUATION, 2, 3),
    "Spec.md": (Author.CLAUDE, Role.FINAL, Stage.PLANNING, 1, None),
    "Evaluator/Round-12.md": (Author.CLAUDE, Role.FINAL, Stage.EVALUATION, 12, None),
    "Generator/Round-03.md": (Author.GENERATOR, Role.REPORT, Stage.EVALUATION, 3, None),
    "UserFeedback/Feedback-02.md": (Author.USER, Role.FEEDBACK, Stage.EVALUATION, None, 2),
    "Summary.md": (Author.GENERATOR, Role.REPORT, Stage.EVALUATION, None, None),
}


@pytest.mark.parametrize("path", PLACES)
def test_author_role_and_place_in_the_exchange(path):
    place = recognise(path)
    assert (place.author, place.role, place.stage, place.round, place.step) == PLACES[path]


@pytest.mark.parametrize(
    ("path", "same_as"),
    [
        ("planner-discussion/claude-01.md", "Planner-Discussion/Claude-01.md"),
        ("planner_discussion/claude_1.md", "Planner-Discussion/Claude-01.md"),
        ("plannerDiscussion/claude01.md", "Planner-Discussion/Claude-01.md"),
        ("Planner-Conversation/Codex-010.md", "Planner-Discussion/Codex-10.md"),
        ("Eval/Round-002-Conversation/Codex-03.md", "Evaluator/Round-02-Discussion/Codex-03.md"),
        ("evaluator/round-02-discussion/codex-03.md", "Evaluator/Round-02-Discussion/Codex-03.md"),
        ("Eval/Round-012.md", "Evaluator/Round-12.md"),
        ("Gen/Round-003.md", "Generator/Round-03.md"),
        ("generator/round_3.md", "Generator/Round-03.md"),
        ("user-feedback/feedback-02.md", "UserFeedback/Feedback-02.md"),
        ("User-Feedback/Feedback-2.md", "UserFeedback/Feedback-02.md"),
        ("SPEC.MD", "Spec.md"),
    ],
)
def test_older_layouts_and_other_conventions_are_the_same_places(path, same_as):
    assert recognise(path) == recognise(same_as)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("Generator/ChangedFiles-01.txt", DocumentKind.MANIFEST),
        ("generator/changed-files-01.txt", DocumentKind.MANIFEST),
        ("State.json", DocumentKind.STATE),
        ("Spec.md", DocumentKind.SPEC),
        ("Summary.md", DocumentKind.SUMMARY),
        ("Evaluator/Round-01.md", DocumentKind.EVALUATION),
    ],
)
def test_kinds(path, kind):
    assert recognise(path).kind is kind


@pytest.mark.parametrize(
    "path",
    [
        "",
        "notes.md",
        "Planner-Discussion/Gemini-01.md",
        "Planner-Discussion/Claude.md",
        "Planner-Discussion/Claude-01.md.bak",
        "Planner-Discussion/old/Claude-01.md",
        "Evaluator/Round-01/Claude-01.md/x",
        "Round-01.md",
        "Generator/Spec.md",
        "Generator/Round-1234567.md",
        "Generator/Round-٠١.md",
        "Generator/Round-01.md\n",
        "Assets/State.json",
    ],
)
def test_everything_else_is_other(path):
    assert recognise(path) == OTHER


@given(st.text())
def test_any_path_has_a_place(path):
    assert isinstance(recognise(path).order, tuple)


def test_reading_order():
    in_order = [
        "Planner-Discussion/Claude-01.md",
        "Planner-Discussion/Codex-01.md",
        "Planner-Discussion/Claude-02.md",
        "Spec.md",
        "Generator/Round-01.md",
        "Generator/ChangedFiles-01.txt",
        "Evaluator/Round-01-Discussion/Claude-01.md",
        "Evaluator/Round-01-Discussion/Codex-01.md",
        "Evaluator/Round-01-Discussion/Claude-02.md",
        "Evaluator/Round-01.md",
        "Generator/Round-02.md",
        "Evaluator/Round-10.md",
        "UserFeedback/Feedback-01.md",
        "Summary.md",
        "notes.md",
        "State.json",
    ]
    other_way_round = in_order[::-1]
    assert sorted(other_way_round, key=lambda path: recognise(path).order) == in_order


def test_files_of_a_root():
    assert recognise_root_file("config.json") == Place(DocumentKind.CONFIG)
    assert recognise_root_file("claude-evaluator-prompt.md") == Place(DocumentKind.CONTEXT)
    assert recognise_root_file("README.md") is None


def test_folders_that_only_missions_have():
    assert all(map(is_mission_subfolder, ("Planner-Discussion", "gen", "evaluator", "user_feedback")))
    assert not any(map(is_mission_subfolder, ("Assets", "src", "discussion", "planner-discussion-old")))
