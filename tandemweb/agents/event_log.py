"""The events of one step: followed by the driver while the agent writes, read in windows by everybody else."""

import math
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tandemweb.agents.event_index import EventIndex, Place
from tandemweb.agents.events import parse_events
from tandemweb.agents.json_lines import parse_object
from tandemweb.agents.tailing import LogLine, LogTail
from tandemweb.domain.run import EventKind, RunEvent
from tandemweb.domain.workflow import AgentKind

LOG_NAME = "stdout.jsonl"
LOCK_PATIENCE = 5.0  # seconds, for a reader that is just completing the index
BATCH = 2000  # places kept before they are written
READER_SECONDS = 3.0  # that anybody but the driver reads on in a log
AHEAD = 64 * 1024  # bytes of a log that a reader reads before its driver does; every page would read them again


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line, the JSON object in it (None where it is none), and its events."""

    text: bytes
    source: dict[str, Any] | None
    events: tuple[RunEvent, ...]


@dataclass(frozen=True, slots=True)
class EventWindow:
    """Some events of a log; ``total`` is how many were found in it, ``is_whole`` whether it was read to its end."""

    events: tuple[RunEvent, ...]
    total: int
    is_whole: bool = True


class EventLog:
    """Follows the log of a step from its beginning, and keeps the index of its events.

    For the driver, in a ``with`` block.
    """

    def __init__(self, folder: Path, kind: AgentKind) -> None:
        self._kind = kind
        self._index = EventIndex.open(folder, LOCK_PATIENCE)
        self._index.restart()  # a reader may have begun it: we are to see all lines, and to say when they came
        self._tail = LogTail(folder / LOG_NAME)
        self.count = 0
        self.is_behind = False  # whether time was up, the last time, before everything was read

    def read(self, *, is_complete: bool = False, seconds: float = math.inf) -> Iterator[ReadLine]:
        """Yield what is new; with ``is_complete`` (the agent has ended) also a last line without an end.

        To be read to its end: what was yielded counts as read. It comes after ``seconds`` at the latest, and what is
        left over is new the next time.
        """
        end = time.monotonic() + seconds
        places: list[Place] = []
        self.is_behind = False
        for line in self._tail.read(is_complete=is_complete):
            read, found = _read_line(self._kind, line, self.count + 1, _now_in_ms())
            self.count += len(found)
            places += found
            if len(places) >= BATCH:
                self._index.add(places, self._tail.offset)
                places = []
            yield read
            if time.monotonic() > end:
                self.is_behind = True
                break
        if self._tail.offset > self._index.scanned:
            self._index.add(places, self._tail.offset)

    def close(self) -> None:
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_window(folder: Path, kind: AgentKind, first: int, count: int, *, is_complete: bool = False) -> EventWindow:
    """Read events number ``first`` (from 1) and following; a ``first`` below 1 counts from the end (0: the last ones).

    Says what is there now; ``is_complete`` when the agent has ended. Where the driver is far behind an agent that
    prints more than anybody can read, it says what the driver has read; and where there is more than can be read in a
    moment, what was found until then, and the next time goes on from there.
    """
    with EventIndex.open(folder) as index:
        size = _check(index, folder)
        is_behind = index.is_kept and not is_complete and size - index.scanned > AHEAD
        rest, is_whole = ([], False) if is_behind else _read_rest(index, folder, kind, is_complete=is_complete)
        total = index.count + len(rest)
        begin = max(0, total - count) if first < 1 else first - 1
        places = index.read(begin, count)
        wanted = rest[max(0, begin - index.count) : max(0, begin + count - index.count)]
        events = _read_places(folder / LOG_NAME, kind, [*places, *wanted], begin)
    return EventWindow(tuple(events), total, is_whole)


def _read_rest(index: EventIndex, folder: Path, kind: AgentKind, *, is_complete: bool) -> tuple[list[Place], bool]:
    """Find what is not in the index yet: added to it where nobody else does so, else given back.

    Says whether that was all.
    """
    end = time.monotonic() + READER_SECONDS
    tail = LogTail(folder / LOG_NAME, index.scanned)
    is_whole = True
    number = index.count + 1
    rest: list[Place] = []
    for line in tail.read(is_complete=is_complete):
        found = _read_line(kind, line, number, 0)[1]
        number += len(found)
        rest += found
        if len(rest) >= BATCH and index.is_writable:
            rest = _move(rest, index, tail.offset)
        if time.monotonic() > end:
            is_whole = False
            break
    return (_move(rest, index, tail.offset) if tail.offset > index.scanned else rest), is_whole


def _move(places: list[Place], index: EventIndex, scanned: int) -> list[Place]:
    before = index.count
    index.add(places, scanned)
    return places[index.count - before :]


def _check(index: EventIndex, folder: Path) -> int:
    """Give the size of the log. An index that knows more is of another one."""
    try:
        size = (folder / LOG_NAME).stat().st_size
    except OSError:
        size = 0
    if index.scanned > size:
        index.restart()
    return size


def _read_line(kind: AgentKind, line: LogLine, number: int, seen_at: int) -> tuple[ReadLine, list[Place]]:
    source, events = _parse(kind, line, number, seen_at)
    places = [Place(line.offset, len(line.text), part, seen_at, line.is_cut) for part in range(len(events))]
    return ReadLine(line.text, source, tuple(events)), places


def _parse(kind: AgentKind, line: LogLine, number: int, seen_at: int) -> tuple[dict[str, Any] | None, list[RunEvent]]:
    at = _read_ms(seen_at)
    if line.is_cut:
        text = f"a line of {line.size:,} bytes, too long to be understood"
        beginning = line.text[:2000].decode("utf-8", "replace")
        event = RunEvent(number, EventKind.NOTICE, at, text, beginning, is_error=True, offset=line.offset)
        return None, [event]
    if not line.text.strip():
        return None, []
    source = parse_object(line.text)
    return source, parse_events(kind, line.text, source, number=number, offset=line.offset, seen_at=at)


def _read_places(path: Path, kind: AgentKind, places: list[Place], begin: int) -> Iterator[RunEvent]:
    if not places:
        return
    with closing(path.open("rb")) as opened:
        offset, events = -1, list[RunEvent]()
        for position, place in enumerate(places, begin + 1):
            if place.offset != offset:
                opened.seek(place.offset)
                line = LogLine(place.offset, place.size, opened.read(place.size), place.is_cut)
                offset = place.offset
                events = _parse(kind, line, position - place.part, place.seen_at)[1]
            if place.part < len(events):
                yield events[place.part]


def _now_in_ms() -> int:
    return time.time_ns() // 1_000_000


def _read_ms(seen_at: int) -> datetime | None:
    return datetime.fromtimestamp(seen_at / 1000, UTC) if seen_at else None
