"""The numbered points of a spec that parallel implementations are held against. Pure."""

import re
from collections.abc import Iterator, Sequence

from tandemweb.analysis.spec import extract_spec
from tandemweb.domain.finding import Criterion

_ITEM = re.compile(r" {0,3}(\d{1,3})[.)] +(\S.*)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


def extract_points(text: str, path: str) -> tuple[Criterion, ...]:
    """Read the acceptance criteria; where no heading calls them so, all numbered points, each number once."""
    found = extract_spec(text, path).criteria
    if found:
        return found
    points: dict[int, Criterion] = {}
    for number, line, words in _list_items(text.split("\n")):
        points.setdefault(number, Criterion(number, words, path, line))
    return tuple(points[number] for number in sorted(points))


def _list_items(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield number, line and text of each item, the lines that go on with it included."""
    is_fenced = False
    for place, line in enumerate(lines):
        if _FENCE.match(line):
            is_fenced = not is_fenced
        item = None if is_fenced else _ITEM.match(line)
        if item:
            rest = [item[2]]
            for following in lines[place + 1 :]:
                if not following.strip() or not following.startswith(" ") or _ITEM.match(following):
                    break
                rest.append(following.strip())
            yield int(item[1]), place + 1, " ".join(rest)
