"""What a report says of the commits that it names."""

import pytest

from tandemweb.analysis.commit_names import extract_commit_names

A, B = "1a2b3c4", "9f8e7d6"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Commits: `{A}` (parser), `{B}` (tests).", [(A, "own"), (B, "own")]),
        (f"| `{A}` | parser |\n| `{B}` | not mine |", [(A, "own"), (B, "foreign")]),
        (f"`{A}` between them is somebody else's (test matrix) and has nothing to do with this.", [(A, "foreign")]),
        (f"A commit that is not mine landed in between: `{A}` lets a tab separate.", [(A, "foreign")]),
        (f"The output is the same as at `{A}`.", [(A, "-")]),
        (f"`balance` compared with `{A}`: same bytes. `{B}` adds the command.", [(A, "-"), (B, "own")]),
        (f"No test line removed since `{A}`.", [(A, "-")]),
        (f"`git diff {A}..{B}` is short.", [(A, "-")]),
        (f"Fixed in {A}.", [(A, "own")]),
        (f"- **Sign of a cost** — `{A}`. The number takes the sign.\n- other", [(A, "own")]),
        (f"see src/{A}.py and {A}.txt, #{A}, x{A}", []),
        ("a defaced-word and 123456", []),
        ("", []),
    ],
)
def test_stances(text: str, expected: list[tuple[str, str]]):
    found = extract_commit_names(text)
    said = [(name.name, "own" if name.is_own else "foreign" if name.is_foreign else "-") for name in found]
    assert said == expected


def test_lines_are_those_of_the_names():
    text = f"# Report\n\nFirst some words\nthat go on with `{A}` here.\n\n- and\n- `{B}`\n"
    assert [(name.name, name.line) for name in extract_commit_names(text)] == [(A, 4), (B, 7)]
