"""Plans, reviews, review results, consensus reviews and confidence numbers, against the labels and one by one."""

import json
import subprocess
from itertools import pairwise

import pytest
from corpus.clones import OTHER_KINDS, clone_corpus, labels_path
from hypothesis import given, settings
from hypothesis import strategies as st

from tandemweb.analysis.others import extract_other, find_rewritten_phases
from tandemweb.analysis.user_words import extract_intent
from tandemweb.domain.finding import Severity
from tandemweb.domain.mission import DocumentKind

LINE_TOLERANCE = 2
KINDS = {"inserted-phases": DocumentKind.PLAN, "review-json": DocumentKind.CODEX_REVIEW}
LABELS = {name: json.loads(labels_path(name).read_text(encoding="utf-8"))["documents"] for name in OTHER_KINDS}
LABELLED = [pytest.param(name, one, id=f"{name}/{one['path']}") for name, labels in LABELS.items() for one in labels]


@pytest.fixture(scope="module")
def projects(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    return {name: clone_corpus(name, folder / name) for name in OTHER_KINDS}


@pytest.fixture(scope="module")
def papertrail(projects):
    return projects["papertrail"]


def read(project, label):
    kind = KINDS.get(label["kind"]) or DocumentKind(label["kind"])
    return extract_other((project / label["path"]).read_text(encoding="utf-8"), label["path"], kind)


@pytest.mark.parametrize("kind", [DocumentKind.PLAN, DocumentKind.PLAN_REVIEW, DocumentKind.CONSENSUS])
@pytest.mark.parametrize("unit", ["\n", " ", " \n", "- "])
def test_much_of_nothing_holds_nothing(kind, unit):
    """Where an expression may go on over line ends, each line begins a search to the end: that took for ever."""
    text = f"# Plan\n\n## {unit * (100_000 // len(unit))}\n\n{unit * (100_000 // len(unit))}x\n"
    assert extract_other(text, "plans/plan.md", kind).findings == ()


def test_long_runs_of_one_sign_are_read_once():
    named = extract_other(f"| Reviewer | b |\n|---|---|\n| {'(' * 300_000} | b |\n", "a.md", DocumentKind.CONSENSUS)
    assert named.findings == ()
    assert extract_intent(f"## {'#' * 300_000}x\n\n> said\n", "Spec.md") == ()


@pytest.mark.parametrize(("name", "label"), LABELLED)
def test_every_labelled_finding_and_nothing_else(projects, name, label):
    found = [(finding, finding.mention) for finding in read(projects[name], label).findings]
    assert len(found) == len(label["findings"])
    for wanted, (finding, mention) in zip(label["findings"], found, strict=True):
        assert abs(mention.line - wanted["line"]) <= LINE_TOLERANCE
        assert (mention.severity, mention.severity_word) == (wanted["severity_normalised"], wanted["severity"])
        assert list(mention.reviewers) == wanted["reviewers"]
        assert finding.category == wanted["category"]
        assert mention.confidence == wanted["confidence"]
        place = next(iter(mention.file_references), None)
        said = (place.path, place.line_start, place.line_end) if place else (None, None, None)
        assert said == (wanted["file"], wanted["line_start"], wanted["line_end"])
        assert bool(finding.why) is (wanted["category"] == "dismissed")


@pytest.mark.parametrize(("name", "label"), LABELLED)
def test_both_confidence_pairs(projects, name, label):
    pair = read(projects[name], label).confidence
    wanted = label["confidence"]
    assert (pair and {pair.claude_name.lower(): pair.claude, pair.codex_name.lower(): pair.codex}) == wanted


def test_the_truncated_result_says_where_it_breaks(papertrail):
    cut = [label for label in LABELS["papertrail"] if label["kind"] == "review-json" and label["problems"]]
    for label in cut:
        reading = read(papertrail, label)
        assert reading.verdict == "needs-attention"
        (problem,) = reading.problems
        assert (problem.code, problem.line) == ("review-unreadable", 8)
    assert cut


@pytest.mark.parametrize(
    "label", [label for label in LABELS["papertrail"] if label["kind"] == "inserted-phases"], ids=lambda x: x["path"]
)
def test_the_rewritten_phase(papertrail, label):
    def git(*arguments):
        command = ["git", "-C", str(papertrail), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    oids = git("log", "--format=%H", "--reverse", "--", label["path"]).split()
    texts = [git("show", f"{oid}:{label['path']}") for oid in oids]
    rewritten = any(find_rewritten_phases(before, after) for before, after in pairwise(texts))
    assert rewritten is not label["original_phases_unchanged"]


PLAN = """# Plan

## Phase 1: seal

Rename the log.
Keep the head.

- [ ] rename

## Phase 2: verify

Walk the segments.
"""
FINDING = "## Phase 1.5: Codex Finding — the lock\n\n**High.** The lock sits on the old inode.\n\n"


@pytest.mark.parametrize(
    ("after", "rewritten"),
    [
        (PLAN, ()),
        (PLAN.replace("## Phase 2", f"{FINDING}## Phase 2"), ()),
        (PLAN.replace("log.\nKeep", "log. Keep").replace("[ ]", "[x]"), ()),
        (PLAN.replace("## Phase 2", "### Codex Finding: order\n\nMedium: late.\n\n## Phase 2"), ()),
        (PLAN.replace("Keep the head", "Drop the head"), ("Phase 1: seal",)),
        (PLAN.replace("Phase 2: verify", "Phase 2: check"), ("Phase 2: verify",)),
        (PLAN.partition("## Phase 2")[0], ("Phase 2: verify",)),
        ("", ("Phase 1: seal", "Phase 2: verify")),
    ],
)
def test_insertions_and_ticks_are_no_rewriting(after, rewritten):
    assert find_rewritten_phases(PLAN, after) == rewritten


def test_a_heading_in_a_code_fence_is_no_phase():
    fenced = PLAN + "\n```\n## Phase 3: not one\n```\n"
    assert find_rewritten_phases(fenced, PLAN) == ("Phase 2: verify",)


RESULT = {
    "verdict": "needs-attention",
    "summary": 'They wrote \\"findings\\": [ in the body.',
    "findings": [
        {
            "severity": "P1",
            "title": "One",
            "body": "b",
            "file": "a.py",
            "line_start": 3,
            "line_end": 1,
            "confidence": 0.5,
        },
        {"severity": "whatever", "title": "", "confidence": 7},
        {"severity": "P3", "title": "Three", "file": "a.py", "line_start": -1, "confidence": True},
    ],
    "next_steps": [],
}


def read_result(text):
    return extract_other(text, "review.json", DocumentKind.CODEX_REVIEW)


def test_odd_values_become_problems_and_no_guesses():
    reading = read_result(json.dumps(RESULT, indent=1))
    first, second, third = (finding.mention for finding in reading.findings)
    assert (first.severity, first.severity_word, first.confidence) == (Severity.HIGH, "P1", 0.5)
    assert (first.file_references[0].line_start, first.file_references[0].line_end) == (3, 3)
    assert (second.severity, second.severity_word, second.confidence) == (None, "whatever", None)
    assert (third.severity, third.confidence, third.file_references[0].line_start) == (Severity.LOW, None, None)
    assert sorted(problem.code for problem in reading.problems) == [
        "review-confidence-odd",
        "review-confidence-odd",
        "review-finding-untitled",
        "review-severity-unknown",
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_however_far_a_result_was_written_the_complete_findings_are_read(indent):
    whole = json.dumps(RESULT, indent=indent)
    titles = [finding["title"] for finding in RESULT["findings"]]
    counts = set()
    for end in range(len(whole)):
        reading = read_result(whole[:end])
        read_titles = [finding.mention.title for finding in reading.findings]
        assert read_titles == titles[: len(read_titles)]
        assert any(problem.code == "review-unreadable" for problem in reading.problems)
        counts.add(len(read_titles))
    assert counts == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "text", ["[]", "null", '"text"', "{}", "[" * 100_000, '{"findings": [' + "[" * 5000, "1" * 5000]
)
def test_what_is_no_result_is_a_problem_or_empty(text):
    reading = read_result(text)
    assert reading.findings == ()
    assert (reading.problems == ()) is (text == "{}")


CONSENSUS = """# Consensus

Reviewers: Claude, Codex, Gemini and Security

## Confirmed Issues

### Critical

1. **Tokens are logged.** Found by Codex, Gemini and Security. `auth.py:12` prints them.

| Finding | Severity | Claude | Codex | Gemini | Security |
| --- | --- | --- | --- | --- | --- |
| Clock skew | Minor | ✓ | – | | ✓ |

## Rejected

- **Slow start** (Info). Raised by Gemini. Reason: measured, 20 ms.

## Method

- Three rounds, high effort.
"""


def test_any_number_of_reviewers():
    reading = extract_other(CONSENSUS, "c.md", DocumentKind.CONSENSUS)
    assert reading.reviewers == ("Claude", "Codex", "Gemini", "Security")
    assert [(f.mention.title, f.mention.severity, f.mention.reviewers, f.category) for f in reading.findings] == [
        ("Tokens are logged", Severity.HIGH, ("Codex", "Gemini", "Security"), "confirmed"),
        ("Clock skew", Severity.LOW, ("Claude", "Security"), "confirmed"),
        ("Slow start", Severity.LOW, ("Gemini",), "dismissed"),
    ]
    assert reading.findings[-1].why == "measured, 20 ms."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Confidence: Claude 0.85, GPT-5.5-pro 0.55", (0.85, 0.55)),
        ("Confidence: Codex 9/10 — Claude 60%", (0.6, 0.9)),
        ("## Confidence\n\n- Claude Opus 4.1: 70 %\n- Codex: 0.9\n", (0.7, 0.9)),
        ("| Model | Confidence |\n|---|---|\n| Claude | 82/100 |\n| GPT-5 | 40/100 |", (0.82, 0.4)),
        ("Confidence is low. Claude 4.5 and GPT-5.1 looked at it.", None),
        ("Claude 0.85, Codex 0.55", None),
        ("```\nConfidence: Claude 0.85, Codex 0.55\n```", None),
        ("Confidence: Claude 0.85", None),
    ],
)
def test_confidence_of_two_models(text, expected):
    pair = extract_other(f"# Spec\n\n{text}\n", "s.md", DocumentKind.CONFIDENCE).confidence
    assert (pair and (pair.claude, pair.codex)) == expected


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='#*-|>`[]{}():,."\n aAeinorstCodexHigh0159', max_size=400), st.sampled_from(list(DocumentKind)))
def test_no_text_is_too_strange(text, kind):
    reading = extract_other(text, "x", kind)
    assert all(1 <= finding.mention.line <= text.count("\n") + 1 for finding in reading.findings)
