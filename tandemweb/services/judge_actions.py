"""Showing a judge the sides of a comparison without saying whose they are, and resolving what it said.

Which label stands for which is drawn by lot and kept in the run's folder; the judge works in another one, outside any
repository, in which no name of a branch, an author or an agent stands.
"""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from tandemweb.agents.json_values import UnreadableError, from_json
from tandemweb.agents.run_files import read_json_file, write_file, write_json_file
from tandemweb.agents.run_folder import RunFolder, get_run_folder
from tandemweb.analysis.judgements import (
    UnreadableJudgementError,
    extract_judgement,
    resolve_labels,
)
from tandemweb.analysis.name_hiding import HIDDEN, NameHider, leave_out_binaries, list_patched_paths
from tandemweb.domain.case_results import CaseOutcome, SideTests
from tandemweb.domain.comparison import Comparison
from tandemweb.domain.judgement import BlindOrder, Judged, Judgement
from tandemweb.errors import NotFoundError
from tandemweb.history.log import read_messages
from tandemweb.history.opening import Repository
from tandemweb.history.patches import read_patch
from tandemweb.services.comparison_evidence import read_spec
from tandemweb.services.comparison_results import COMPARISON, Subject, list_subjects, read_tests
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.own_trees import find_own_folder
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_results import OutputError
from tandemweb.services.step_trees import open_project_repository
from tandemweb.store.comparisons import get_comparison
from tandemweb.store.state import open_state_reader

ORDER, JUDGEMENT = "blind-order.json", "judgement.json"  # in the run's folder
ANSWER = "judgement.json"  # in the judge's
TREE = "judge"  # its name in the workflow
SYNTHESIS = "synthesis"  # the parameter that names one
LETTERS = "ABCDEFGHIJ"
LARGEST_PATCH = 2_000_000  # characters
SHOWN_FAILURES, SHOWN_TEXT = 30, 1_000


def prepare_blind_folder(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Put the spec, a patch of each side and its test results where the judge will look, all without names."""
    del paths
    comparison, tests = _read_comparison(context)
    subjects = _choose_subjects(context, comparison)
    with open_project_repository(context.data_folder, context.request.project_path) as repository:
        hider = NameHider(names=_list_names(repository, comparison, subjects))
        spec = read_spec(repository, comparison)
        patches = [
            leave_out_binaries(read_patch(repository, comparison.base, subject.oid).decode("utf-8", "replace"))
            for subject in subjects
        ]
    paths_shown = {hider.hide(path): path for patch in patches for path in list_patched_paths(patch)}
    order = BlindOrder(
        tuple(
            Judged(label, own.key, own.name, own.oid, own.side) for label, own in zip(LETTERS, subjects, strict=False)
        ),
        {shown: path for shown, path in paths_shown.items() if shown != path},
    )
    write_json_file(context.folder.path / ORDER, order)
    files = {f"{own.label}.patch": _cut(patch) for own, patch in zip(order.judged, patches, strict=True)}
    files |= {f"{own.label}-tests.md": _tell_tests(tests[own.oid]) for own in order.judged if own.oid in tests}
    if spec:
        files["spec.md"] = spec
    files["README.md"] = _tell_contents(order, files)
    for name, text in files.items():
        write_file(Path(plan.tree) / name, hider.hide(text).encode("utf-8", "replace"))
    shown = ", ".join(sorted(files))
    return f"Laid out {len(order.judged)} sides for the judge, without the names of their makers: {shown}."


def resolve_judgement(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Keep what the judge said in the run's folder, with names in place of labels. Raises OutputError."""
    del paths, plan
    try:
        text = _find_answer(context).read_text(encoding="utf-8", errors="replace")
        judgement = resolve_labels(extract_judgement(text, find_order(context)))
    except (OSError, UnreadableJudgementError) as error:
        raise OutputError(f"The judge's answer cannot be used: {error}. Start the judging again.") from error
    write_json_file(context.folder.path / JUDGEMENT, judgement)
    return "Put the names back into what the judge said, and kept it with this run."


def find_judgement(folder: RunFolder) -> Judgement | None:
    """Give what the judge of a run said, resolved; None where it has not come so far."""
    source = read_json_file(folder.path / JUDGEMENT)
    with suppress(UnreadableError):
        return None if source is None else from_json(Judgement, source)
    return None


def find_order(context: RunContext) -> BlindOrder:
    """Give which label stands for which, in this run or in the one that it goes on from. Raises NotFoundError."""
    for run_id in filter(None, (context.folder.id, context.request.resumes)):
        source = read_json_file(get_run_folder(context.data_folder, run_id).path / ORDER)
        with suppress(UnreadableError):
            return from_json(BlindOrder, source)
    raise NotFoundError("It is not known any more what the labels stood for; start the judging again.")


def _find_answer(context: RunContext) -> Path:
    """Name the file with the judge's answer, in this run or in the one that it goes on from."""
    own = find_own_folder(context.folder, TREE) / ANSWER
    earlier = context.request.resumes
    if own.exists() or not earlier:
        return own
    return find_own_folder(get_run_folder(context.data_folder, earlier), TREE) / ANSWER


def _read_comparison(context: RunContext) -> tuple[Comparison, dict[str, SideTests]]:
    number = context.request.parameters.get(COMPARISON, "")
    if not number.isdecimal():
        raise OutputError(f"{number!r} is no number of a comparison; start the judging from the comparison's page.")
    with open_state_reader(context.data_folder) as state:
        comparison = get_comparison(state, int(number))
        found = read_tests(context.data_folder, state, comparison)
    if comparison.project != context.request.project:
        raise NotFoundError(f"There is no comparison {number} in this project.")
    return comparison, {own.subject.oid: own.tests for own in found.subjects if own.tests}


def _choose_subjects(context: RunContext, comparison: Comparison) -> list[Subject]:
    """List the sides in an order drawn by lot, then the synthesis that is named."""
    known = list_subjects(context.data_folder, comparison)
    sides = [subject for subject in known if subject.side is not None]
    secrets.SystemRandom().shuffle(sides)
    wanted = context.request.parameters.get(SYNTHESIS, "")
    made = [subject for subject in known if subject.side is None and subject.key == wanted]
    if wanted and not made:
        raise NotFoundError("The synthesis that was to be judged is not there any more.")
    return [*sides, *made]


def _list_names(repository: Repository, comparison: Comparison, subjects: Sequence[Subject]) -> set[str]:
    """List the names of branches and of everybody who wrote a commit on one of them."""
    commits = read_messages(repository, tips=[own.oid for own in subjects], known=[comparison.base])
    people = {name for commit in commits for name in (commit.author_name, commit.author_email) if name}
    refs = {side.ref for side in comparison.sides if side.ref}
    return people | refs | {own.name for own in subjects}


def _tell_contents(order: BlindOrder, files: Iterable[str]) -> str:
    labels = ", ".join(own.label for own in order.judged)
    what = {"spec.md": "the spec that all of them implement"}
    lines = [f"- `{name}`: {what.get(name) or _describe(name)}" for name in sorted(files)]
    return "\n".join(
        [
            "# What is here",
            "",
            f"Implementations of one spec, from the same commit: {labels}.",
            "",
            *lines,
            "",
            f"Names were taken out and stand as `{HIDDEN}`; that is nobody's mistake.",
            "",
        ]
    )


def _describe(name: str) -> str:
    label = name[0]
    if name.endswith(".patch"):
        return f"what implementation {label} changes"
    return f"what the tests of implementation {label} came to"


def _tell_tests(tests: SideTests) -> str:
    lines = ["# Tests", "", f"Exit status of the test command: {tests.exit_status}", ""]
    lines += [f"- {outcome.value}: {tests.count([outcome])}" for outcome in CaseOutcome] if tests.cases else []
    bad = [case for case in tests.cases if case.outcome.is_bad]
    for case in bad[:SHOWN_FAILURES]:
        lines += ["", f"## {case.name}", "", *(f"    {line}" for line in case.text[:SHOWN_TEXT].splitlines())]
    return "\n".join(lines) + "\n"


def _cut(patch: str) -> str:
    if len(patch) <= LARGEST_PATCH:
        return patch or "(nothing is changed)\n"
    return f"{patch[:LARGEST_PATCH]}\n(The patch is longer; the rest is left out.)\n"
