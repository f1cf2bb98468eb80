"""Bar charts as numbers that a template draws: everything in pixels of an SVG, nothing that needs a style attribute."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 120  # of the tallest bar
HEAD = 18  # above it, for its total
FOOT = 34  # below the base line, for two rows of labels
WIDEST_BAR, NARROWEST_BAR = 30, 8
BAR_GAP, GROUP_GAP = 6, 22
TARGET_WIDTH = 720
LABEL_HEIGHT = 13  # a lower segment has no room for its number


@dataclass(frozen=True, slots=True)
class Part:
    """What one segment of a bar counts; ``tone`` is a class of its colour."""

    name: str
    tone: str
    count: int


@dataclass(frozen=True, slots=True)
class BarInput:
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    part: Part
    y: float
    height: float
    has_room: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """``middle`` is where labels are centred, ``top`` where its total stands."""

    label: str
    x: float
    middle: float
    top: float
    total: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class BarGroup:
    label: str
    x: float
    end: float


@dataclass(frozen=True, slots=True)
class BarChart:
    width: float
    height: float
    base: float
    bar_width: float
    bars: tuple[Bar, ...]
    groups: tuple[BarGroup, ...]


def build_bar_chart(groups: Sequence[tuple[str, Sequence[BarInput]]]) -> BarChart:
    """Stack the parts of each bar, the first at the base; bars of a group stand together over the group's label."""
    count = sum(len(bars) for _, bars in groups)
    room = TARGET_WIDTH - GROUP_GAP * len(groups) - BAR_GAP * count
    width = max(NARROWEST_BAR, min(WIDEST_BAR, room / max(count, 1)))
    top = max((sum(part.count for part in bar.parts) for _, bars in groups for bar in bars), default=0) or 1
    x = float(GROUP_GAP) / 2
    drawn: list[Bar] = []
    named: list[BarGroup] = []
    for label, bars in groups:
        start = x
        for bar in bars:
            drawn.append(_stack(bar, x, width, top))
            x += width + BAR_GAP
        named.append(BarGroup(label, round(start, 1), round(x - BAR_GAP, 1)))
        x += GROUP_GAP - BAR_GAP
    return BarChart(round(x - GROUP_GAP / 2, 1), HEAD + HEIGHT + FOOT, HEAD + HEIGHT, width, tuple(drawn), tuple(named))


def _stack(bar: BarInput, x: float, width: float, top: int) -> Bar:
    y = float(HEAD + HEIGHT)
    segments = []
    for part in bar.parts:
        height = part.count / top * HEIGHT
        y -= height
        if part.count:
            segments.append(Segment(part, round(y, 1), round(height, 1), height >= LABEL_HEIGHT))
    total = sum(part.count for part in bar.parts)
    return Bar(bar.label, round(x, 1), round(x + width / 2, 1), round(y, 1), total, tuple(segments))
