import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.others import list_candidates, recognise_document
from tandemweb.archive.reading import read_text
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import DocumentKind

GOLDEN = Path(__file__).parent / "golden"


def test_golden_workflows():
    project = str(GOLDEN / "workflows")
    tree = read_tree(project)
    kinds = {
        path: recognise_document(path, read_text(project, path).text)
        for path in list_candidates(tree, find_roots(tree))
    }
    expected = json.loads((GOLDEN / "workflows.json").read_text(encoding="utf-8"))
    assert {path: kind.value for path, kind in sorted(kinds.items()) if kind} == expected


def test_nothing_in_an_archive_is_a_candidate(write_project):
    files = {
        "TandemKit/Config.json": "{}",
        "TandemKit/plans/x.md": "",
        "TandemKit-old/plans/x.md": "",
        "plans/y.md": "",
    }
    tree = read_tree(str(write_project(files)))
    assert list_candidates(tree, find_roots(tree)) == ("TandemKit-old/plans/x.md", "plans/y.md")
    alone = read_tree(str(write_project({}) / "TandemKit"))
    assert list_candidates(alone, find_roots(alone)) == ()


@pytest.mark.parametrize("keep", range(30, 140, 7))
def test_a_review_result_is_recognised_wherever_it_was_cut_off(keep):
    finding = '{"severity": "high", "title": "y"}'
    text = f'{{"verdict": "needs-attention", "summary": "x", "findings": [{finding}], "next_steps": []}}'
    known = recognise_document("reviews/codex/1.json", text[:keep])
    assert known is (DocumentKind.CODEX_REVIEW if '"summary": "' in text[:keep] else None)


def test_headings_in_code_are_no_headings():
    text = "# Notes\n\n```md\n## Phase 1\n## Phase 2\n```\n"
    assert recognise_document("plans/notes.md", text) is None
    assert recognise_document("plans/notes.md", text.replace("```md", "").replace("```", "")) is DocumentKind.PLAN


@given(
    st.sampled_from(
        ["plans/x.md", "reviews/red-team.md", "reviews/x.json", "SPEC.md", "specs/x.md", "REQUIREMENTS.md"]
    ),
    st.text(),
)
def test_any_text_has_an_answer(path, text):
    assert recognise_document(path, text) in {None, *DocumentKind}


@pytest.mark.faults
@pytest.mark.parametrize(
    "piece", ["#", "# ", "- critical ", "```", "confidence Claude ", "| ", "1. ", '"verdict": "', "---\n", "Phase 1\n"]
)
@pytest.mark.parametrize("path", ["reviews/red-team-confidence-plan.md", "specs/plan.md", "reviews/codex.json"])
def test_megabytes_of_anything_are_looked_at_quickly(path, piece):
    start = time.perf_counter()
    recognise_document(path, piece * (4_000_000 // len(piece)))
    recognise_document(path, ("\n" + piece) * (4_000_000 // (len(piece) + 1)))
    assert time.perf_counter() - start < 4
