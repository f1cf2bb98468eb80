"""What speaks of a point of a spec."""

import pytest

from tandemweb.analysis.point_evidence import NamedFinding, SideChanges, find_evidence
from tandemweb.analysis.spec_points import extract_points
from tandemweb.analysis.testing import count_tests, find_test_name, is_test_file
from tandemweb.domain.commit import Commit
from tandemweb.domain.finding import Criterion

pytestmark = pytest.mark.compare
POINT = Criterion(4, "With `--strict` the exit code is 3 when a budget line is overspent.", "SPEC.md", 9)


def commit(subject: str, body: str = "") -> Commit:
    return Commit("c" * 40, (), "A", "a@example.org", None, None, subject, body)


def find(commits=(), added=None, findings=()) -> list[tuple]:
    changes = SideChanges(commits, {path: list(enumerate(lines, 1)) for path, lines in (added or {}).items()})
    return [(own.kind.value, own.path or own.oid[:1], own.line) for own in find_evidence(POINT, changes, findings)]


@pytest.mark.parametrize(
    "subject",
    [
        "Meet criterion 4",
        "criteria 3 and 4 hold",
        "AC-04: exit codes",
        "Add --strict",
        "Exit with a code for overspent budget lines",
    ],
)
def test_commits(subject):
    assert find([commit(subject)]) == [("commit", "c", None)]


@pytest.mark.parametrize(
    "subject", ["Meet criterion 14", "Criterion 4.2", "Add --strictly", "Tidy the code", "4 more tests"]
)
def test_commits_about_something_else(subject):
    assert find([commit(subject)]) == []


def test_files_and_tests():
    added = {
        "cli.py": ["x = 1", 'parser.add("--strict")', 'parser.add("--strict")'],
        "tests/test_cli.py": ["def test_overspent_budget_line():", "def test_other():"],
        "README.md": ["nothing"],
    }
    assert find(added=added) == [("file", "cli.py", 2), ("test", "tests/test_cli.py", 1)]


def test_a_line_of_nothing_but_zeros_is_looked_at_once():
    """With two ways to read a zero it took the square of their number: hours for this one."""
    assert find(added={"data.txt": [f"item {'0' * 500_000}", "item 0004"]}) == [("file", "data.txt", 2)]


def test_no_more_than_a_few_of_a_kind():
    assert len(find(added={f"{number}.py": ["--strict"] for number in range(50)})) == 5


def test_findings_that_name_the_point():
    findings = [
        NamedFinding("review.md", 3, "Criterion 4 fails", frozenset({4})),
        NamedFinding("review.md", 5, "of this side", frozenset({4}), frozenset({"cli.py"})),
        NamedFinding("review.md", 7, "of the other", frozenset({4}), frozenset({"other.py"})),
        NamedFinding("review.md", 9, "another point", frozenset({5})),
    ]
    assert find(added={"cli.py": []}, findings=findings) == [("finding", "review.md", 3), ("finding", "review.md", 5)]


def test_numbered_points_where_no_heading_calls_them_criteria():
    text = "# Title\n\n1. First\n   goes on\n2) Second\n\n```\n3. code\n```\n\n## More\n\n3. Third\n1. again\n"

    points = extract_points(text, "SPEC.md")

    assert [(point.number, point.text, point.line) for point in points] == [
        (1, "First goes on", 3),
        (2, "Second", 5),
        (3, "Third", 13),
    ]


@pytest.mark.parametrize(
    ("path", "line", "name"),
    [
        ("test_a.py", "    async def test_it(self):", "test_it"),
        ("a.test.ts", "  it('counts all', () => {", "counts all"),
        ("a_test.go", "func TestIt(t *testing.T) {", "TestIt"),
        ("ATest.java", "    @Test", "@Test"),
        ("spec/a_spec.rb", '  it "counts" do', "counts"),
        ("tests/a.rs", "#[test]", "#[test]"),
        ("test_a.py", "test_it()", None),
        ("test_a.md", "it('x')", None),
    ],
)
def test_where_tests_begin(path, line, name):
    assert find_test_name(path, line) == name
    assert is_test_file(path)


def test_counting_in_test_files_only():
    assert count_tests("tests/test_a.py", ["def test_a():", "    pass", "def test_b():"]) == 2
    assert count_tests("src/testing.py", ["def test_a():"]) == 0
