"""One line of an agent's log as events, whatever agent it is."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from tandemweb.agents.claude_events import parse_claude
from tandemweb.agents.codex_events import parse_codex
from tandemweb.agents.json_lines import parse_object, take_text
from tandemweb.domain.run import EventKind, RunEvent
from tandemweb.domain.workflow import AgentKind

KEPT_LIMIT = 256 * 1024  # characters of an event; the whole line stands in the log
MOST_EVENTS = 1000  # of one line; a message has a few blocks


def parse_line(kind: AgentKind, line: bytes, *, number: int = 1, offset: int = 0) -> list[RunEvent]:
    """Give the events of one line of a log, numbered from ``number`` on; most have one, some none."""
    if not line.strip():
        return []
    return parse_events(kind, line, parse_object(line), number=number, offset=offset)


def parse_events(
    kind: AgentKind,
    line: bytes,
    source: dict[str, Any] | None,
    *,
    number: int,
    offset: int,
    seen_at: datetime | None = None,
) -> list[RunEvent]:
    """As ``parse_line``, of a line that was parsed already (``source`` is None where it is no JSON object).

    Events that tell no time of their own get the one at which they were read, ``seen_at``.
    """
    events = _parse_text(kind, line) if source is None else _parse_source(kind, source, line)
    return [_finish(event, number + index, offset, seen_at) for index, event in enumerate(islice(events, MOST_EVENTS))]


def find_dialect(kind: AgentKind, source: dict[str, Any]) -> AgentKind:
    """Say whose stream an object is of: a command may speak that of claude or of codex, as it likes."""
    if kind is not AgentKind.COMMAND:
        return kind
    word = take_text(source, "type")
    if "." in word or word == "error":
        return AgentKind.CODEX
    return AgentKind.CLAUDE if word in SPOKEN_BY_CLAUDE else AgentKind.COMMAND


SPOKEN_BY_CLAUDE = frozenset({"system", "assistant", "user", "result", "control_request", "stream_event"})


def _parse_source(kind: AgentKind, source: dict[str, Any], line: bytes) -> Iterable[RunEvent]:
    match find_dialect(kind, source):
        case AgentKind.CLAUDE:
            return parse_claude(source)
        case AgentKind.CODEX:
            return parse_codex(source)
        case AgentKind.COMMAND | AgentKind.TANDEMWEB:
            return _parse_text(kind, line)


def _parse_text(kind: AgentKind, line: bytes) -> list[RunEvent]:
    text = line[:KEPT_LIMIT].decode("utf-8", "replace").rstrip("\r\n")
    if kind in {AgentKind.COMMAND, AgentKind.TANDEMWEB}:
        return [RunEvent(0, EventKind.MESSAGE, text=text)]
    return [RunEvent(0, EventKind.NOTICE, text="a line that is no JSON", detail=text, is_error=True)]


def _finish(event: RunEvent, number: int, offset: int, seen_at: datetime | None) -> RunEvent:
    return replace(
        event,
        number=number,
        at=event.at or seen_at,
        offset=offset,
        text=_clean(event.text),
        detail=_clean(event.detail),
        tool=_clean(event.tool),
        tool_id=_clean(event.tool_id),
        path=_clean(event.path),
        session_id=_clean(event.session_id),
        parent_id=_clean(event.parent_id),
    )


def _clean(text: str) -> str:
    """Cut what is too long, and replace halves of characters (JSON may hold them, UTF-8 may not)."""
    if text.isascii() and len(text) <= KEPT_LIMIT:
        return text
    return text[:KEPT_LIMIT].encode("utf-8", "replace").decode("utf-8")
