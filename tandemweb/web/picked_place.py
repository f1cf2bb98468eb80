"""What a pick of one place changes on the page that it was made on."""

from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.domain.chunk import Choice, Pick
from tandemweb.domain.comparison import FileRow
from tandemweb.web.compared_view import FileView, PlannedFile
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.matrix_rows import Progress
from tandemweb.web.region_heads import RegionHead, build_heads, count_progress
from tandemweb.web.shown_lines import link_part, link_place


@dataclass(frozen=True, slots=True)
class PickedPlace:
    head: ComparisonHead
    row: FileRow
    view: FileView
    region: RegionHead
    progress: Progress
    picked_count: int

    @property
    def told(self) -> str:
        """What was done, for those who cannot see the buttons."""
        pressed = next((button.label for button in self.region.buttons if button.is_pressed), "")
        taken = "your text" if self.region.chosen == Choice.TEXT else pressed or "nothing"
        progress = self.progress
        return f"{taken} taken, {progress.decided_count} of {progress.place_count} decided"

    def place_link(self, place: str) -> str:
        return link_place(self.head, self.row, self.view, place)

    def edit_link(self, place: str) -> str:
        return link_part("edit", self.head, self.row, self.view, place=place)


def show_picked(
    head: ComparisonHead, plan: PlannedFile, view: FileView, picks: Mapping[str, Pick], place: str
) -> PickedPlace:
    """``place`` is the id of a region of the file; ``picks`` are those of the file by place, the new one among them."""
    chunks = plan.drawing.chunks
    index = next(index for index, region in enumerate(chunks.regions) if region.id == place)
    region = build_heads(plan, head.sides, picks, view, [index])[index]
    return PickedPlace(head, chunks.row, view, region, count_progress(chunks, picks), len(picks))
