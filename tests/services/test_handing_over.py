"""Patches and the text of a pull request."""

import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from forking import SIDES, comparing, fork, look_for_evidence, tell_sides

from services.test_synthesising import EVERY_KIND, Bench, choose_all, choose_files
from tandemweb.domain.case_results import CaseOutcome, CaseResult, SideTests
from tandemweb.domain.judgement import Judged, JudgedFinding, Judgement
from tandemweb.services.comparing import read_matrix
from tandemweb.services.handing_over import read_side_patch, read_synthesis_patch, render_pull_request

pytestmark = pytest.mark.compare


def apply(git: GitRepository, tmp_path, patch: bytes) -> str:
    """Apply a patch to the base with plain git, and give the tree."""
    folder = tmp_path / f"applied-{len(list(tmp_path.iterdir()))}"
    git.git("worktree", "add", "-q", "--detach", str(folder), "main")
    applied = GitRepository(folder)
    applied.git("apply", "--index", stdin=patch)
    return applied.git("write-tree")


def test_patches_make_each_side_and_the_synthesis(git_repository, tmp_path):
    base, left, right = (dict(files) for files in EVERY_KIND)
    for files in (base, left, right):
        files.pop("sub")
    fork(git_repository, base, left, right)
    bench = Bench(git_repository, tmp_path / "data")
    synthesis = bench.synthesise(choose_all("a"))

    with comparing(git_repository.path, tmp_path / "data" / "shadows") as (repository, comparison):
        patches = [read_side_patch(repository, comparison, side) for side in comparison.sides]
        own = read_synthesis_patch(repository, synthesis)

    trees = [bench.tree(name) for name in SIDES[:2]]
    assert [apply(git_repository, tmp_path, patch) for patch in patches] == trees
    assert apply(git_repository, tmp_path, own) == trees[0]


def test_the_text_of_a_pull_request(tmp_path):
    git = GitRepository(clone_corpus("ledgerlite", tmp_path / "ledgerlite"))
    bench = Bench(git, tmp_path / "data")
    synthesis = bench.synthesise(choose_files(**{"README.md": "a", "ledgerlite/cli.py": "b"}))

    with comparing(git.path, tmp_path / "data" / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison, with_counts=True)
        summaries = tell_sides(repository, comparison, with_counts=matrix.has_counts)
        evidence = look_for_evidence(repository, comparison)
        text = render_pull_request(comparison, summaries, matrix, evidence, synthesis)

    assert text.startswith(
        "# `budget`: compare a month with a budget\n\nPut together from `impl/claude` and `impl/codex`"
    )
    assert [line for line in text.split("\n") if line.startswith(f"- {synthesis.contributions[0].oid[:12]}")] == [
        f"- {synthesis.contributions[0].oid[:12]}: 3 files from `impl/claude`"
    ]
    assert "| `impl/codex` | ef13d8d74443 | 4 | 9 | +" in text
    assert "- **10.** With `--strict`" in text
    assert "## Tests" not in text
    assert "- `ledgerlite/budget.py`: only one side changed it (`impl/claude`)" in text
    assert "PASS" not in text


def test_tests_and_judgement_are_evidence(git_repository, tmp_path):
    fork(git_repository, {"a.py": "1\n"}, {"a.py": "2\n"}, {"a.py": "3\n"})
    synthesis = Bench(git_repository, tmp_path / "data").synthesise(choose_all("a"))
    cases = (CaseResult("a", CaseOutcome.PASSED), CaseResult("b", CaseOutcome.ERROR))
    tests = [("impl/claude", SideTests("1", 1, cases=cases)), ("x|y", SideTests("2", None))]
    findings = (JudgedFinding("A", "It <b>fails</b>", severity="high", path="a.py", line=2),)
    judgement = Judgement("A", "approve", "Take <i>it</i>.", findings, judged=(Judged("A", "b", "impl/codex", "3", 1),))
    with comparing(git_repository.path, tmp_path / "data" / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison, with_counts=True)
        summaries, evidence = (
            tell_sides(repository, comparison, with_counts=matrix.has_counts),
            look_for_evidence(repository, comparison),
        )
        text = render_pull_request(comparison, summaries, matrix, evidence, synthesis, tests, judgement)
    assert "| `impl/claude` | 1 | 1 | 1 | 0 |\n| `x\\|y` | none |" in text
    assert "did not know whose work it was would merge `impl/codex`. Take &lt;i>it&lt;/i>." in text
    assert "- high: It &lt;b>fails&lt;/b> (`a.py:2`)" in text


def test_names_and_specs_cannot_become_markup(git_repository, tmp_path):
    spec = "# <script>alert(1)</script>\n\n## Acceptance criteria\n\n1. <img src=x>\n"
    fork(git_repository, {"SPEC.md": spec, "a": "1\n"}, {"a": "A\n", "x`y``z\n# head": "1\n"}, {"a": "B\n"})
    bench = Bench(git_repository, tmp_path / "data")
    synthesis = bench.synthesise(choose_all("a"))

    with comparing(git_repository.path, tmp_path / "data" / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison)
        summaries = tell_sides(repository, comparison, with_counts=matrix.has_counts)
        evidence = look_for_evidence(repository, comparison)
        text = render_pull_request(comparison, summaries, matrix, evidence, synthesis)

    assert "<script" not in text
    assert "<img" not in text
    assert "- ``` x`y``z # head ```: only" in text
