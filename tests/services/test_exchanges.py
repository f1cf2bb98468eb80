import pytest

from services.examples import CODEX_EVALUATION, EVALUATION, REPORT, REVIEW, SPEC
from tandemweb.analysis.documents import extract_document
from tandemweb.archive.layout import recognise
from tandemweb.domain.mission import Document, DocumentKind, FileStamp, Readability, Stage
from tandemweb.services.exchanges import assign_feedback, build_exchanges, group_by_exchange


def document(path: str, *, verdict: str | None = None) -> Document:
    place = recognise(path)
    return Document(
        path=path,
        kind=place.kind,
        author=place.author,
        role=place.role,
        stage=place.stage,
        round=place.round,
        step=place.step,
        title=path,
        readability=Readability.TEXT,
        stamp=FileStamp(1, 1, 1),
        content_hash="",
        line_count=1,
        verdict=verdict,
    )


def rounds(*verdicts: str | None) -> list[Document]:
    """Give reports and final evaluations of as many rounds as there are verdicts."""
    made = []
    for number, verdict in enumerate(verdicts, start=1):
        made.append(document(f"Generator/Round-{number:02d}.md"))
        made.append(document(f"Evaluator/Round-{number:02d}.md", verdict=verdict))
    return made


def feedback(number: int) -> Document:
    return document(f"UserFeedback/Feedback-{number:02d}.md")


def test_documents_stand_in_the_order_they_were_written():
    paths = [
        "Spec.md",
        "Planner-Discussion/Codex-01.md",
        "Planner-Discussion/Claude-01.md",
        "Planner-Discussion/Claude-02.md",
        "Planner-Discussion/Codex-02.md",
        "Evaluator/Round-02.md",
        "Evaluator/Round-02-Discussion/Codex-01.md",
        "Evaluator/Round-02-Discussion/Claude-02.md",
        "Evaluator/Round-02-Discussion/Claude-01.md",
        "Generator/Round-02.md",
        "Generator/ChangedFiles-02.txt",
        "UserFeedback/Feedback-01.md",
        "Summary.md",
    ]
    documents = [*map(document, paths), *rounds("PASS")]
    exchanges = build_exchanges(documents, {}, {})
    assert [(exchange.stage, exchange.round) for exchange in exchanges] == [
        (Stage.PLANNING, 1),
        (Stage.EVALUATION, 1),
        (Stage.EVALUATION, 2),
    ]
    assert [member.path for member in exchanges[0].documents] == [
        "Planner-Discussion/Claude-01.md",
        "Planner-Discussion/Codex-01.md",
        "Planner-Discussion/Claude-02.md",
        "Planner-Discussion/Codex-02.md",
        "Spec.md",
    ]
    assert [member.path for member in exchanges[2].documents] == [
        "UserFeedback/Feedback-01.md",
        "Generator/Round-02.md",
        "Evaluator/Round-02-Discussion/Claude-01.md",
        "Evaluator/Round-02-Discussion/Codex-01.md",
        "Evaluator/Round-02-Discussion/Claude-02.md",
        "Evaluator/Round-02.md",
    ]


@pytest.mark.parametrize(
    ("verdicts", "count", "expected"),
    [
        (["FAIL", "PASS", "PASS_WITH_GAPS"], 1, [3]),
        (["FAIL", "PASS", "PASS_WITH_GAPS"], 2, [3, 4]),
        (["PASS", "FAIL", "PASS"], 2, [2, 4]),
        (["FAIL"], 1, [2]),  # nothing passed: it opens the round after the last
        ([], 1, [1]),
    ],
)
def test_feedback_follows_the_rounds_that_passed(verdicts: list[str | None], count: int, expected: list[int]):
    documents = [*rounds(*verdicts), *(feedback(number) for number in range(1, count + 1))]
    assigned = assign_feedback(documents, {})
    assert [assigned[f"UserFeedback/Feedback-{number:02d}.md"] for number in range(1, count + 1)] == expected


@pytest.mark.parametrize("wording", ["As Feedback-01 asks", "see feedback_01.md", "Feedback 01, second point"])
def test_a_report_that_names_the_feedback_decides(wording: str):
    documents = [*rounds("PASS", "PASS", "PASS"), feedback(1)]
    texts = {"Generator/Round-03.md": wording}
    assert assign_feedback(documents, texts) == {"UserFeedback/Feedback-01.md": 3}


@pytest.mark.parametrize(("told", "expected"), [("- JSON for 429", 2), ("None.", 3), ("(none)", 3)])
def test_else_the_report_that_addresses_feedback_decides_where_no_round_follows_the_passed_one(told, expected):
    documents = [*rounds("FAIL", "PASS"), feedback(1)]
    texts = {"Generator/Round-02.md": f"# Report\n\n## User Feedback Addressed\n\n{told}\n"}
    assert assign_feedback(documents, texts) == {"UserFeedback/Feedback-01.md": expected}


def test_a_heading_about_feedback_names_none():
    documents = [*rounds("PASS", "PASS", "FAIL"), feedback(1)]
    texts = {"Generator/Round-03.md": "## User Feedback Addressed\n\n- the first point of the feedback 3 people gave"}
    assert assign_feedback(documents, texts) == {"UserFeedback/Feedback-01.md": 2}


def test_what_belongs_to_no_exchange_is_left_out():
    documents = [document(path) for path in ("State.json", "Summary.md", "notes.md", "Generator/ChangedFiles-01.txt")]
    assert group_by_exchange(documents, {}) == {}


def test_verdicts_of_criteria_come_from_the_independent_documents_and_the_final_one():
    texts = {
        "Spec.md": SPEC,
        "Generator/Round-01.md": REPORT,
        "Evaluator/Round-01-Discussion/Claude-01.md": EVALUATION,
        "Evaluator/Round-01-Discussion/Codex-01.md": CODEX_EVALUATION,
        "Evaluator/Round-01-Discussion/Codex-02.md": REVIEW,
        "Evaluator/Round-01.md": EVALUATION.replace("2. FAIL", "2. PASS"),
    }
    documents = [document(path, verdict="PASS" if path == "Evaluator/Round-01.md" else None) for path in texts]
    readings = {
        member.path: extract_document(
            texts[member.path], path=member.path, author=member.author, role=member.role, stage=member.stage
        )
        for member in documents
        if member.kind is not DocumentKind.SPEC
    }
    evaluation = build_exchanges(documents, readings, texts)[1]
    assert evaluation.final_verdict == "PASS"
    assert [(v.number, v.claude, v.codex, v.final) for v in evaluation.criteria] == [
        (1, "PASS", "PASS", "PASS"),
        (2, "FAIL", "FAIL", "PASS"),
    ]
    assert ("Evaluator/Round-01-Discussion/Claude-01.md", 8) in {
        (path, line) for path, line, _ in evaluation.criteria[1].evidence
    }
    assert {finding.raised_by for finding in evaluation.findings} >= {("claude",)}
