"""What an agent said and did, as one reads it: a tool's answer stands with its call, long texts are cut, nothing hides.

Pure: events in, entries out. Every text has gone through ``clean_output`` here, so templates only have to escape it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tandemweb.domain.run import EventKind, RunEvent
from tandemweb.web.output_text import clean_output

MESSAGE_CHARACTERS = 20_000
DETAIL_CHARACTERS = 6_000
WINDOW_CHARACTERS = 300_000  # of all entries together; older ones are cut to a few first
FEW_CHARACTERS = 400
SHORT_CHARACTERS = 160
CUT = "… (cut here; the whole stands in the log)"


@dataclass(frozen=True, slots=True)
class EventEntry:
    """One entry of the log of a step.

    ``number`` is that of its first event. ``short`` is one line, ``text`` what is read, ``detail`` what is folded: of a
    tool its input, whose answer is ``answer``. ``is_open``: the answer is still to come. ``is_nested``: of a sub-agent.
    ``address`` is the page of a file that was written.
    """

    number: int
    kind: EventKind
    at: datetime | None = None
    tool: str = ""
    short: str = ""
    text: str = ""
    detail: str = ""
    answer: str = ""
    path: str = ""
    address: str | None = None
    is_error: bool = False
    is_open: bool = False
    is_nested: bool = False


def list_entries(events: Sequence[RunEvent], *, is_running: bool = False) -> tuple[EventEntry, ...]:
    """Make the entries of a window of events; a result whose call is not in it stands by itself."""
    entries: list[EventEntry] = []
    calls: dict[str, int] = {}
    for event in events:
        if event.kind is EventKind.RESULT and event.tool_id in calls:
            position = calls.pop(event.tool_id)
            entries[position] = _answer(entries[position], event)
            continue
        if event.kind is EventKind.TOOL and event.tool_id:
            calls[event.tool_id] = len(entries)
        entries.append(_make_entry(event))
    if is_running:
        for position in calls.values():
            entries[position] = replace(entries[position], is_open=True)
    return tuple(_fit(entries))


def _fit(entries: list[EventEntry]) -> list[EventEntry]:
    """Keep a page to what a browser takes at once, however much an agent says: the newest entries stay whole."""
    left = WINDOW_CHARACTERS
    for position in reversed(range(len(entries))):
        entry = entries[position]
        left -= len(entry.text) + len(entry.detail) + len(entry.answer)
        if left < 0:
            text, detail, answer = map(_cut_to_few, (entry.text, entry.detail, entry.answer))
            entries[position] = replace(entry, text=text, detail=detail, answer=answer)
    return entries


def _cut_to_few(text: str) -> str:
    return text if len(text) <= FEW_CHARACTERS else f"{text[:FEW_CHARACTERS]}\n{CUT}"


def link_files(entries: Sequence[EventEntry], find_address: Callable[[str], str | None]) -> tuple[EventEntry, ...]:
    """Add the addresses of the files that entries name."""
    return tuple(replace(entry, address=find_address(entry.path)) if entry.path else entry for entry in entries)


def describe_progress(entries: Sequence[EventEntry]) -> str:
    """Say in a few words what an agent does just now; empty where it has told nothing yet."""
    open_calls = [entry for entry in entries if entry.is_open]
    if open_calls:
        last = open_calls[-1]
        return _cut_line(f"{last.tool}: {last.short}" if last.short else last.tool)
    return next((said for entry in reversed(entries) if (said := _describe_entry(entry))), "")


def _describe_entry(entry: EventEntry) -> str:
    match entry.kind:
        case EventKind.TOOL | EventKind.RESULT:
            said = f"after {entry.tool or 'a tool'} {entry.short}"
        case EventKind.FILE:
            said = f"wrote {entry.path}"
        case EventKind.THINKING:
            said = "thinks"
        case EventKind.STARTED:
            said = "has started"
        case EventKind.MESSAGE | EventKind.NOTICE | EventKind.QUESTION:
            said = entry.text
        case _:
            said = ""
    return _cut_line(said)


def _make_entry(event: RunEvent) -> EventEntry:
    is_result = event.kind is EventKind.RESULT
    text = cut_text(event.text, MESSAGE_CHARACTERS)
    return EventEntry(
        number=event.number,
        kind=event.kind,
        at=event.at,
        tool=_cut_line(clean_output(event.tool)),
        short=_cut_line(text),
        text="" if is_result else text,
        detail="" if is_result else cut_text(event.detail, DETAIL_CHARACTERS),
        answer=cut_text(event.detail or event.text, DETAIL_CHARACTERS) if is_result else "",
        path=clean_output(event.path),
        is_error=event.is_error,
        is_nested=bool(event.parent_id),
    )


def _answer(call: EventEntry, event: RunEvent) -> EventEntry:
    answer = cut_text(event.detail or event.text, DETAIL_CHARACTERS)
    return replace(call, answer=answer, is_error=event.is_error, is_open=False)


def cut_text(text: str, limit: int) -> str:
    """Clean a text, and say where it was cut."""
    if len(text) <= limit:
        return clean_output(text)
    return f"{clean_output(text[:limit])}\n{CUT}"


def _cut_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT_CHARACTERS else f"{line[: SHORT_CHARACTERS - 1]}…"
