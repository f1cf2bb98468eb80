"""``tandemweb why`` as a person, and as a program, meets it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpus.clones import clone_corpus

from tandemweb.cli import main
from tandemweb.commands.why import parse_place


@pytest.fixture(scope="module")
def linkshelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone_corpus("linkshelf", tmp_path_factory.mktemp("why") / "linkshelf")


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["why", *arguments])
    assert result.exit_code == status, result.output
    return result.output


def test_a_line_for_a_person(linkshelf: Path):
    text = run(f"{linkshelf}/src/query.js:28")
    assert "commit    25a3bff56  Make the link of a tag work for every character" in text
    assert "mission   001-tag-search, round 2 (certain)" in text
    assert "finding   HIGH A tag with a double quote" in text
    assert "criterion 7." in text
    assert "decision  Double quotes in tag names are written with a backslash" in text
    assert 'user      "My shelf has about 900 bookmarks' in text
    assert "\x1b" not in text


def test_a_line_for_a_program(linkshelf: Path):
    answer = json.loads(run(f"{linkshelf}/src/query.js:26-28", "--json"))
    assert [story["oid"][:7] for story in answer["stories"]] == ["25a3bff", "9a1a936", "25a3bff"]
    assert answer["stories"][0]["missions"][0]["link"]["round"] == 2


def test_a_line_of_no_mission(linkshelf: Path):
    assert "no mission known" in run(f"{linkshelf}/README.md:1")


def test_a_whole_file(linkshelf: Path):
    assert "001-tag-search, round 1 (certain)\n  9a1a93643  Understand tag terms in queries" in run(
        f"{linkshelf}/src/query.js"
    )


def test_a_symbol(linkshelf: Path):
    assert "src/query.js:28" in run(f"{linkshelf}/src/query.js:tagTerm")


@pytest.mark.parametrize(
    ("place", "complaint"),
    [("src/query.js:99", "has 29 lines"), ("nothing.js:1", "No commit"), ("src/query.js:0", "from 1")],
)
def test_errors_are_one_sentence(linkshelf: Path, place: str, complaint: str):
    text = run(f"{linkshelf}/{place}", status=2)
    assert complaint in text
    assert text.count("\n") == 1


def test_codes_for_terminals_do_nothing(git_repository):
    git_repository.commit("\x1b[31mred\x07 \u202eback\u200b \u2028on", {"a.py": "1\n"})
    text = run(f"{git_repository.path}/a.py:1")
    assert not {"\x1b", "\x07", "\u202e", "\u200b", "\u2028"} & set(text)
    assert "[31mred" in text


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("a.py", (Path("a.py"), None, None)),
        ("a.py:3", (Path("a.py"), (3, 3), None)),
        ("a.py:3-9", (Path("a.py"), (3, 9), None)),
        ("a.py:save", (Path("a.py"), None, "save")),
        ("a:b.py:3", (Path("a:b.py"), (3, 3), None)),
        ("a.py:3-", (Path("a.py:3-"), None, None)),
    ],
)
def test_places(place: str, expected: tuple):
    assert parse_place(place) == expected
