"""What holds for the events of any agent's line."""

import json

import pytest

from tandemweb.agents.events import MOST_EVENTS, parse_line
from tandemweb.domain.workflow import AgentKind

HALF = "\ud800"  # of a character, as JSON may hold it


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (
            AgentKind.CLAUDE,
            {
                "type": "assistant",
                "parent_tool_use_id": HALF,
                "message": {"content": [{"type": "tool_use", "name": HALF, "id": HALF, "input": {"path": HALF}}]},
            },
        ),
        (AgentKind.CLAUDE, {"type": "system", "subtype": "init", "session_id": HALF, "model": HALF}),
        (AgentKind.CODEX, {"type": "turn.failed", "error": {"message": HALF}}),
    ],
)
def test_no_text_of_an_event_holds_half_a_character(kind, source):
    (event,) = parse_line(kind, json.dumps(source).encode())
    texts = [event.text, event.detail, event.tool, event.tool_id, event.path, event.session_id, event.parent_id]
    assert "?" in "".join(texts)
    assert not any(HALF in text for text in texts)


def test_a_line_has_no_more_events_than_anybody_reads():
    line = json.dumps({"type": "assistant", "message": {"content": [{"type": "text", "text": "x"}] * 70_000}})
    assert len(parse_line(AgentKind.CLAUDE, line.encode())) == MOST_EVENTS


@pytest.mark.parametrize("name", ["--dangerously-skip-permissions", "-c", "../x", "a b", "", "a\nb", "é", "x" * 200, 7])
def test_what_could_be_an_option_is_no_name_of_a_conversation(name):
    for kind, source in (
        (AgentKind.CLAUDE, {"type": "system", "subtype": "init", "session_id": name}),
        (AgentKind.CLAUDE, {"type": "result", "subtype": "success", "session_id": name}),
        (AgentKind.CODEX, {"type": "thread.started", "thread_id": name}),
    ):
        assert [event.session_id for event in parse_line(kind, json.dumps(source).encode())] == [""]
