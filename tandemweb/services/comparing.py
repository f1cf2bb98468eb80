"""A comparison in numbers: the files that each side changed, and what each side is made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tandemweb.analysis.generated import is_generated_name
from tandemweb.domain.commit import Commit, RepositoryStatus
from tandemweb.domain.comparison import (
    Comparison,
    FileMatrix,
    FileRow,
    Side,
    SideNotice,
    SideSummary,
    Standing,
    UnfinishedSide,
)
from tandemweb.domain.run import Run, RunStatus, StepRun
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import NotFoundError
from tandemweb.history.file_matrix import compose_rows
from tandemweb.history.log import read_messages_of_each
from tandemweb.history.opening import Repository
from tandemweb.history.tree_changes import list_lost, read_pair_changes
from tandemweb.services.folders import STEP_TREES

OWN_AGENTS = frozenset((AgentKind.COMMAND.value, AgentKind.TANDEMWEB.value))  # they test and keep what others made


def read_matrix(repository: Repository, comparison: Comparison, *, with_counts: bool = False) -> FileMatrix:
    """Name the files that differ: one git process, however many files and sides.

    ``with_counts`` adds lines and which files are binary, for about ten times the time.
    Raises NotFoundError where the base or a side is no longer in the repository.
    """
    oids = [side.oid for side in comparison.sides]
    pairs = read_pair_changes(repository, comparison.base, oids, with_counts=with_counts)
    rows = compose_rows(pairs, len(oids))
    named = (replace(row, is_generated=True) if is_generated_name(row.path) else row for row in rows)
    return FileMatrix(tuple(named), pairs, has_counts=with_counts)


def get_row(matrix: FileMatrix, key: str) -> FileRow:
    """Give the row of a file by its key. Raises NotFoundError."""
    for row in matrix.rows:
        if row.key == key:
            return row
    raise NotFoundError("None of the compared commits changes that file; go back to the list of files.")


def read_side_commits(repository: Repository, comparison: Comparison) -> tuple[tuple[Commit, ...], ...]:
    """Read what each side committed since the base. One git process."""
    return read_messages_of_each(repository, [side.oid for side in comparison.sides], comparison.base)


def summarise_sides(
    comparison: Comparison,
    matrix: FileMatrix,
    commits: Sequence[Sequence[Commit]],
    costs: Mapping[int, float] | None = None,
) -> tuple[SideSummary, ...]:
    """Tell each side in numbers. ``commits`` are those of each; ``costs`` as of ``add_up_costs``."""
    known = costs or {}
    summaries = (_summarise(side, own, matrix) for side, own in zip(comparison.sides, commits, strict=True))
    return tuple(replace(summary, cost_usd=known.get(summary.side.number)) for summary in summaries)


def add_up_costs(
    comparison: Comparison, status: RepositoryStatus, costs: Iterable[tuple[str, float]]
) -> Mapping[int, float]:
    """Add up what was spent where a side's branch is checked out, by number of the side.

    ``costs`` are work trees with US dollars.
    """
    find_side = make_side_finder(comparison, status)
    found: dict[int, float] = {}
    for place, cost in costs:
        number = find_side(place)
        if number is not None:
            found[number] = found.get(number, 0.0) + cost
    return found


def list_unfinished(
    comparison: Comparison, status: RepositoryStatus, places: Iterable[tuple[Run, StepRun, str]]
) -> tuple[UnfinishedSide, ...]:
    """List the sides that have no commit since the base, or whose last agent came to no good end.

    ``places`` are steps of runs with the work trees that they worked in: the newest run first, its steps in order.
    """
    find_side = make_side_finder(comparison, status)
    last: dict[int, tuple[Run, StepRun]] = {}
    for run, step, place in places:
        number = find_side(place) if step.agent not in OWN_AGENTS else None
        if number is not None and last.setdefault(number, (run, step))[0].id == run.id:
            last[number] = run, step
    return tuple(
        UnfinishedSide(side, is_empty=side.oid == comparison.base, run_id=run.id if run else "", step=step)
        for side in comparison.sides
        for run, step in [last.get(side.number, (None, None))]
        if side.oid == comparison.base or (step and step.status is not RunStatus.DONE)
    )


def make_side_finder(comparison: Comparison, status: RepositoryStatus) -> Callable[[str], int | None]:
    """Give what tells the number of the side whose branch is checked out in a work tree, None for none.

    A work tree of a branch's own that is gone by now is known by its folder's name.
    """
    branches = {tree.path: tree.branch for tree in status.worktrees if tree.branch}
    numbers = {side.ref: side.number for side in comparison.sides if side.ref}
    own_names = {side.name.replace("/", "-"): side.number for side in comparison.sides if side.ref}

    def find_side(place: str) -> int | None:
        branch, folder = branches.get(place), Path(place)
        is_own = folder.parent.name == comparison.project and folder.parent.parent.name == STEP_TREES
        return numbers.get(branch) if branch else own_names.get(folder.name) if is_own else None

    return find_side


def list_notices(repository: Repository, comparison: Comparison, status: RepositoryStatus) -> tuple[SideNotice, ...]:
    """Say of each side whether its branch still stands where it was pinned, moved, or is gone. One git process."""
    lost = list_lost(repository, [side.oid for side in comparison.sides])
    now = {ref.name: ref.oid for ref in status.refs}
    return tuple(_compose_notice(side, now.get(side.ref), is_lost=side.oid in lost) for side in comparison.sides)


def _compose_notice(side: Side, now: str | None, *, is_lost: bool) -> SideNotice:
    if not side.ref or now == side.oid:
        return SideNotice(side, Standing.STANDS, now, is_lost)
    return SideNotice(side, Standing.MOVED if now else Standing.DELETED, now, is_lost)


def _summarise(side: Side, commits: Sequence[Commit], matrix: FileMatrix) -> SideSummary:
    files = [row.sides[side.number] for row in matrix.rows if side.number in row.changed_by]
    times = sorted(commit.authored_at for commit in commits if commit.authored_at)
    return SideSummary(
        side=side,
        commit_count=len(commits),
        authors=tuple(dict.fromkeys(commit.author_name for commit in reversed(commits))),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        file_count=len(files),
        added_count=sum(file.added_count or 0 for file in files) if matrix.has_counts else None,
        removed_count=sum(file.removed_count or 0 for file in files) if matrix.has_counts else None,
    )
