"""What each side contributes to a synthesis, one after the other: each stage is what the tree is after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tandemweb.analysis.region_picks import RefusedPicksError
from tandemweb.analysis.tree_picks import TreeChange, resolve_tree, restrict
from tandemweb.domain.chunk import FILE_PLACE, Choice, FileChunks, Pick
from tandemweb.domain.comparison import FileMatrix, FileRow, Relation
from tandemweb.history.opening import Repository
from tandemweb.services.chunking import take_apart
from tandemweb.services.compared_texts import Against, read_texts


@dataclass(frozen=True, slots=True)
class Stage:
    """``sides`` are those whose contributions came in with it, none for what was edited by hand."""

    sides: tuple[int, ...]
    change: TreeChange


def plan_stages(repository: Repository, matrix: FileMatrix, picks: Sequence[Pick]) -> tuple[Stage, ...]:
    """Plan one stage a side, in their order, and one for what was edited by hand. The last holds all picks.

    What cannot stand alone comes in with the next. Two git processes, none where all files are picked whole. Raises
    RefusedPicksError where the picks do not hold together.
    """
    within = {pick.file for pick in picks if pick.place != FILE_PLACE}
    texts = read_texts(repository, [row for row in matrix.rows if row.key in within], Against.FIRST)
    known: dict[str, FileChunks] = {}

    def read(row: FileRow) -> FileChunks:
        if row.key not in known:  # one that was too much beside the others is read by itself
            own = texts if texts.is_known(row) else read_texts(repository, [row], Against.FIRST)
            known[row.key] = take_apart(row, own, with_meaning=False)
        return known[row.key]

    def resolve(chosen: Iterable[Pick]) -> TreeChange:
        return resolve_tree(matrix.rows, chosen, read)

    last = resolve(picks)
    stages: list[Stage] = []
    waiting: list[int] = []
    sides = _list_contributing(matrix, picks)
    for number, side in enumerate(sides):
        waiting.append(side)
        try:
            stages.append(Stage(tuple(waiting), resolve(restrict(picks, sides[: number + 1]))))
        except RefusedPicksError:
            continue
        waiting = []
    if waiting or not stages or stages[-1].change != last:
        stages.append(Stage(tuple(waiting), last))
    return tuple(stages)


def _list_contributing(matrix: FileMatrix, picks: Iterable[Pick]) -> list[int]:
    """List the sides that picks take from. What all sides have alike is counted as the first one's."""
    taken = {side for pick in picks if pick.choice is Choice.SIDES for side in pick.sides}
    if any(row.relation is Relation.SAME for row in matrix.rows):
        taken.add(min(taken, default=0))
    return sorted(taken)
