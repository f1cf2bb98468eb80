"""What the tests of a comparison's commits came to, as of the newest run of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.agents.run_reading import find_request, read_run
from tandemweb.analysis.case_differences import compare_cases
from tandemweb.domain.case_results import CaseRow, SideTests
from tandemweb.domain.comparison import Comparison
from tandemweb.domain.run import Run, RunRequest
from tandemweb.domain.synthesis import Synthesis, SynthesisStatus
from tandemweb.errors import TandemwebError
from tandemweb.services.case_action import find_cases
from tandemweb.services.synthesising import list_syntheses
from tandemweb.store.database import Database
from tandemweb.store.runs import list_runs_of_workflow

WORKFLOW = "compare-tests"
COMPARISON = "comparison"  # the parameter that says which one a run belongs to


@dataclass(frozen=True, slots=True)
class Subject:
    """A commit of a comparison that is tested or judged. ``key`` is the letter of a side, or a synthesis's id."""

    key: str
    name: str
    oid: str
    side: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectTests:
    """``run`` is the newest one at this commit, None where there is none; ``tests`` is what it came to, if so far."""

    subject: Subject
    run: Run | None = None
    tests: SideTests | None = None


@dataclass(frozen=True, slots=True)
class ComparedTests:
    """``rows`` have one result for each of ``compared``, the subjects with results by test."""

    subjects: tuple[SubjectTests, ...]
    compared: tuple[Subject, ...]
    rows: tuple[CaseRow, ...]


def list_subjects(data_folder: Path, comparison: Comparison) -> tuple[Subject, ...]:
    """List the sides, then the syntheses that were made of them, oldest first."""
    sides = (Subject(side.letter.lower(), side.name, side.oid, side.number) for side in comparison.sides)
    made = (_to_subject(own) for own in list_syntheses(data_folder, comparison.id) if _is_ready(own))
    return (*sides, *made)


def read_tests(data_folder: Path, state: Database, comparison: Comparison) -> ComparedTests:
    """Read what the newest tests of each subject came to, and hold them against each other."""
    newest: dict[str, Run] = {}
    for run, request in list_own_runs(data_folder, state, comparison, WORKFLOW):
        newest.setdefault(request.parameters.get("commit", ""), run)
    subjects = list_subjects(data_folder, comparison)
    found = tuple(_read(data_folder, subject, newest.get(subject.oid)) for subject in subjects)
    with_cases = [(own.subject, own.tests) for own in found if own.tests is not None and own.tests.cases]
    rows = compare_cases([tests for _, tests in with_cases])
    return ComparedTests(found, tuple(subject for subject, _ in with_cases), rows)


def list_own_runs(
    data_folder: Path, state: Database, comparison: Comparison, workflow: str
) -> Iterator[tuple[Run, RunRequest]]:
    """List the runs of a workflow that belong to a comparison, newest first."""
    for row in list_runs_of_workflow(state, comparison.project, workflow):
        try:
            folder = get_run_folder(data_folder, row.id)
            request = find_request(folder)
            if request.parameters.get(COMPARISON) == str(comparison.id):
                yield read_run(folder), request
        except TandemwebError:
            continue


def _read(data_folder: Path, subject: Subject, run: Run | None) -> SubjectTests:
    if run is None:
        return SubjectTests(subject)
    return SubjectTests(subject, run, find_cases(get_run_folder(data_folder, run.id)) if run.status.is_end else None)


def _to_subject(own: Synthesis) -> Subject:
    return Subject(own.id, own.branch, own.oid)


def _is_ready(own: Synthesis) -> bool:
    return own.status is SynthesisStatus.READY
