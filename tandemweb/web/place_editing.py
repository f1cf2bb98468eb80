"""A place of a file to be written by hand, with what each version has there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tandemweb.domain.chunk import Pick
from tandemweb.domain.comparison import FileRow
from tandemweb.errors import NotFoundError
from tandemweb.services.picking import draft_text
from tandemweb.web.compared_view import FileView, PlannedFile
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.shown_lines import link_place, link_view


@dataclass(frozen=True, slots=True)
class VersionText:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class EditPage:
    """``text`` is what was written before, else what is picked of it, else what the first side that changed it has."""

    head: ComparisonHead
    row: FileRow
    view: FileView
    place: str
    number: int
    function: str
    text: str
    versions: tuple[VersionText, ...]

    @property
    def row_count(self) -> int:
        """How tall the field is."""
        return min(30, max(4, self.text.count("\n") + 2))

    def link(self) -> str:
        return link_view(self.head, self.row, self.view)

    def place_link(self) -> str:
        return link_place(self.head, self.row, self.view, self.place)


def build_edit(
    head: ComparisonHead, plan: PlannedFile, view: FileView, picks: Mapping[str, Pick], place: str
) -> EditPage:
    """Raise NotFoundError for a place that the file does not have."""
    chunks = plan.drawing.chunks
    index = next((index for index, region in enumerate(chunks.regions) if region.id and region.id == place), None)
    if index is None:
        raise NotFoundError("There is no such place in this file; load its page again.")
    region = chunks.regions[index]
    texts = [_cut(chunks.versions[0], region.base)]
    texts += [_cut(lines, span) for lines, span in zip(chunks.versions[1:], region.sides, strict=True)]
    labels = ["base", *(side.name for side in head.sides)]
    return EditPage(
        head=head,
        row=chunks.row,
        view=view,
        place=place,
        number=plan.numbers.get(index, 0),
        function=region.function,
        text=_decode(draft_text(chunks, region, picks)),
        versions=tuple(VersionText(label, text) for label, text in zip(labels, texts, strict=True)),
    )


def _cut(lines: Sequence[bytes], span: tuple[int, int]) -> str:
    return _decode(b"".join(lines[slice(*span)]))


def _decode(content: bytes) -> str:
    return content.decode("utf-8", "replace")
