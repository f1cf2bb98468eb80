"""A workflow as a drawing: where its steps, gates and arrows stand. Pure; sizes are in units of the SVG."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tandemweb.domain.workflow import ANY, END, USER, AgentKind, Step, Workflow
from tandemweb.services.templates import list_placeholders

BOX_WIDTH, BOX_HEIGHT, ROW_GAP = 232, 50, 54
LANE = 128  # from the middle to the middle of a side's lane
MARGIN, TRACK, GROUP_PAD = 16, 15, 10
LETTER, LEAST_ROOM = 7, 36  # width of a letter of an arrow's word; what arrows that go round have at least
MOST_STEPS = 200  # that are drawn; nobody could read more
TITLE_CHARACTERS, WORD_CHARACTERS = 27, 26
_SIDES = {AgentKind.CLAUDE: -1, AgentKind.CODEX: 1}


@dataclass(frozen=True, slots=True)
class Shape:
    """``kind``: step, gate or end. ``agent`` is "" for what is no step. ``address`` leads to the words about it."""

    kind: str
    title: str
    sub: str
    agent: str
    address: str
    x: int
    y: int
    width: int
    height: int
    full_title: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Around steps that run at the same time."""

    x: int
    y: int
    width: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """``path`` is the ``d`` of an SVG path; ``word`` the outcome, ``document`` what is handed over."""

    path: str
    word: str
    document: str
    x: int
    y: int
    anchor: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Graph:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    frames: tuple[Frame, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """One place of the course: a step, a group, a gate, or the end."""

    node: str
    number: int
    left: int
    right: int
    middle: int
    top: int
    bottom: int


def draw_workflow(workflow: Workflow) -> Graph | None:
    """Put the steps one below the other in the order of the file, each gate after the step that first leads to it.

    None for far too many steps.
    """
    if len(workflow.steps) > MOST_STEPS:
        return None
    nodes = _order(workflow)
    sideways = [edge for edge in _list_edges(workflow) if _is_sideways(nodes, *edge[:2])]
    tracks = _assign_tracks(nodes, sideways)
    widths = {side: max((track + 1 for (_, own), track in tracks.items() if own == side), default=0) for side in (0, 1)}
    rooms = [_find_room(nodes, sideways, side) for side in (0, 1)]
    centre = MARGIN + widths[0] * TRACK + rooms[0] + LANE + BOX_WIDTH // 2
    rows, shapes, frames = _place(workflow, nodes, centre)
    arrows = tuple(_draw_arrows(workflow, rows, tracks, rooms))
    width = centre + LANE + BOX_WIDTH // 2 + MARGIN + widths[1] * TRACK + rooms[1]
    height = max(row.bottom for row in rows.values()) + MARGIN
    return Graph(width, height, tuple(shapes), tuple(frames), arrows)


def _order(workflow: Workflow) -> dict[str, int]:
    ordered: dict[str, None] = {}
    for step in workflow.steps:
        ordered.setdefault(step.node)
        for member in workflow.list_members(step.node):
            gates = [target for target in member.next.values() if target.startswith(USER)]
            if member is workflow.list_members(step.node)[-1]:
                ordered |= {gate: None for gate in gates if gate not in ordered}
    return {node: number for number, node in enumerate((*ordered, END))}


def _list_edges(workflow: Workflow) -> list[tuple[str, str, str, str]]:
    """List the arrows: source, target, the words that lead there, the document that is handed over."""
    found: dict[tuple[str, str], list[str]] = {}
    for step in workflow.steps:
        for word, target in step.next.items():
            found.setdefault((step.node, target), []).append(word)
    for gate in workflow.gates:
        for word, target in gate.choices.items():
            found.setdefault((f"{USER}{gate.name}", target), []).append(word)
    return [
        (source, target, _say(words), _hand_over(workflow, source, target)) for (source, target), words in found.items()
    ]


def _say(words: Sequence[str]) -> str:
    return "" if ANY in words else ", ".join(dict.fromkeys(words))


def _hand_over(workflow: Workflow, source: str, target: str) -> str:
    """Name the document of one step that the next one reads, or that a person decides on; gates pass it on."""
    gate = workflow.find_gate(source.removeprefix(USER)) if source.startswith(USER) else None
    givers = [step for step in workflow.steps if source in step.next.values()] if gate else ()
    written = {
        name for step in (*givers, *workflow.list_members(source)) for name in list_placeholders(step.output)
    } & workflow.documents.keys()
    if target.startswith(USER):
        return min(written, default="")
    read = {name for step in workflow.list_members(target) for text in step.inputs for name in list_placeholders(text)}
    both = sorted(name for name in written & read if name in workflow.documents)
    if both or not written:
        return both[0] if both else ""
    paths = {name: workflow.documents.get(name, "") for name in (*written, *read)}
    return next((name for name in sorted(written) if _is_read(paths, name, read)), "")


def _is_read(paths: Mapping[str, str], name: str, read: set[str]) -> bool:
    """Whether a document is read under another name: the last one of a series, or all of them."""
    path = paths[name].replace("{exchange}", "*").replace("{round}", "*")
    others = (paths[other].replace("{last-exchange}", "*").replace("{last-round}", "*") for other in read)
    return bool(path) and path in set(others)


def _is_sideways(nodes: Mapping[str, int], source: str, target: str) -> bool:
    return nodes[target] != nodes[source] + 1


def _assign_tracks(
    nodes: Mapping[str, int], edges: Sequence[tuple[str, str, str, str]]
) -> dict[tuple[tuple[str, str], int], int]:
    """Give arrows that go round a lane of their own: back on the left, ahead on the right, short ones inside."""
    taken: dict[int, list[list[tuple[int, int]]]] = {0: [], 1: []}
    tracks: dict[tuple[tuple[str, str], int], int] = {}
    for source, target, _, _ in sorted(edges, key=lambda edge: abs(nodes[edge[1]] - nodes[edge[0]])):
        side = int(nodes[target] > nodes[source])
        low, high = sorted((nodes[source], nodes[target]))
        lanes = taken[side]
        free = next((lane for lane in lanes if all(high < one[0] or one[1] < low for one in lane)), None)
        if free is None:
            free = []
            lanes.append(free)
        free.append((low, high))
        tracks[(source, target), side] = lanes.index(free)
    return tracks


def _find_room(nodes: Mapping[str, int], edges: Sequence[tuple[str, str, str, str]], side: int) -> int:
    """Give the room that the words of arrows need that leave on a side."""
    words = [_cut(word, WORD_CHARACTERS) for one, other, word, _ in edges if int(nodes[other] > nodes[one]) == side]
    return max((LEAST_ROOM, *(len(word) * LETTER + 10 for word in words))) if words else 0


def _place(
    workflow: Workflow, nodes: Mapping[str, int], centre: int
) -> tuple[dict[str, _Row], list[Shape], list[Frame]]:
    rows: dict[str, _Row] = {}
    shapes: list[Shape] = []
    frames: list[Frame] = []
    y = MARGIN
    for node, number in nodes.items():
        own = list(_make_shapes(workflow, node, centre, y))
        left, right = min(one.x for one in own), max(one.x + one.width for one in own)
        bottom = y + own[0].height
        if len(own) > 1:
            left, right, bottom = left - GROUP_PAD, right + GROUP_PAD, bottom + GROUP_PAD
            frames.append(Frame(left, y - GROUP_PAD, right - left, bottom - y + GROUP_PAD, node))
        top = y - (GROUP_PAD if len(own) > 1 else 0)
        rows[node] = _Row(node, number, left, right, (left + right) // 2, top, bottom)
        shapes += own
        y = bottom + ROW_GAP
    return rows, shapes, frames


def _make_shapes(workflow: Workflow, node: str, centre: int, y: int) -> Iterator[Shape]:
    if node == END:
        yield Shape("end", "end", "", "", "", centre - 26, y, 52, 26, "end")
        return
    gate = workflow.find_gate(node.removeprefix(USER)) if node.startswith(USER) else None
    if gate:
        address = f"#gate-{gate.name}"
        title, width = _cut(gate.title, TITLE_CHARACTERS + 7), BOX_WIDTH + 88
        yield Shape("gate", title, "you decide", "", address, centre - width // 2, y, width, 48, gate.title)
        return
    members = sorted(workflow.list_members(node), key=lambda step: _SIDES.get(step.agent, 0))
    if len(members) == 1:
        middle = centre + LANE * _SIDES.get(members[0].agent, 0)
        yield _make_box(members[0], middle - BOX_WIDTH // 2, y, BOX_WIDTH)
        return
    gap, room = 2 * LANE - BOX_WIDTH, 2 * LANE + BOX_WIDTH
    width = (room - gap * (len(members) - 1)) // len(members)
    for number, step in enumerate(members):
        yield _make_box(step, centre - room // 2 + number * (width + gap), y, width)


def _make_box(step: Step, x: int, y: int, width: int) -> Shape:
    names = {"claude": "Claude", "codex": "Codex", "command": "Command", "tandemweb": "tandemweb"}
    sub = names[step.agent] + (f" · {step.access}" if step.agent != AgentKind.TANDEMWEB else "")
    characters = TITLE_CHARACTERS * width // BOX_WIDTH
    return Shape(
        "step",
        _cut(step.title, characters),
        _cut(sub, characters + 4),
        step.agent,
        f"#step-{step.name}",
        x,
        y,
        width,
        BOX_HEIGHT,
        step.title,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _draw_arrows(
    workflow: Workflow,
    rows: Mapping[str, _Row],
    tracks: Mapping[tuple[tuple[str, str], int], int],
    rooms: Sequence[int],
) -> Iterator[Arrow]:
    leaving: dict[tuple[str, int], int] = {}
    arriving: dict[tuple[str, int], int] = {}
    left_edge, right_edge = min(row.left for row in rows.values()), max(row.right for row in rows.values())
    for source, target, word, document in _list_edges(workflow):
        one, other = rows[source], rows[target]
        if other.number == one.number + 1:
            yield _draw_straight(one, other, word, document)
            continue
        side = int(other.number > one.number)
        track = tracks[(source, target), side]
        out = leaving[source, side] = leaving.get((source, side), -1) + 1
        into = arriving[target, side] = arriving.get((target, side), -1) + 1
        start_y = one.bottom - 10 - out * 16 if side else one.top + 16 + out * 16
        end_y = other.bottom - 8 - min(into, 3) * 6 if not side else other.top + 8 + min(into, 3) * 6
        if side:
            lane = right_edge + rooms[1] + track * TRACK
            path = _bend(one.right, start_y, lane, end_y, other.right)
            place, anchor = one.right + 6, "start"
        else:
            lane = left_edge - rooms[0] - track * TRACK
            path = _bend(one.left, start_y, lane, end_y, other.left)
            place, anchor = one.left - 6, "end"
        yield Arrow(path, _cut(word, WORD_CHARACTERS), "", place, start_y - 8, anchor, source, target)


def _draw_straight(one: _Row, other: _Row, word: str, document: str) -> Arrow:
    middle = (one.bottom + other.top) // 2
    path = f"M{one.middle} {one.bottom} C{one.middle} {middle} {other.middle} {middle} {other.middle} {other.top - 1}"
    x = (one.middle + other.middle) // 2 + 10
    words = _cut(word, WORD_CHARACTERS), _cut(document, WORD_CHARACTERS)
    above = -18 if word and document else -10
    # Beside the line, on the side that it does not bend to.
    y = middle + (0 if one.middle == other.middle else above if other.middle > one.middle else 10)
    return Arrow(path, *words, x, y, "start", one.node, other.node)


def _bend(x: int, y: int, lane: int, end_y: int, end_x: int) -> str:
    """Go sideways to a lane, along it, and back to a side, with rounded corners."""
    turn = 8 if end_y > y else -8
    out = 8 if lane > x else -8
    return (
        f"M{x} {y} H{lane - out} Q{lane} {y} {lane} {y + turn} V{end_y - turn} "
        f"Q{lane} {end_y} {lane - out} {end_y} H{end_x + (1 if out > 0 else -1)}"
    )
