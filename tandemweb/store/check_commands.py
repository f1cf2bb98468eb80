"""The test commands of comparisons, in the state database."""

from tandemweb.domain.comparison import CheckCommand
from tandemweb.store.database import Database, Row, Transaction


def save_check_command(state: Transaction, project: str, number: int, command: CheckCommand) -> None:
    """Keep how the tests of a comparison are run, in place of what was kept before."""
    state.execute(
        "INSERT OR REPLACE INTO test_commands (comparison, project, command, report) VALUES (?, ?, ?, ?)",
        (number, project, command.line, command.report),
    )


def find_check_command(state: Database, project: str, number: int) -> CheckCommand | None:
    """Find that of a comparison, else the one of the project's newest comparison that has one."""
    row = state.row(
        "SELECT * FROM test_commands WHERE project = ? ORDER BY comparison = ? DESC, comparison DESC LIMIT 1",
        (project, number),
    )
    return None if row is None else _compose(row)


def _compose(row: Row) -> CheckCommand:
    return CheckCommand(row["command"], row["report"])
