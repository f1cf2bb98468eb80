"""The tests of the commits of a comparison: runs that are started together, and what each has come to."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.agents.run_reading import find_request, read_run
from tandemweb.analysis.case_differences import compare_cases
from tandemweb.domain.case_results import CaseRow, SideTests
from tandemweb.domain.comparison import CheckCommand, Comparison
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run, RunRequest
from tandemweb.domain.synthesis import Synthesis, SynthesisStatus
from tandemweb.domain.workflow import Limits
from tandemweb.errors import InvalidRequestError, TandemwebError
from tandemweb.services.case_action import find_cases
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.services.synthesising import list_syntheses
from tandemweb.store.check_commands import save_check_command
from tandemweb.store.database import Database
from tandemweb.store.runs import list_runs_of_workflow
from tandemweb.store.state import open_state

WORKFLOW, STAGE = "compare-tests", "tests"
COMPARISON = "comparison"  # the parameter that says which one a run belongs to
LONGEST = 2000  # characters of a command


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


def start_tests(
    data_folder: Path,
    project: Project,
    comparison: Comparison,
    keys: Iterable[str],
    command: CheckCommand,
    *,
    seconds: float,
    request_key: str,
) -> tuple[Run, ...]:
    """Start a run for each subject that is named, and keep the command with the comparison.

    Raises InvalidRequestError for a command that is none, NotTrustedError; nothing was started then.
    """
    check_command(command)
    wanted = frozenset(keys)
    subjects = [subject for subject in list_subjects(data_folder, comparison) if subject.key in wanted]
    if not subjects or len(subjects) < len(wanted):
        raise InvalidRequestError("Choose at least one of the sides that are listed, whose tests are to be run.")
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_check_command(transaction, project.slug, comparison.id, command)
    orders = (
        StageOrder(
            request_key=f"{request_key}-{subject.key}" if request_key else "",
            workflow=WORKFLOW,
            stage=STAGE,
            goal=f"Tests of {subject.name}",
            parameters={
                "command": command.line,
                "commit": subject.oid,
                "report": command.report,
                COMPARISON: str(comparison.id),
                "subject": subject.name,
            },
            limits=Limits(seconds=seconds),
        )
        for subject in subjects
    )
    return tuple(start_stage(data_folder, project, order) for order in orders)


def check_command(command: CheckCommand) -> tuple[str, ...]:
    """Take a command apart into its words, as no shell will do it. Raises InvalidRequestError."""
    if len(command.line) > LONGEST or len(command.report) > LONGEST:
        raise InvalidRequestError(f"A test command has at most {LONGEST} characters; put the rest into a script.")
    if any(not text.isprintable() for text in (command.line, command.report)):
        raise InvalidRequestError("A test command is one line of text.")
    if command.report.startswith("/") or ".." in command.report.split("/"):
        raise InvalidRequestError("The report is named by its path below the work tree, such as build/junit.xml.")
    try:
        words = tuple(shlex.split(command.line))
    except ValueError as error:
        raise InvalidRequestError(f"The command cannot be taken apart ({error}); mind the quotes.") from error
    if not words:
        raise InvalidRequestError("Say by which command the tests are run, such as: python -m pytest.")
    return words


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


def find_subject(subjects: Sequence[Subject], oid: str) -> Subject | None:
    return next((subject for subject in subjects if subject.oid == oid), None)


def _read(data_folder: Path, subject: Subject, run: Run | None) -> SubjectTests:
    if run is None:
        return SubjectTests(subject)
    return SubjectTests(subject, run, find_cases(get_run_folder(data_folder, run.id)) if run.status.is_end else None)


def _to_subject(own: Synthesis) -> Subject:
    return Subject(own.id, own.branch, own.oid)


def _is_ready(own: Synthesis) -> bool:
    return own.status is SynthesisStatus.READY
