"""What stands above a place where sides differ: which it is, what it comes down to, and what can be picked of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tandemweb.domain.chunk import FILE_PLACE, Choice, FileChunks, Pick, Region, RegionKind, Trait
from tandemweb.domain.comparison import FileRow, Relation
from tandemweb.web.compared_view import FileView, PlannedFile
from tandemweb.web.matrix_rows import Progress
from tandemweb.web.sides import ShownSide

BASE_KEY, BOTH_KEY, TURNED_KEY = "0", "2", "3"
_TRAITS = {Trait.WHITESPACE: "white space only", Trait.COMMENT: "comments only"}


@dataclass(frozen=True, slots=True)
class PickButton:
    """``word`` is what the form sends, ``key`` what does the same on the keyboard, ``column`` a or b for its colour."""

    word: str
    key: str
    label: str
    column: str
    is_pressed: bool


@dataclass(frozen=True, slots=True)
class RegionHead:
    """``number`` of ``count`` places of the file that need a decision; 0 for one that all sides changed alike.

    ``chosen`` is the word that was picked, "" while nobody did; ``is_inherited``: it was picked for the whole file.
    ``overlap_count``: so many places came out of one that overlaps, and are picked together or not at all.
    """

    id: str
    number: int
    count: int
    function: str
    how: str
    traits: tuple[str, ...]
    buttons: tuple[PickButton, ...]
    chosen: str
    is_inherited: bool
    overlap_count: int


def build_heads(
    plan: PlannedFile, sides: Sequence[ShownSide], picks: Mapping[str, Pick], view: FileView, wanted: Iterable[int]
) -> dict[int, RegionHead]:
    """Give the heads of regions, by their index."""
    return {index: _build_head(plan, index, sides, picks, view) for index in sorted(wanted)}


def _build_head(
    plan: PlannedFile, index: int, sides: Sequence[ShownSide], picks: Mapping[str, Pick], view: FileView
) -> RegionHead:
    row, region = plan.drawing.chunks.row, plan.drawing.chunks.regions[index]
    offered, absent = offer_sides(row, sides)
    pick = picks.get(region.id) or picks.get(FILE_PLACE)
    chosen = pick.word if pick else ""
    return RegionHead(
        id=region.id,
        number=plan.numbers.get(index, 0),
        count=len(plan.numbers),
        function=region.function,
        how=describe_region(plan.drawing.chunks, region, sides),
        traits=tuple(_TRAITS[trait] for trait in Trait if trait in region.traits),
        buttons=build_buttons(offered, view, chosen, absent=absent, both=_list_both(region)),
        chosen=chosen,
        is_inherited=pick is not None and region.id not in picks,
        overlap_count=plan.group_sizes[region.group],
    )


def offer_sides(row: FileRow, sides: Sequence[ShownSide]) -> tuple[list[ShownSide], frozenset[int]]:
    """Give the sides that a place can be picked of, and the numbers of those that do not have the file.

    Where a side never had it, it has what the base has: nothing. That a side deleted it is picked of the whole file.
    """
    absent = frozenset(number for number, file in enumerate(row.sides) if file.version is None)
    return [side for side in sides if side.number not in absent or row.base is None], absent


def build_buttons(
    sides: Sequence[ShownSide], view: FileView, chosen: str, *, absent: Collection[int] = (), both: str = ""
) -> tuple[PickButton, ...]:
    """Give a button for each side, for the base, and for several sides one after the other (``both``).

    ``absent`` are numbers of sides that have what the base has.
    """
    columns = {view.left: "a", view.right: "b"}
    words = {side.number: Choice.BASE.value if side.number in absent else side.key for side in sides}
    several = list(_offer_several(both, chosen)) if both else []
    return (
        *(
            PickButton(
                words[side.number], side.key, side.short, columns.get(side.number, ""), chosen == words[side.number]
            )
            for side in sides
        ),
        *several,
        PickButton(Choice.BASE, BASE_KEY, "base", "", chosen == Choice.BASE),
    )


def _offer_several(both: str, chosen: str) -> Iterator[PickButton]:
    yield PickButton(both, BOTH_KEY, "both" if len(both) == 2 else "all", "", chosen == both)
    if chosen in {both, both[::-1]}:
        yield PickButton(both[::-1], TURNED_KEY, "other order", "", chosen == both[::-1])


def describe_region(chunks: FileChunks, region: Region, sides: Sequence[ShownSide]) -> str:
    names = [sides[number].short for number in region.changed_by]
    if region.kind is RegionKind.ONE:
        return f"only {names[0]} changed this"
    texts = {chunks.versions[number + 1][slice(*region.sides[number])] for number in region.changed_by}
    return f"{' and '.join(names)} {'differ' if len(texts) > 1 else 'changed this alike'}"


def count_progress(chunks: FileChunks, picks: Mapping[str, Pick]) -> Progress:
    """Count the places that need a decision. What all sides changed alike is taken unless somebody says otherwise."""
    places = [region.id for region in chunks.differences if region.kind is not RegionKind.SAME]
    if not places and chunks.row.relation is not Relation.SAME:
        places = [FILE_PLACE]
    if FILE_PLACE in picks:
        return Progress(len(places), len(places))
    return Progress(sum(place in picks for place in places), len(places))


def _list_both(region: Region) -> str:
    if region.kind is not RegionKind.DIFFERENT or len(region.changed_by) < 2:
        return ""
    return "".join(chr(ord("a") + number) for number in region.changed_by)
