"""Starting the tests of the commits of a comparison: one run for each, in a work tree of its own."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from tandemweb.domain.comparison import CheckCommand, Comparison
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run
from tandemweb.domain.workflow import Limits
from tandemweb.errors import InvalidRequestError
from tandemweb.services.comparison_results import COMPARISON, WORKFLOW, list_subjects
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.store.check_commands import save_check_command
from tandemweb.store.state import open_state

STAGE = "tests"
LONGEST = 2000  # characters of a command


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
