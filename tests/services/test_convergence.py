"""What was open after each step."""

from dataclasses import replace

import pytest

from corpus.clones import clone_corpus
from services.examples import PLACEHOLDER, archive
from tandemweb.domain.finding import Agreement, Finding, Outcome, Severity, TrailStep
from tandemweb.domain.mission import Author, Document, DocumentKind, Exchange, FileStamp, Readability, Role, Stage
from tandemweb.services.convergence import find_silent, list_convergence, list_progress
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import open_index_reader
from tandemweb.store.mission_reading import get_mission

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


def document(author: Author, step: int | None, role: Role = Role.INDEPENDENT) -> Document:
    return Document(
        path=f"{author}-{step}",
        kind=DocumentKind.DISCUSSION,
        author=author,
        role=role,
        stage=Stage.EVALUATION,
        round=1,
        step=step,
        title="",
        readability=Readability.TEXT,
        stamp=FileStamp(1, 1, 1),
        content_hash="",
        line_count=1,
    )


DOCUMENTS = tuple(document(author, step) for step in (1, 2, 3) for author in (Author.CLAUDE, Author.CODEX))


def step(path: str, severity: Severity | None = None, agreement: Agreement | None = None) -> TrailStep:
    return TrailStep(path, 1, path.partition("-")[0], None, severity, agreement, "said")


def finding(*trail: TrailStep, agreement: Agreement = Agreement.DISPUTED, **changes) -> Finding:
    found = Finding("f", "Title", (), ("codex",), (), None, agreement, Outcome.UNRESOLVED, trail)
    return replace(found, **changes)


def counts(*findings: Finding, documents: tuple[Document, ...] = DOCUMENTS) -> list[tuple[int, ...]]:
    exchange = Exchange(Stage.EVALUATION, 1, documents, findings=findings)
    return [(s.high_count, s.medium_count, s.low_count, s.unrated_count) for s in list_convergence(exchange)]


def test_a_finding_is_open_from_the_step_that_raises_it():
    assert counts(finding(step("codex-2", HIGH))) == [(0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0)]


def test_agreement_closes_it_and_doubt_opens_it_again():
    trail = (
        step("codex-1", HIGH),
        step("claude-2", None, Agreement.AGREED),
        step("codex-3", MEDIUM, Agreement.DISPUTED),
    )
    assert counts(finding(*trail)) == [(1, 0, 0, 0), (0, 0, 0, 0), (0, 1, 0, 0)]


def test_the_severity_is_the_last_that_was_named():
    trail = (step("codex-1", HIGH), step("claude-2", LOW), step("codex-2"))
    assert counts(finding(*trail))[1] == (0, 0, 1, 0)
    assert counts(finding(*trail, final_severity=MEDIUM))[1:] == [(0, 0, 1, 0), (0, 1, 0, 0)]


def test_what_is_dismissed_is_closed_in_the_end():
    assert counts(finding(step("codex-1", LOW), outcome=Outcome.DISMISSED)) == [
        (0, 0, 1, 0),
        (0, 0, 1, 0),
        (0, 0, 0, 0),
    ]


def test_partial_agreement_is_still_open():
    assert counts(finding(step("codex-1"), agreement=Agreement.PARTIALLY_AGREED))[-1] == (0, 0, 0, 1)


def test_what_nobody_said_here_is_not_open():
    assert counts(finding(step("elsewhere-1", HIGH))) == [(0, 0, 0, 0)] * 3


def test_steps_with_gaps_and_documents_without_a_step():
    documents = (document(Author.CLAUDE, 1), document(Author.CODEX, 4), document(Author.CLAUDE, None))
    exchange = Exchange(Stage.PLANNING, 1, documents)
    assert [(s.number, len(s.documents), s.open_count) for s in list_convergence(exchange)] == [(1, 1, 0), (4, 1, 0)]
    assert list_convergence(Exchange(Stage.PLANNING, 1, ())) == ()


@pytest.mark.parametrize(
    ("documents", "silent"),
    [
        ((), (Author.CLAUDE, Author.CODEX)),
        (DOCUMENTS, ()),
        ((document(Author.CLAUDE, 1),), (Author.CODEX,)),
        ((document(Author.CLAUDE, 1), document(Author.CODEX, 1, Role.PLACEHOLDER)), (Author.CODEX,)),
    ],
)
def test_silence(documents, silent):
    assert find_silent(Exchange(Stage.EVALUATION, 1, documents)) == silent


def test_a_placeholder_is_silence_in_a_real_archive(git_repository, writer, project, data_folder):
    files = archive("001-DateRanges")
    files["TandemKit/001-DateRanges/Evaluator/Round-01-Discussion/Codex-01.md"] = PLACEHOLDER
    del files["TandemKit/001-DateRanges/Evaluator/Round-01-Discussion/Codex-02.md"]
    git_repository.commit("Start", files)
    refresh_project(writer, project)
    with open_index_reader(data_folder) as index:
        planning, evaluation = get_mission(index, project.slug, "tandemkit", "001-DateRanges").exchanges
    assert find_silent(planning) == ()
    assert find_silent(evaluation) == (Author.CODEX,)


def test_a_real_mission_converges(tmp_path, data_folder, writer):
    project = register_project(data_folder, clone_corpus("ledgerlite", tmp_path / "ledgerlite"))
    refresh_project(writer, project)
    with open_index_reader(data_folder) as index:
        mission = get_mission(index, project.slug, "tandemkit", "001-CsvImport")
    progress = list_progress(mission)
    assert [(p.stage, p.round, len(p.steps)) for p in progress] == [
        (Stage.PLANNING, 1, 4),
        (Stage.EVALUATION, 1, 3),
        (Stage.EVALUATION, 2, 2),
    ]
    first = progress[1].steps
    assert first[0].high_count >= 1  # the zero in the debit column, which Codex found
    assert first[0].open_count > first[1].open_count > first[2].open_count == 0
