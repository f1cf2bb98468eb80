import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus.clones import STYLES, clone_corpus

from services.examples import PLACEHOLDER, archive, mission
from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import Mission, Readability, Role, Stage
from tandemweb.services import reading
from tandemweb.services.reading import MissionReading, read_mission, read_skeleton

LARGE = ("ledgerlite", "linkshelf")


def read(repository, name: str) -> MissionReading:
    tree = read_tree(str(repository.path))
    (root,) = find_roots(tree)
    (folder,) = [found for found in list_missions(tree, root) if found.name == name]
    return read_mission(str(repository.path), root, folder)


def test_a_mission_is_read_whole(git_repository):
    git_repository.write(archive("001-DateRanges"))
    found = read(git_repository, "001-DateRanges")
    mission = found.mission
    assert mission.title == "Date ranges"
    assert mission.state.phase == "evaluation"
    assert [criterion.number for criterion in mission.criteria] == [1, 2]
    assert [decision.title for decision in mission.decisions] == ["Half-open ranges"]
    assert mission.changed_files == {1: ("report.py", "tests/test_report.py")}
    assert [(exchange.stage, exchange.final_verdict) for exchange in mission.exchanges] == [
        (Stage.PLANNING, None),
        (Stage.EVALUATION, "FAIL"),
    ]
    assert found.texts["TandemKit/001-DateRanges/Spec.md"].startswith("# Date ranges")
    assert [question.text for question in found.questions] == ["Should the range be shown in the title?"]


def test_verdicts_and_approvals_stand_only_where_they_are_given(git_repository):
    git_repository.write(archive("001-DateRanges"))
    documents = {
        document.path.partition("/001-DateRanges/")[2]: document
        for document in read(git_repository, "001-DateRanges").mission.documents
    }
    assert documents["Evaluator/Round-01.md"].verdict == "FAIL"
    assert documents["Evaluator/Round-01.md"].verdict_line == 3
    assert documents["Evaluator/Round-01-Discussion/Codex-02.md"].approved is True
    assert documents["Evaluator/Round-01-Discussion/Codex-02.md"].verdict is None
    assert documents["Generator/Round-01.md"].verdict is None
    assert documents["Evaluator/Round-01-Discussion/Claude-02.md"].approved is None


def test_a_placeholder_is_told_by_its_text(git_repository):
    files = archive("001-DateRanges")
    git_repository.write(files | {"TandemKit/001-DateRanges/Evaluator/Round-01-Discussion/Codex-01.md": PLACEHOLDER})
    evaluation = read(git_repository, "001-DateRanges").mission.exchanges[1]
    assert [d.role for d in evaluation.documents if d.path.endswith("Codex-01.md")] == [Role.PLACEHOLDER]


def test_hostile_files_stay_in_their_mission_as_problems(git_repository):
    folder = "TandemKit/001-DateRanges"
    git_repository.write(archive("001-DateRanges"))
    git_repository.write(
        {
            f"{folder}/State.json": '{"phase": "planning", "phase": "complete", "round": NaN',
            f"{folder}/Evaluator/Round-01.md": b"**Verdict: PASS** \x80\r\n" * 3,
            f"{folder}/Generator/Round-01.md": "> " * 10_000 + "deep",
        }
    )
    (git_repository.path / folder / "Evaluator/Round-02.md").symlink_to("/etc/passwd")
    mission = read(git_repository, "001-DateRanges").mission
    by_path = {document.path.removeprefix(f"{folder}/"): document for document in mission.documents}
    assert "Evaluator/Round-02.md" not in by_path
    assert by_path["Evaluator/Round-01.md"].readability is Readability.REPLACED
    assert {problem.path for problem in mission.problems} >= {f"{folder}/State.json"}
    assert len(mission.exchanges) == 2


def test_the_title_falls_back_to_the_folder(git_repository):
    files = archive("001-DateRanges")
    git_repository.write(files | {"TandemKit/001-DateRanges/Spec.md": "# 001-DateRanges\n\n## Goal\n\nRanges.\n"})
    assert read(git_repository, "001-DateRanges").mission.title == "Date Ranges"


def test_only_the_spec_is_held_to_how_it_numbers_criteria(git_repository):
    git_repository.write(archive("001-DateRanges"))
    summary = "# Summary\n\n## Acceptance Criteria\n\nBoth pass.\n"
    git_repository.write({"TandemKit/001-DateRanges/Summary.md": summary})
    assert "criteria-not-understood" not in {p.code for p in read(git_repository, "001-DateRanges").mission.problems}
    git_repository.write({"TandemKit/001-DateRanges/Spec.md": summary})
    assert "criteria-not-understood" in {p.code for p in read(git_repository, "001-DateRanges").mission.problems}


def test_a_mistake_of_ours_is_a_problem_of_that_mission_alone(
    git_repository, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    git_repository.write(archive("001-DateRanges") | mission("002-Other"))
    correct = reading.build_exchanges

    def stumble(documents, readings, texts):
        if "001-" in documents[0].path:
            raise RuntimeError("stumbled")
        return correct(documents, readings, texts)

    monkeypatch.setattr(reading, "build_exchanges", stumble)
    broken = read(git_repository, "001-DateRanges").mission
    assert [problem.code for problem in broken.problems] == ["internal-error"]
    assert "stumbled" in broken.problems[0].message
    assert broken.state.phase == "evaluation"
    assert "001-DateRanges" in caplog.text
    assert read(git_repository, "002-Other").mission.exchanges


def test_a_skeleton_needs_only_the_state(git_repository):
    git_repository.write(archive("001-DateRanges"))
    tree = read_tree(str(git_repository.path))
    (root,) = find_roots(tree)
    skeleton = read_skeleton(str(git_repository.path), root, list_missions(tree, root)[0])
    assert (skeleton.title, skeleton.state.round, skeleton.documents) == ("Date Ranges", 1, ())


def list_statements(mission: Mission) -> Iterator[tuple[str, int, int, str]]:
    """Yield everything that a page shows as written somewhere: path, first and last line, words."""
    for exchange in mission.exchanges:
        for finding in exchange.findings:
            assert finding.title in {mention.title for mention in finding.mentions}
            yield from ((m.path, m.line, m.end_line, m.title) for m in finding.mentions)
            yield from ((s.path, s.line, s.line + s.quote.count("\n"), s.quote) for s in finding.trail)
    yield from ((d.path, d.line, d.end_line, d.title) for d in mission.decisions)


def squeeze(text: str) -> str:
    """Leave out what extraction takes off: marks of emphasis, separators of cells, blanks."""
    return "".join(character for character in text if not character.isspace() and character not in "*_|\\>")


ANNOUNCED = re.compile(  # "Checked, no finding" announces that there is none
    r"#{2,6}\s(?!.*\bno (?:findings?|issues?|problems?)\b)"
    r".*\b(?:high|medium|low|findings?|issues?|problems?|disagreements?)\b",
    re.IGNORECASE,
)
NONE_OF_ITS_OWN = re.compile(  # what became of a finding of the round before, and what says that it is none
    r": (?:fixed|withdrawn|gone|present|written|done|200 after)\b|\. Good\.$|\bOtherwise no remarks\b"
)
ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+(?!\(?(?:none|empty)\b)", re.IGNORECASE)


def list_announced_items(text: str) -> Iterator[int]:
    """Yield the lines of items at the left margin under a heading that announces findings."""
    is_announced = is_code = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            is_code = not is_code
        elif line.startswith("#") and not is_code:
            is_announced = ANNOUNCED.match(line) is not None
        elif is_announced and not is_code and ITEM.match(line):
            yield number


def list_passed_over(name: str, folder: Path) -> tuple[int, set[tuple[str, int]]]:
    """Count the announced items of an archive's evaluations, and list those that are neither shown nor a problem."""
    tree = read_tree(str(clone_corpus(name, folder)))
    (root,) = find_roots(tree)
    count, passed_over = 0, set()
    for mission_folder in list_missions(tree, root):
        found = read_mission(tree.project_path, root, mission_folder)
        known = {(problem.path, problem.line) for problem in found.mission.problems}
        evaluations = [exchange for exchange in found.mission.exchanges if exchange.stage is Stage.EVALUATION]
        mentions = [m for exchange in evaluations for finding in exchange.findings for m in finding.mentions]
        known |= {(m.path, line) for m in mentions for line in range(m.line, m.end_line + 1)}
        paths = {d.path for exchange in evaluations for d in exchange.documents if d.role is not Role.REPORT}
        announced = {(path, line) for path in paths for line in list_announced_items(found.texts[path])}
        count += len(announced)
        passed_over |= announced - known
    return count, passed_over


@pytest.mark.parametrize("name", LARGE)
def test_no_announced_finding_of_an_evaluation_is_passed_over_in_silence(name: str, tmp_path: Path):
    count, passed_over = list_passed_over(name, tmp_path / name)
    assert passed_over == set()
    assert count > 20


def test_no_announced_finding_is_passed_over_in_any_style_but_those_that_say_they_are_none(tmp_path: Path):
    counts, told = 0, []
    for name in STYLES:
        count, passed_over = list_passed_over(name, tmp_path / name)
        counts += count
        told += [(tmp_path / name / path).read_text().split("\n")[line - 1] for path, line in passed_over]
    assert [line for line in told if not NONE_OF_ITS_OWN.search(line)] == []
    assert counts > 10 * len(told) > 0


@pytest.mark.parametrize("name", [*LARGE, *STYLES])
def test_what_is_shown_stands_in_the_lines_that_are_cited(name: str, tmp_path: Path):
    tree = read_tree(str(clone_corpus(name, tmp_path / name)))
    (root,) = find_roots(tree)
    statement_count = 0
    for folder in list_missions(tree, root):
        found = read_mission(tree.project_path, root, folder)
        for path, line, end_line, words in list_statements(found.mission):
            statement_count += 1
            cited = "\n".join(found.texts[path].split("\n")[line - 1 : end_line])
            assert squeeze(words) in squeeze(cited), f"{path}:{line}"
    assert statement_count > (300 if name in LARGE else 50)
