"""Tests of the sides of a comparison as real runs: what passes in one and fails in another, stopped, cut off."""

import os
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from forking import SIDES, comparing, fork

from tandemweb.domain.case_results import CaseKind, CaseOutcome
from tandemweb.domain.comparison import CheckCommand, Comparison
from tandemweb.domain.run import Run, RunStatus
from tandemweb.errors import InvalidRequestError
from tandemweb.services.comparison_results import ComparedTests, list_own_runs, read_tests
from tandemweb.services.comparison_tests import start_tests
from tandemweb.services.own_trees import clear_own_trees
from tandemweb.services.stages import stop_run
from tandemweb.services.trusting import NotTrustedError
from tandemweb.store.check_commands import find_check_command
from tandemweb.store.comparisons import save_comparison
from tandemweb.store.state import open_state, open_state_reader
from tests.services.running import Bench, make_bench, wait_for

pytestmark = pytest.mark.compare
PYTEST = f"{sys.executable} -m pytest -q -p no:cacheprovider --junitxml=junit.xml"
COUNTS = "def test_counts():\n    assert 1 + 1 == {}\n"


@dataclass
class Table:
    """A comparison that is kept, on a bench."""

    bench: Bench
    comparison: Comparison
    press_count: int = 0

    def start(self, line: str, keys: str = "ab", *, report: str = "", seconds: float = 120) -> tuple[Run, ...]:
        self.press_count += 1
        command = CheckCommand(line, report)
        key = f"press {self.press_count}"
        project, data = self.bench.project, self.bench.data_folder
        return start_tests(data, project, self.comparison, keys, command, seconds=seconds, request_key=key)

    def run(self, line: str, keys: str = "ab", **more: object) -> list[Run]:
        return [self.bench.wait_for_end(run) for run in self.start(line, keys, **more)]  # type: ignore[arg-type]

    def read(self) -> ComparedTests:
        with open_state_reader(self.bench.data_folder) as state:
            return read_tests(self.bench.data_folder, state, self.comparison)


def keep(repository: GitRepository, shadows: Path) -> Table:
    bench = make_bench(repository.path)
    with comparing(repository.path, shadows, SIDES[:2]) as (_, comparison):
        pass
    own = Comparison(bench.project.slug, comparison.spec, comparison.base, comparison.sides)
    with open_state(bench.data_folder) as state, state.transaction() as transaction:
        number = save_comparison(transaction, own, created_at=datetime.now(UTC))
    return Table(bench, Comparison(own.project, own.spec, own.base, own.sides, number))


@pytest.fixture
def table(git_repository: GitRepository, tmp_path: Path) -> Table:
    """Give two sides: both have a test that counts, which fails in the second; each has one of its own."""
    first = {"test_it.py": COUNTS.format(2) + "def test_mine():\n    pass\n"}
    second = {"test_it.py": COUNTS.format("'<script>alert(1)</script>'") + "def test_other():\n    pass\n"}
    fork(git_repository, {"a.py": "1\n", "junit.xml": "<testsuite/>"}, first, second)
    return keep(git_repository, tmp_path / "shadows")


def snapshot(path: Path) -> tuple[str, ...]:
    git = GitRepository(path)
    asked = ("status --porcelain", "for-each-ref", "worktree list", "stash list", "rev-parse HEAD")
    return tuple(git.git(*words.split()) for words in asked)


def test_the_corpus(tmp_path: Path):
    git = GitRepository(clone_corpus("ledgerlite", tmp_path / "ledgerlite"))
    table = keep(git, tmp_path / "shadows")
    before = snapshot(git.path)

    runs = table.run(PYTEST)

    assert [run.status for run in runs] == [RunStatus.DONE, RunStatus.DONE], [run.reason for run in runs]
    found = table.read()
    first, second = (own.tests for own in found.subjects)
    assert first
    assert second
    assert first.reports == second.reports == ("junit.xml",)
    assert (first.exit_status == 0) is not any(case.outcome.is_bad for case in first.cases)
    names = [{case.name for case in own.cases} for own in (first, second)]
    assert {row.name for row in found.rows if row.kind is CaseKind.ONLY} == names[0] ^ names[1]
    assert len(found.rows) == len(names[0] | names[1]) > 10
    assert snapshot(git.path) == before


def test_passes_in_one_and_fails_in_the_other(table: Table):
    before = snapshot(table.bench.path)
    runs = table.run(PYTEST)
    found = table.read()
    assert [run.status for run in runs] == [RunStatus.DONE, RunStatus.DONE], [run.reason for run in runs]
    assert [subject.name for subject in found.compared] == list(SIDES[:2])
    told = {row.name: (row.kind, [result and result.outcome for result in row.results]) for row in found.rows}
    passed, failed = CaseOutcome.PASSED, CaseOutcome.FAILED
    assert told == {
        "test_it::test_counts": (CaseKind.DIFFER, [passed, failed]),
        "test_it::test_mine": (CaseKind.ONLY, [passed, None]),
        "test_it::test_other": (CaseKind.ONLY, [None, passed]),
    }
    text = found.rows[0].results[1]
    assert text
    assert "<script>alert(1)</script>" in text.text
    assert [own.tests and own.tests.exit_status for own in found.subjects] == [0, 1]
    assert snapshot(table.bench.path) == before
    with open_state_reader(table.bench.data_folder) as state:
        kept = find_check_command(state, table.bench.project.slug, table.comparison.id)
    assert kept == CheckCommand(PYTEST)


def test_the_work_tree_is_the_pinned_commit_and_goes_with_the_run(table: Table):
    (run,) = table.run("sh -c 'git rev-parse HEAD; git status --porcelain; echo $0 > left'", "b")
    folder = table.bench.folder(run)
    said = folder.get_step(run.steps[0].folder).stdout.read_text()
    assert said == f"{table.comparison.sides[1].oid}\n"
    assert not (folder.path / "trees").exists()
    assert "tests" not in GitRepository(table.bench.path).git("worktree", "list", "--porcelain")


def test_a_report_that_was_committed_says_nothing(table: Table):
    table.run("true")
    assert [own.tests and (own.tests.exit_status, own.tests.reports) for own in table.read().subjects] == [(0, ())] * 2
    table.run("true", report="junit.xml")
    (first, _) = table.read().subjects
    assert first.tests
    assert "older than the tests" in first.tests.problems[0]


def test_no_shell_reads_the_command(table: Table):
    (run,) = table.run("echo a; touch b && $(touch c) '> d'", "a")
    said = table.bench.folder(run).get_step(run.steps[0].folder).stdout.read_text()
    assert said == "a; touch b && $(touch c) > d\n"


def test_a_stop_leaves_no_work_tree_and_no_process(table: Table):
    before = snapshot(table.bench.path)
    runs = table.start("sh -c 'echo begun; sleep 1000'")
    for run in runs:
        wait_for(lambda run=run: list(table.bench.folder(run).path.glob("steps/*/stdout.jsonl")) and _said(table, run))
        stop_run(table.bench.data_folder, run.id)
    assert [table.bench.wait_for_end(run).status for run in runs] == [RunStatus.CANCELLED] * 2
    assert all(own.run and own.tests is None for own in table.read().subjects)
    assert snapshot(table.bench.path) == before


def _said(table: Table, run: Run) -> bool:
    return any("begun" in path.read_text() for path in table.bench.folder(run).path.glob("steps/*/stdout.jsonl"))


def test_a_time_limit_ends_them(table: Table):
    before = snapshot(table.bench.path)
    (run,) = table.run("sleep 1000", "a", seconds=1)
    assert run.steps[0].failure == "time"
    assert "limit" in run.steps[0].reason
    assert snapshot(table.bench.path) == before


def test_what_a_dead_driver_left_is_cleared_away(table: Table):
    before = snapshot(table.bench.path)
    (run,) = table.start("sh -c 'echo begun; sleep 1000'", "a")
    wait_for(lambda: _said(table, run))
    os.kill(table.bench.driver_pid(run), signal.SIGKILL)
    assert table.bench.wait_for_end(run).status is RunStatus.INTERRUPTED
    assert (table.bench.folder(run).path / "trees").is_dir()
    clear_own_trees(table.bench.data_folder)
    assert not (table.bench.folder(run).path / "trees").exists()
    assert snapshot(table.bench.path) == before


def test_trust_is_needed(table: Table):
    GitRepository(table.bench.path).git("config", "core.fsmonitor", "true")
    with pytest.raises(NotTrustedError):
        table.start("true")
    assert all(own.run is None for own in table.read().subjects)


@pytest.mark.parametrize(
    ("line", "keys", "report"),
    [("", "a", ""), ("'", "a", ""), ("a\nb", "a", ""), ("true", "", ""), ("true", "z", ""), ("true", "a", "../x.xml")],
)
def test_what_is_no_command(table: Table, line: str, keys: str, report: str):
    with pytest.raises(InvalidRequestError):
        table.start(line, keys, report=report)


def test_runs_belong_to_their_comparison(table: Table):
    table.run("true", "a")
    other = Comparison(table.comparison.project, "", table.comparison.base, table.comparison.sides, 99)
    with open_state_reader(table.bench.data_folder) as state:
        assert list(list_own_runs(table.bench.data_folder, state, other, "compare-tests")) == []
