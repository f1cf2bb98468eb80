"""Why lines of the corpus are as they are: the answers were written by hand, from git log, reports and labels."""

from collections.abc import Callable
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

from tandemweb.analysis.relevance import Relation
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.asking import Answer, explain_file
from tandemweb.services.why import LineStory, MissionStory
from tandemweb.store.connections import open_index_writer

CSV, MULTI, MONTHLY = "001-CsvImport", "002-MultiCurrency", "003-MonthlyReport"
TAGS, ATOMIC = "001-tag-search", "003-atomic-store"
# Thirty lines drawn with random.seed(20261121) from all lines of code and prose that are not blank; `git blame` says
# who wrote each, the reports of the missions which of those commits are theirs.
LINES = [
    ("ledgerlite", ".gitignore", 2, "72e39e1", None),
    ("ledgerlite", "ledgerlite/cli.py", 60, "67c449e", (CSV, 1)),
    ("ledgerlite", "ledgerlite/cli.py", 82, "a34cc00", (MULTI, 1)),
    ("ledgerlite", "ledgerlite/cli.py", 86, "a34cc00", (MULTI, 1)),
    ("ledgerlite", "ledgerlite/cli.py", 104, "b32cea1", (MULTI, 3)),
    ("ledgerlite", "ledgerlite/cli.py", 150, "de660e5", (CSV, 1)),
    ("ledgerlite", "ledgerlite/csvimport.py", 88, "1280c65", (MULTI, 1)),
    ("ledgerlite", "ledgerlite/parser.py", 62, "768537e", (MULTI, 1)),
    ("ledgerlite", "ledgerlite/parser.py", 120, "e4c784f", None),
    ("ledgerlite", "ledgerlite/parser.py", 136, "768537e", (MULTI, 1)),
    ("ledgerlite", "ledgerlite/report.py", 1, "5e2c744", (MONTHLY, 1)),
    ("ledgerlite", "ledgerlite/report.py", 22, "5e2c744", (MONTHLY, 1)),
    ("ledgerlite", "ledgerlite/report.py", 53, "5e2c744", (MONTHLY, 1)),
    ("ledgerlite", "tests/test_csvimport.py", 157, "dd6029a", (CSV, 2)),
    ("ledgerlite", "tests/test_report.py", 81, "5e2c744", (MONTHLY, 1)),
    ("linkshelf", "src/page.js", 10, "765449b", None),
    ("linkshelf", "src/page.js", 52, "765449b", None),
    ("linkshelf", "src/query.js", 23, "9a1a936", (TAGS, 1)),
    ("linkshelf", "src/search.js", 15, "9a1a936", (TAGS, 1)),
    ("linkshelf", "src/server.js", 5, "765449b", None),
    ("linkshelf", "src/server.js", 10, "765449b", None),
    ("linkshelf", "src/server.js", 61, "765449b", None),
    ("linkshelf", "src/server.js", 72, "765449b", None),
    ("linkshelf", "src/store.js", 83, "b8e26d4", (ATOMIC, 1)),
    ("linkshelf", "src/store.js", 154, "04e8de7", None),
    ("linkshelf", "test/store.test.js", 81, "0411cc0", (ATOMIC, 1)),
    ("papertrail", "papertrail/log.py", 69, "17346ab", None),
    ("papertrail", "tests/test_log.py", 117, "1ebb017", None),
    ("papertrail", "tests/test_record.py", 12, "b57be03", None),
    ("papertrail", "tests/test_rotate.py", 37, "ff2ce3f", None),
]

Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("why")
    names = ("ledgerlite", "linkshelf", "papertrail")
    clones: dict[str, Path] = {name: clone_corpus(name, folder / name) for name in names}

    def ask_about(name: str, path: str, lines: tuple[int, int] | None = None, **how) -> Answer:
        return explain_file(folder / "data", clones[name] / path, lines, **how)

    return ask_about


def tell(answer: Answer) -> MissionStory:
    [story] = answer.stories
    [mission] = story.missions
    return mission


def find_missions(story: LineStory) -> list[tuple[str, int | None]]:
    return [(mission.mission, mission.link.round) for mission in story.missions]


@pytest.mark.parametrize(("name", "path", "line", "commit", "expected"), LINES)
def test_thirty_lines(ask: Ask, name: str, path: str, line: int, commit: str, expected: tuple[str, int] | None):
    [story] = ask(name, path, (line, line)).stories
    assert story.oid.startswith(commit)
    assert find_missions(story) == ([expected] if expected else [])


def test_a_line_leads_to_the_finding_that_asked_for_it(ask: Ask):
    mission = tell(ask("linkshelf", "src/query.js", (28, 28)))
    first = mission.findings[0]
    assert (first.relation, first.round, first.mention.line) == (Relation.ASKED, 1, 48)
    assert first.finding.title.startswith("A tag with a double quote")  # each document words it in its own way
    assert first.mention.path.endswith("evaluator/round-01-discussion/codex-01.md")
    assert 7 in [criterion.number for criterion in mission.criteria]
    assert "Double quotes in tag names are written with a backslash" in [d.title for d in mission.decisions]
    assert mission.words[0].text.startswith("My shelf has about 900 bookmarks")


def test_a_line_that_a_later_review_warned_of(ask: Ask):
    mission = tell(ask("ledgerlite", "ledgerlite/csvimport.py", (98, 98)))
    warned = [related for related in mission.findings if related.relation is Relation.WARNED]
    assert ["`import-csv --currency usd`" in related.finding.title for related in warned] == [True]


def test_work_after_feedback_shows_the_feedback(ask: Ask):
    mission = tell(ask("ledgerlite", "ledgerlite/cli.py", (104, 104)))
    assert mission.words[0].path.endswith("UserFeedback/Feedback-01.md")
    assert mission.passages[0].path.endswith(("Generator/Round-03.md", "Summary.md"))


def test_a_raised_version_amid_a_mission_is_no_missions_work(git_repository, tmp_path: Path):
    folder, state = "TandemKit/001-Export", '{"phase": "generation", "round": 1, "started": "2026-03-01T08:00:00Z"}'
    git_repository.commit("Begin", {"requirements.txt": "flask==3.0\n", "app.py": "1\n"}, at="2026-02-01T08:00:00Z")
    plan = {f"{folder}/State.json": state, f"{folder}/Spec.md": "# Export\n\n## Goal\n\nExport orders.\n"}
    git_repository.commit("Plan the export", plan, at="2026-03-01T09:00:00Z")
    git_repository.commit("Export orders", {"export.py": "1\n"}, at="2026-03-01T10:00:00Z")
    git_repository.commit("Bump flask to 3.1", {"requirements.txt": "flask==3.1\n"}, at="2026-03-01T11:00:00Z")
    listed = {f"{folder}/Generator/ChangedFiles-01.txt": "export.py\n", f"{folder}/Generator/Round-01.md": "# Done\n"}
    handed_over = {f"{folder}/State.json": state.replace("generation", "evaluation")}
    git_repository.commit("Export is ready", listed | handed_over, at="2026-03-01T12:00:00Z")

    def find(path: str) -> list[tuple[str, int | None]]:
        [story] = explain_file(tmp_path / "data", git_repository.path / path, (1, 1)).stories
        return find_missions(story)

    assert find("export.py") == [("001-Export", 1)]
    assert find("requirements.txt") == []
    assert find("app.py") == []


def test_a_row_that_names_the_commit_is_told_without_its_table(ask: Ask):
    mission = tell(ask("linkshelf", "src/query.js", (28, 28)))
    rows = [passage.text for passage in mission.passages]
    assert "1 · Links of tags with `+`, `&`, `#` lead elsewhere · percent-encoded, `25a3bff`" in rows
    assert not any(text.startswith("|") for text in rows)


def test_a_range_tells_commit_by_commit(ask: Ask):
    stories = ask("linkshelf", "src/query.js", (26, 29)).stories
    assert [(story.first, story.last, story.oid[:7]) for story in stories] == [
        (26, 26, "25a3bff"),
        (27, 27, "9a1a936"),
        (28, 28, "25a3bff"),
        (29, 29, "9a1a936"),
    ]


def test_a_symbol_is_found(ask: Ask):
    answer = ask("linkshelf", "src/query.js", symbol="tagTerm")
    assert (answer.first, answer.last) == (27, 29)
    with pytest.raises(NotFoundError, match="nowhere"):
        ask("linkshelf", "src/query.js", symbol="nowhere")


def test_a_files_history_as_missions(ask: Ask):
    parts = ask("ledgerlite", "ledgerlite/csvimport.py").contributions
    found = [(part.linked and (part.linked.mission, part.linked.link.round), len(part.commits)) for part in parts]
    assert found == [(None, 1), ((MULTI, 1), 1), ((CSV, 2), 2), ((CSV, 1), 3)]


def test_lines_on_disk_are_found_in_the_commit(ask: Ask, tmp_path: Path):
    clone = clone_corpus("linkshelf", tmp_path / "linkshelf")
    file = clone / "src/query.js"
    lines = file.read_text().split("\n")
    file.write_text("\n".join(["// new", *lines[:5], *lines[6:]]))
    answer = explain_file(tmp_path / "data", file, (1, 28))
    assert answer.uncommitted == (1,)
    moved = explain_file(tmp_path / "data", file, (28, 28))
    assert [story.first for story in moved.stories] == [28]
    shifted = explain_file(tmp_path / "data", file, (2, 2))
    assert [story.first for story in shifted.stories] == [1]


@pytest.mark.parametrize("lines", [(0, 1), (5, 4), (999, 999)])
def test_lines_that_are_not_there(ask: Ask, lines: tuple[int, int]):
    with pytest.raises(InvalidRequestError, match="has 29 lines"):
        ask("linkshelf", "src/query.js", lines)


def test_what_nobody_can_answer(ask: Ask, tmp_path: Path):
    with pytest.raises(NotFoundError, match="No commit"):
        ask("linkshelf", "src/nothing.js", (1, 1))
    (tmp_path / "alone.py").write_text("1\n")
    with pytest.raises(NotFoundError, match="no git repository"):
        explain_file(tmp_path / "data", tmp_path / "alone.py", (1, 1))


def test_a_running_server_is_left_alone(tmp_path: Path):
    clone = clone_corpus("papertrail", tmp_path / "papertrail")
    explain_file(tmp_path / "data", clone / "README.md", (1, 1))
    with open_index_writer(tmp_path / "data"):
        assert explain_file(tmp_path / "data", clone / "README.md", (1, 1)).stories
