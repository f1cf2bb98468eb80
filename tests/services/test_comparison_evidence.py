import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from forking import comparing, fork, look_for_evidence

from tandemweb.domain.comparison import EvidenceKind
from tandemweb.domain.finding import Mention
from tandemweb.domain.review import Review, ReviewFinding
from tandemweb.services.comparison_evidence import list_named_findings

pytestmark = pytest.mark.compare


def test_the_corpus(tmp_path):
    git = GitRepository(clone_corpus("ledgerlite", tmp_path / "ledgerlite"))

    with comparing(git.path, tmp_path / "shadows") as (repository, comparison):
        evidence = look_for_evidence(repository, comparison)

    assert [row.criterion.number for row in evidence.rows] == list(range(1, 15))
    assert evidence.test_counts == (7, 7)
    strict = evidence.rows[9]
    assert {own.kind for side in strict.sides for own in side} >= {EvidenceKind.FILE, EvidenceKind.TEST}
    for row in evidence.rows:
        for side, shown in zip(comparison.sides, row.sides, strict=True):
            for own in shown:
                if own.line:
                    lines = git.git("show", f"{side.oid}:{own.path}").split("\n")
                    assert own.quote in lines[own.line - 1]


def test_tests_and_findings(git_repository, tmp_path):
    base = {"tests/test_a.py": "def test_old():\n    pass\n"}
    left = {"tests/test_a.py": "def test_one():\n    pass\n\n\ndef test_two():\n    pass\n"}
    fork(git_repository, base, left, {"tests/test_a.py": None})
    mention = Mention("r.md", 4, 4, "Criterion 2", "Criterion 2 fails", None, criteria=(2,))
    findings = list_named_findings({"r.md": Review((ReviewFinding(mention),)), "s.md": Review()})

    with comparing(git_repository.path, tmp_path) as (repository, comparison):
        evidence = look_for_evidence(repository, comparison, findings)

    assert evidence.title == "Spec"
    assert evidence.test_counts == (1, -1)
    assert [(own.kind, own.path, own.line) for own in evidence.rows[1].sides[0]] == [(EvidenceKind.FINDING, "r.md", 4)]


def test_without_a_spec_there_are_numbers_all_the_same(git_repository, tmp_path):
    fork(git_repository, {"SPEC.md": None, "a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})

    with comparing(git_repository.path, tmp_path) as (repository, comparison):
        evidence = look_for_evidence(repository, comparison)

    assert (evidence.rows, evidence.test_counts) == ((), (0, 0))
