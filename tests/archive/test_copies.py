import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.copies import check_copies, find_first_difference
from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree

PLAN = "".join(f"Line {number} of the plan\n" for number in range(1, 21))


@pytest.mark.parametrize(
    ("left", "right", "line"),
    [
        ("a\nb\n", "a\nb", None),
        ("a  \nb\t\n\n\n", "a\nb", None),
        ("a\nb", "a\nc", 2),
        ("a\nb\nc", "a\nb", 3),
        ("", "a", 1),
        ("  a", "a", 1),
        ("", "", None),
    ],
)
def test_first_difference(left, right, line):
    assert find_first_difference(left, right) == line
    assert find_first_difference(right, left) == line


@given(st.text(), st.text())
def test_no_difference_only_in_spaces_at_ends(left, right):
    same = [line.rstrip() for line in left.rstrip().split("\n")] == [
        line.rstrip() for line in right.rstrip().split("\n")
    ]
    assert (find_first_difference(left, right) is None) == same


@pytest.fixture
def problems_of(write_project):
    def check(texts):
        project = write_project(
            {"TandemKit/001-X/State.json": "{}"} | {f"TandemKit/001-X/{p}": t for p, t in texts.items()}
        )
        tree = read_tree(str(project))
        (mission,) = list_missions(tree, find_roots(tree)[0])
        found = check_copies(mission, {f"TandemKit/001-X/{path}": text for path, text in texts.items()})
        return [(problem.code, problem.path.removeprefix("TandemKit/001-X/"), problem.line) for problem in found]

    return check


def test_a_final_evaluation_is_held_against_the_last_merged_one(problems_of):
    texts = {
        "Evaluator/Round-01-Discussion/Claude-02.md": "old\n",
        "Evaluator/Round-01-Discussion/Claude-10.md": "a\nnew\n",
        "Evaluator/Round-01-Discussion/Codex-11.md": "review\n",
        "Evaluator/Round-01.md": "a\nold\n",
        "Evaluator/Round-02-Discussion/Claude-01.md": "only Claude\n",
        "Evaluator/Round-02.md": "only Claude \n\n",
        "Evaluator/Round-03.md": "nothing to hold it against\n",
    }
    assert problems_of(texts) == [("final-not-copy", "Evaluator/Round-01.md", 2)]


def test_a_spec_may_be_edited_a_little(problems_of):
    merged = {"Planner-Discussion/Claude-02.md": PLAN}
    assert problems_of(merged | {"Spec.md": PLAN.replace("Line 3 ", "Point 3 ")}) == []
    other = PLAN.replace("Line 1", "Point 1")
    assert problems_of(merged | {"Spec.md": other}) == [("spec-not-copy", "Spec.md", 1)]


def test_what_could_not_be_read_is_not_compared(problems_of):
    assert problems_of({"Planner-Discussion/Claude-02.md": "", "Spec.md": PLAN}) == []
