"""What an agent has used while it is at work, as far as its stream tells: a figure to watch, not the final one."""

from collections import deque
from typing import Any

from tandemweb.agents.json_lines import take_count, take_object, take_text
from tandemweb.domain.run import Usage

REMEMBERED = 64  # messages: events of one come close together, between those of sub-agents


class LiveUsage:
    """Counts claude's messages and what each request sent; what it answers is told only at the end of a turn."""

    def __init__(self) -> None:
        self._known: deque[str] = deque(maxlen=REMEMBERED)
        self._turns = self._sent = self._cached = 0

    def add(self, source: dict[str, Any]) -> None:
        """Take in an ``assistant`` event; one message comes as several, one for each block."""
        message = take_object(source, "message")
        number = take_text(message, "id")
        if not number or number in self._known or take_text(message, "model") == "<synthetic>":
            return
        self._known.append(number)
        used = take_object(message, "usage")
        cached = take_count(used, "cache_read_input_tokens")
        self._cached += cached
        self._sent += take_count(used, "input_tokens") + take_count(used, "cache_creation_input_tokens") + cached
        self._turns += not take_text(source, "parent_tool_use_id")

    @property
    def usage(self) -> Usage:
        """The turns begun so far, and the tokens that were sent."""
        return Usage(self._sent, self._cached, turns=self._turns or None)
