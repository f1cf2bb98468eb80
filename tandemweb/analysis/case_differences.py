"""Test results of several commits beside each other: what passes in one and fails in another."""

from collections.abc import Sequence

from tandemweb.domain.case_results import CaseKind, CaseOutcome, CaseResult, CaseRow, SideTests

_ORDER = tuple(CaseKind)


def compare_cases(sides: Sequence[SideTests]) -> tuple[CaseRow, ...]:
    """Give one row for each test, what is worth reading first; the sides are those that have cases at all."""
    known = [{case.name: case for case in side.cases} for side in sides]
    names = dict.fromkeys(name for cases in known for name in cases)
    rows = (_compose(name, tuple(cases.get(name) for cases in known)) for name in names)
    return tuple(sorted(rows, key=lambda row: _ORDER.index(row.kind)))


def _compose(name: str, results: tuple[CaseResult | None, ...]) -> CaseRow:
    return CaseRow(name, _find_kind(results), results)


def _find_kind(results: Sequence[CaseResult | None]) -> CaseKind:
    outcomes = [result.outcome for result in results if result is not None]
    bad_count = sum(outcome.is_bad for outcome in outcomes)
    if bad_count and CaseOutcome.PASSED in outcomes:
        return CaseKind.DIFFER
    if len(outcomes) < len(results):
        return CaseKind.ONLY
    return CaseKind.FAIL if bad_count == len(outcomes) else CaseKind.SAME
