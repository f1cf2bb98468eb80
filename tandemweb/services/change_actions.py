"""Writing down what a work tree or a branch changes, and what of it nobody planned."""

import re
from collections.abc import Collection
from pathlib import Path

from tandemweb.archive.reading import read_text
from tandemweb.errors import NotFoundError
from tandemweb.history.merge_bases import find_merge_base
from tandemweb.history.opening import Repository
from tandemweb.history.status import read_status
from tandemweb.history.work_changes import WorkChanges, read_range_changes, read_work_changes
from tandemweb.services.comparison_pairs import get_named_commit
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.own_documents import write_own_document
from tandemweb.services.run_context import RunContext
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.step_results import OutputError
from tandemweb.services.step_trees import open_project_repository

TARGET = "target"  # the parameter that names what is compared
_RANGE = re.compile(r"(.+?)\.{2,3}(.+)")
_NAMED = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*/?")


def write_difference(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """Write the patch of what changed: the work tree, or what the parameter ``target`` names. Raises OutputError."""
    changes = find_changes(context, paths.work_tree, context.request.parameters.get(TARGET, ""))
    own = _list_own(changes.paths, plan)
    if not own:
        raise OutputError("Nothing was changed, so there is nothing to look at.")
    write_own_document(context, paths, plan, plan.output, changes.patch)
    return f"Wrote {plan.output}, the difference to commit {changes.base[:12]}: {_count_files(own)} changed."


def write_scope(context: RunContext, paths: DocumentPaths, plan: StepPlan) -> str:
    """List what was touched beyond the plan (the first input), and write the patch as the first companion."""
    changes = find_changes(context, paths.work_tree)
    planned = extract_planned_paths(read_text(paths.work_tree, plan.inputs[0].path).text)
    touched = _list_own(changes.paths, plan)
    beyond = [path for path in touched if not _is_planned(path, planned)]
    missed = sorted(path for path in planned if "." in path.rpartition("/")[2] and path not in touched)
    document = [
        "# Scope check",
        "",
        f"Read: `{plan.inputs[0].path}` and the difference to commit {changes.base[:12]}.",
        "",
        f"**Beyond the plan: {len(beyond)}**",
        "",
        *_list_paths("Beyond the plan", beyond),
        *_list_paths("As planned", [path for path in touched if path not in beyond]),
        *_list_paths("Named in the plan and not touched", missed),
    ]
    write_own_document(context, paths, plan, plan.output, "\n".join(document).encode("utf-8", "replace"))
    for path in plan.companions[:1]:
        write_own_document(context, paths, plan, path, changes.patch)
    return f"{_count_files(touched)} touched, {len(beyond)} of them beyond the plan; they are listed in {plan.output}."


def find_changes(context: RunContext, work_tree: str, target: str = "") -> WorkChanges:
    """Find what the work tree changes against its commit, or what a branch, a commit or a range ``A..B`` changes.

    Raises NotFoundError for a name that is none, HistoryError.
    """
    with open_project_repository(context.data_folder, work_tree) as repository:
        head = read_status(repository.location, repository.shadow.parent).head_oid
        if head is None:
            raise NotFoundError("The repository has no commit yet, so there is nothing to compare with.")
        if not target:
            return read_work_changes(repository, Path(work_tree), head)
        return _find_named_changes(repository, target.strip(), head)


def extract_planned_paths(text: str) -> frozenset[str]:
    """Find what looks like a path in a plan: a name with a slash, or one with an ending."""
    words = (match[0].rstrip(".") for match in _NAMED.finditer(text))
    return frozenset(word.removeprefix("./") for word in words if "/" in word or re.search(r"\w\.\w{1,8}$", word))


def _find_named_changes(repository: Repository, target: str, head: str) -> WorkChanges:
    status = read_status(repository.location, repository.shadow.parent)
    named = _RANGE.fullmatch(target)
    if named:
        base, tip = (get_named_commit(repository, status, name) for name in named.groups())
        return read_range_changes(repository, base, tip)
    tip = get_named_commit(repository, status, target)
    common = find_merge_base(repository, [head, tip])
    if common is None:
        raise NotFoundError(f"{target} and the commit that is checked out have nothing in common.")
    return read_range_changes(repository, common, tip)


def _list_own(touched: Collection[str], plan: StepPlan) -> list[str]:
    """Leave out the documents of the workflow itself: all that stands beside the plan or the output."""
    folders = {path.rpartition("/")[0] for path in (plan.output, *(found.path for found in plan.inputs))} - {""}
    documents = {path for path in (plan.output, *plan.companions, *(found.path for found in plan.inputs)) if path}
    return [
        path for path in touched if path not in documents and not any(path.startswith(f"{place}/") for place in folders)
    ]


def _is_planned(path: str, planned: Collection[str]) -> bool:
    return path in planned or any(path.startswith(f"{place.rstrip('/')}/") for place in planned if "/" in place)


def _count_files(paths: Collection[str]) -> str:
    return "1 file was" if len(paths) == 1 else f"{len(paths)} files were"


def _list_paths(title: str, paths: Collection[str]) -> list[str]:
    return [f"## {title}", "", *([f"{number}. `{path}`" for number, path in enumerate(paths, 1)] or ["None"]), ""]
