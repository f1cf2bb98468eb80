"""Writing down what the tests of a commit came to, before its work tree is removed."""

from tandemweb.agents.json_values import UnreadableError, from_json
from tandemweb.agents.run_files import read_json_file, write_json_file
from tandemweb.agents.run_folder import RunFolder
from tandemweb.domain.case_results import SideTests
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.report_files import read_reports
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_results import OutputError

NAME = "tests.json"  # in the run's folder
REPORT = "report"  # the parameter that names the file


def write_cases(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Read the reports that the command before this step has written, and keep them in the run's folder."""
    del paths
    command = next((step for step in reversed(context.steps) if step.agent == AgentKind.COMMAND), None)
    if command is None:
        raise OutputError("The work tree of these tests is gone, and their reports with it; run the tests again.")
    named = context.request.parameters.get(REPORT, "").strip()
    since = command.started_at or context.started_at
    found = read_reports(plan.tree, named, since, oid=plan.tree_at, exit_status=command.exit_status)
    write_json_file(context.folder.path / NAME, found)
    if not found.reports:
        return "Found no report of the tests; their exit status is kept."
    return f"Kept {len(found.cases)} results of tests, read from {', '.join(found.reports)}."


def find_cases(folder: RunFolder) -> SideTests | None:
    """Give what the tests of a run came to; None where it has not come so far."""
    source = read_json_file(folder.path / NAME)
    try:
        return None if source is None else from_json(SideTests, source)
    except UnreadableError:
        return None
