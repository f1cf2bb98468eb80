from dataclasses import replace

import pytest

from services.test_correcting import (
    CLAUDE,
    CODEX,
    EMPTY_FINDING,
    MISSION,
    SAME_FINDING,
    TITLE_FINDING,
    make_document,
    make_mission,
)
from tandemweb.domain.finding import Agreement, Outcome, Severity, Stance, TrailStep
from tandemweb.domain.mission import Author, Exchange, Role, Stage
from tandemweb.services import convergence
from tandemweb.services.convergence import find_silent, is_open, list_convergence, list_progress

MERGED, REVIEW = (path.replace("-01.md", "-02.md") for path in (CLAUDE, CODEX))
DOCUMENTS = (
    make_document(CLAUDE, Author.CLAUDE, Role.INDEPENDENT),
    make_document(CODEX, Author.CODEX, Role.INDEPENDENT),
    replace(make_document(MERGED, Author.CLAUDE, Role.MERGED), step=2),
    replace(make_document(REVIEW, Author.CODEX, Role.REVIEW), step=2),
)
ACCEPTED = TrailStep(MERGED, 5, "claude", Stance.ACCEPTS, Severity.MEDIUM, Agreement.AGREED, "Right.")


def converge(*findings) -> list[tuple[int, int, int, int]]:
    exchange = Exchange(Stage.EVALUATION, 1, DOCUMENTS, findings=findings)
    return [(s.high_count, s.medium_count, s.low_count, s.unrated_count) for s in list_convergence(exchange)]


def test_open_until_both_accept_it():
    settled = replace(EMPTY_FINDING, trail=(*EMPTY_FINDING.trail, ACCEPTED))
    disputed = replace(SAME_FINDING, agreement=Agreement.DISPUTED, outcome=Outcome.UNRESOLVED)
    unrated = replace(TITLE_FINDING, outcome=Outcome.UNRESOLVED)
    assert converge(settled, disputed, unrated) == [(1, 0, 1, 1), (0, 0, 1, 1)]


def test_the_last_step_counts_by_the_final_severity():
    corrected = replace(SAME_FINDING, agreement=Agreement.DISPUTED, outcome=Outcome.CONFIRMED)
    corrected = replace(corrected, final_severity=Severity.HIGH)
    assert converge(corrected) == [(0, 0, 1, 0), (1, 0, 0, 0)]


@pytest.mark.parametrize(
    ("agreement", "outcome", "expected"),
    [
        (Agreement.AGREED, Outcome.CONFIRMED, False),
        (Agreement.AGREED, Outcome.UNRESOLVED, True),
        (Agreement.PARTIALLY_AGREED, Outcome.CONFIRMED, True),
        (Agreement.DISPUTED, Outcome.UNRESOLVED, True),
        (Agreement.DISPUTED, Outcome.DISMISSED, False),
    ],
)
def test_what_is_open_in_the_end(agreement: Agreement, outcome: Outcome, *, expected: bool):
    assert is_open(replace(EMPTY_FINDING, agreement=agreement, outcome=outcome)) is expected


def test_a_placeholder_is_no_answer():
    answered = Exchange(Stage.EVALUATION, 1, DOCUMENTS)
    assert find_silent(answered) == ()
    silent = (DOCUMENTS[0], replace(DOCUMENTS[1], role=Role.PLACEHOLDER))
    assert find_silent(Exchange(Stage.EVALUATION, 1, silent)) == (Author.CODEX,)
    assert find_silent(Exchange(Stage.EVALUATION, 1, ())) == (Author.CLAUDE, Author.CODEX)


def test_progress_lists_exchanges_in_which_somebody_spoke():
    quiet = Exchange(Stage.EVALUATION, 2, ())
    mission = replace(make_mission(EMPTY_FINDING), exchanges=(*MISSION.exchanges, quiet))
    assert [(progress.round, len(progress.steps)) for progress in list_progress(mission)] == [(1, 1)]


def test_thousands_of_documents_cost_no_more_than_each_of_them(monkeypatch):
    """An agent may go on for ever: what was open is counted in one pass, not anew for each document."""
    count = 4000
    paths = [CLAUDE.replace("-01.md", f"-{number:02}.md") for number in range(1, count + 1)]
    documents = tuple(
        replace(make_document(path, Author.CLAUDE, Role.MERGED), step=number)
        for number, path in enumerate(paths, start=1)
    )
    findings = [replace(SAME_FINDING, trail=(replace(SAME_FINDING.trail[0], path=path),)) for path in paths]
    weighed = []
    weigh = convergence._open_severity
    monkeypatch.setattr(convergence, "_open_severity", lambda *a, **b: weighed.append(a) or weigh(*a, **b))
    steps = list_convergence(Exchange(Stage.EVALUATION, 1, documents, findings=tuple(findings)))
    assert [step.open_count for step in steps[:-1]] == list(range(1, count))
    assert len(weighed) < 2 * count
