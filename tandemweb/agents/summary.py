"""What a whole stream said, gathered line by line while it is read: all that the judgement needs."""

from dataclasses import dataclass, field
from typing import Any

from tandemweb.agents.claude_events import read_usage
from tandemweb.agents.event_log import ReadLine
from tandemweb.agents.events import find_dialect
from tandemweb.agents.json_lines import take_count, take_list, take_number, take_object, take_session, take_text
from tandemweb.agents.live_usage import LiveUsage
from tandemweb.domain.run import EventKind, Usage
from tandemweb.domain.workflow import AgentKind


@dataclass(slots=True)
class StreamSummary:
    """``kind`` is whose stream it is; a command's is that of the agent whose language it turns out to speak.

    ``result`` is claude's last one, ``commands`` what its ``init`` offered (None: there was none). ``completed_count``
    and ``failure`` are codex's, ``total`` its running total. ``message`` is the agent's last word to the reader.
    """

    kind: AgentKind
    line_count: int = 0
    broken_count: int = 0
    session_id: str = ""
    message: str = ""
    result: dict[str, Any] | None = None
    turn_count: int = 0
    commands: frozenset[str] | None = None
    retry_seconds: float | None = None  # how long claude waited before its last try
    resets_at: float | None = None  # seconds since 1970
    completed_count: int = 0
    failure: str | None = None
    complaint: str = ""  # codex: the last ``error``
    total: Usage = field(default_factory=Usage)
    written: set[str] = field(default_factory=set)
    live: LiveUsage = field(default_factory=LiveUsage)

    @property
    def usage_so_far(self) -> Usage:
        """What was used up to now: claude's as far as it is told, codex's whole once its turn is over."""
        if self.result is not None:
            return read_usage(self.result)
        return self.total if self.completed_count else self.live.usage

    def add(self, line: ReadLine) -> None:
        if not line.text.strip():
            return
        self.line_count += 1
        for event in line.events:
            if event.kind is EventKind.FILE:
                self.written.add(event.path)
            elif event.kind is EventKind.MESSAGE and not event.parent_id:
                self.message = event.text
        if line.source is None:
            self.broken_count += 1
        elif find_dialect(self.kind, line.source) is AgentKind.CLAUDE:
            self._add_claude(line.source)
        elif find_dialect(self.kind, line.source) is AgentKind.CODEX:
            self._add_codex(line)

    def _add_claude(self, source: dict[str, Any]) -> None:
        kind = take_text(source, "type")
        subtype = take_text(source, "subtype")
        self.session_id = take_session(source, "session_id") or self.session_id
        if kind == "result":
            self.result = source
            self.turn_count += take_count(source, "num_turns")
        elif kind == "assistant":
            self.live.add(source)
        elif kind == "system" and subtype == "init":
            self.commands = frozenset(name for name in take_list(source, "slash_commands") if isinstance(name, str))
        elif kind == "system" and subtype == "api_retry":
            self.retry_seconds = take_count(source, "retry_delay_ms") / 1000
        elif kind == "rate_limit_event":
            told = take_object(source, "rate_limit_info")
            self.resets_at = take_number(told, "resetsAt") if take_text(told, "status") == "rejected" else None

    def _add_codex(self, line: ReadLine) -> None:
        for event in line.events:
            if event.kind is EventKind.STARTED:
                self.session_id = event.session_id
            elif event.kind is EventKind.END and event.is_error:
                self.failure = event.text
            elif event.kind is EventKind.END:
                self.completed_count += 1
                self.failure = None
                self.total = event.usage or self.total
            elif event.kind is EventKind.NOTICE and event.is_error:
                self.complaint = event.text
