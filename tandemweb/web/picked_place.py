"""What a pick of one place changes on the page that it was made on."""

from dataclasses import dataclass

from tandemweb.domain.comparison import FileRow
from tandemweb.store.comparisons import list_picks
from tandemweb.web.compared_view import FileView, PlannedFile
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.databases import get_state
from tandemweb.web.matrix_rows import Progress
from tandemweb.web.region_heads import RegionHead, build_heads, count_progress
from tandemweb.web.shown_lines import link_view


@dataclass(frozen=True, slots=True)
class PickedPlace:
    head: ComparisonHead
    row: FileRow
    view: FileView
    region: RegionHead
    progress: Progress
    picked_count: int

    def link(self) -> str:
        return link_view(self.head, self.row, self.view)


def show_picked(head: ComparisonHead, plan: PlannedFile, view: FileView, place: str) -> PickedPlace:
    """Read the picks anew: ``place`` is the id of a region of the file."""
    chunks = plan.drawing.chunks
    picks = {pick.place: pick for pick in list_picks(get_state(), head.comparison.id, chunks.row.key)}
    index = next(index for index, region in enumerate(chunks.regions) if region.id == place)
    region = build_heads(plan, head.sides, picks, view, [index])[index]
    return PickedPlace(head, chunks.row, view, region, count_progress(chunks, picks), len(picks))
