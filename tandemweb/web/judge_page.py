"""What blind judges said of a comparison, with the sides in place of the labels, and the form that asks one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tandemweb.domain.judgement import Judged, JudgedFinding, Judgement
from tandemweb.domain.run import Run
from tandemweb.services.comparison_results import Subject, list_subjects
from tandemweb.services.judging import JUDGES, Judging, list_judgings
from tandemweb.web import urls
from tandemweb.web.comparison_cache import get_matrix
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.matrix_rows import compared_address, find_row
from tandemweb.web.run_pages import make_request_key
from tandemweb.web.sides import ShownSide

SHOWN = 10  # judgements


@dataclass(frozen=True, slots=True)
class ShownJudged:
    """What a label stood for; ``side`` is None for a synthesis."""

    judged: Judged
    side: ShownSide | None


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """``of`` is None where it is about none or all; ``address`` leads to the compared file, where there is one."""

    finding: JudgedFinding
    of: ShownJudged | None
    address: str | None


@dataclass(frozen=True, slots=True)
class ShownJudgement:
    """``judgement`` is None where the judge came to none. ``review`` is where it can be had as a file."""

    run: Run
    judge: str
    judgement: Judgement | None
    winner: ShownJudged | None
    order: tuple[ShownJudged, ...]
    findings: tuple[ShownFinding, ...]
    review: str | None


@dataclass(frozen=True, slots=True)
class JudgePage:
    """``syntheses`` can be judged too. ``message`` says why no judge was asked ; ``trust`` leads to the cure."""

    head: ComparisonHead
    judgements: tuple[ShownJudgement, ...]
    syntheses: tuple[Subject, ...]
    judges: tuple[str, ...]
    request_key: str
    message: str = ""
    trust: str | None = None


def build_page(head: ComparisonHead, *, message: str = "", trust: str | None = None) -> JudgePage:
    data_folder, comparison = get_configuration().data_folder, head.comparison
    judgings = list(list_judgings(data_folder, get_state(), comparison))[:SHOWN]
    return JudgePage(
        head=head,
        judgements=tuple(_show(head, judging) for judging in judgings),
        syntheses=tuple(subject for subject in list_subjects(data_folder, comparison) if subject.side is None),
        judges=JUDGES,
        request_key=make_request_key(
            "judge", head.project.slug, str(comparison.id), *(judging.run.id for judging in judgings[:1])
        ),
        message=message,
        trust=trust,
    )


def list_file_findings(head: ComparisonHead, paths: Sequence[str]) -> tuple[ShownFinding, ...]:
    """List what the newest judgement says of a file, by any path that it has on a side."""
    data_folder = get_configuration().data_folder
    newest = next((own for own in list_judgings(data_folder, get_state(), head.comparison) if own.judgement), None)
    if newest is None or newest.judgement is None:
        return ()
    order = _show_order(head, newest.judgement)
    found = (finding for finding in newest.judgement.findings if finding.path in paths)
    return tuple(_show_finding(head, finding, order) for finding in found)


def _show(head: ComparisonHead, judging: Judging) -> ShownJudgement:
    judgement = judging.judgement
    order = _show_order(head, judgement) if judgement else ()
    return ShownJudgement(
        run=judging.run,
        judge=judging.judge,
        judgement=judgement,
        winner=_find(order, judgement.winner) if judgement else None,
        order=order,
        findings=tuple(_show_finding(head, finding, order) for finding in judgement.findings) if judgement else (),
        review=_address_review(head, judging) if judgement else None,
    )


def _address_review(head: ComparisonHead, judging: Judging) -> str:
    return urls.comparison_part(head.project.slug, head.comparison.id, f"judge/{judging.run.id}/review.json")


def _show_order(head: ComparisonHead, judgement: Judgement) -> tuple[ShownJudged, ...]:
    return tuple(
        ShownJudged(own, head.sides[own.side] if own.side is not None and own.side < len(head.sides) else None)
        for own in judgement.judged
    )


def _show_finding(head: ComparisonHead, finding: JudgedFinding, order: Iterable[ShownJudged]) -> ShownFinding:
    row = find_row(get_matrix(head.project, head.comparison), finding.path) if finding.path else None
    address = compared_address(head.project.slug, head.comparison.id, row) if row else None
    return ShownFinding(finding, _find(order, finding.label), address)


def _find(order: Iterable[ShownJudged], label: str) -> ShownJudged | None:
    return next((own for own in order if own.judged.label == label), None)
