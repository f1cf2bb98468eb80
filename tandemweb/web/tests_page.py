"""The tests of a comparison's commits: the form that starts them, and what they came to, test by test."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tandemweb.domain.case_results import CaseKind, CaseOutcome, CaseRow, SideTests
from tandemweb.domain.comparison import CheckCommand
from tandemweb.domain.run import Run
from tandemweb.services.comparison_results import ComparedTests, Subject, read_tests
from tandemweb.store.check_commands import find_check_command
from tandemweb.web import urls
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.run_pages import make_request_key
from tandemweb.web.sides import ShownSide

SHOWN_ROWS = 300
USUAL_MINUTES = 30
MOST_MINUTES = 24 * 60
USUAL_COMMAND = CheckCommand("python -m pytest -q --junitxml=junit.xml", "junit.xml")
KIND_TITLES = {
    CaseKind.DIFFER: "Passes in one, fails in another",
    CaseKind.ONLY: "Not in all",
    CaseKind.FAIL: "Fails in all",
    CaseKind.SAME: "Alike",
}
_BAD = (CaseOutcome.FAILED, CaseOutcome.ERROR)


@dataclass(frozen=True, slots=True)
class ShownSubject:
    """A commit with its newest tests; ``side`` is None for a synthesis. Counts are None while there are no results."""

    subject: Subject
    side: ShownSide | None
    run: Run | None
    tests: SideTests | None
    passed_count: int | None = None
    failed_count: int | None = None
    skipped_count: int | None = None

    @property
    def is_running(self) -> bool:
        return self.run is not None and not self.run.status.is_end


@dataclass(frozen=True, slots=True)
class KindLink:
    kind: CaseKind
    title: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class ComparisonTestsPage:
    """``columns`` are the subjects that the results of a row belong to; ``hidden_count`` rows are too many to show.

    ``message`` says why what was just asked for was not done; ``trust`` leads to where a person has to allow it first.
    """

    head: ComparisonHead
    subjects: tuple[ShownSubject, ...]
    columns: tuple[ShownSubject, ...]
    kinds: tuple[KindLink, ...]
    kind: CaseKind | None
    rows: tuple[CaseRow, ...]
    hidden_count: int
    command: CheckCommand
    minutes: int
    request_key: str
    message: str = ""
    trust: str | None = None


def build_page(
    head: ComparisonHead,
    kind: CaseKind | None = None,
    *,
    command: CheckCommand | None = None,
    minutes: int = USUAL_MINUTES,
    message: str = "",
    trust: str | None = None,
) -> ComparisonTestsPage:
    """Build the page; without a ``kind`` the tests that are alike everywhere are only counted."""
    state, number = get_state(), head.comparison.id
    found = read_tests(get_configuration().data_folder, state, head.comparison)
    subjects = tuple(_show(head, found))
    rows = [row for row in found.rows if (row.kind is kind if kind else row.kind is not CaseKind.SAME)]
    compared = {subject.key for subject in found.compared}
    return ComparisonTestsPage(
        head=head,
        subjects=subjects,
        columns=tuple(shown for shown in subjects if shown.subject.key in compared),
        kinds=tuple(_list_kinds(head, found.rows)),
        kind=kind,
        rows=tuple(rows[:SHOWN_ROWS]),
        hidden_count=max(0, len(rows) - SHOWN_ROWS),
        command=command or find_check_command(state, head.project.slug, number) or USUAL_COMMAND,
        minutes=minutes,
        request_key=make_request_key(
            "tests", head.project.slug, str(number), *(shown.run.id for shown in subjects if shown.run)
        ),
        message=message,
        trust=trust,
    )


def _show(head: ComparisonHead, found: ComparedTests) -> Iterable[ShownSubject]:
    for own in found.subjects:
        side = None if own.subject.side is None else head.sides[own.subject.side]
        tests = own.tests
        if tests is None or not tests.cases:
            yield ShownSubject(own.subject, side, own.run, tests)
            continue
        passed, skipped = tests.count([CaseOutcome.PASSED]), tests.count([CaseOutcome.SKIPPED])
        yield ShownSubject(own.subject, side, own.run, tests, passed, tests.count(_BAD), skipped)


def _list_kinds(head: ComparisonHead, rows: Iterable[CaseRow]) -> Iterable[KindLink]:
    counts = Counter(row.kind for row in rows)
    for kind, title in KIND_TITLES.items():
        if counts[kind]:
            address = urls.comparison_part(head.project.slug, head.comparison.id, "tests", kind=kind.value)
            yield KindLink(kind, title, counts[kind], address)
