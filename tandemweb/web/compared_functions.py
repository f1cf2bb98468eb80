"""The functions of a file in which something differs, with what is picked in each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tandemweb.domain.chunk import FILE_PLACE, Pick
from tandemweb.domain.comparison import FileRow
from tandemweb.services.chunking import list_functions
from tandemweb.web.compared_view import FileView, PlannedFile
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.region_heads import PickButton, build_buttons, offer_sides
from tandemweb.web.shown_lines import link_place, link_view


@dataclass(frozen=True, slots=True)
class ShownFunction:
    """``address`` leads to the first of ``count`` places in it."""

    name: str
    count: int
    address: str
    buttons: tuple[PickButton, ...]


@dataclass(frozen=True, slots=True)
class FunctionsPage:
    head: ComparisonHead
    row: FileRow
    view: FileView
    functions: tuple[ShownFunction, ...]

    def link(self) -> str:
        return link_view(self.head, self.row, self.view)


def build_functions(
    head: ComparisonHead, plan: PlannedFile, view: FileView, picks: Mapping[str, Pick]
) -> FunctionsPage:
    chunks = plan.drawing.chunks
    return FunctionsPage(head, chunks.row, view, tuple(_list_shown(head, plan, view, picks)))


def _list_shown(
    head: ComparisonHead, plan: PlannedFile, view: FileView, picks: Mapping[str, Pick]
) -> Iterator[ShownFunction]:
    chunks = plan.drawing.chunks
    offered, absent = offer_sides(chunks.row, head.sides)
    indexes = {region.id: index for index, region in enumerate(chunks.regions) if region.id}
    for name, regions in list_functions(chunks).items():
        first = next((region.id for region in regions if indexes[region.id] in plan.part_of), None)
        if first is None:
            continue
        words = {pick.word if (pick := picks.get(r.id) or picks.get(FILE_PLACE)) else "" for r in regions}
        yield ShownFunction(
            name,
            len(regions),
            link_place(head, chunks.row, view, first),
            build_buttons(offered, view, words.pop() if len(words) == 1 else "", absent=absent),
        )
