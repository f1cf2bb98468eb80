import pytest

from agents.streams import put_capture, read_lines
from tandemweb.agents.codex_events import parse_codex, subtract_usage
from tandemweb.domain.run import EventKind, RunEvent, Usage
from tandemweb.domain.workflow import AgentKind

DOCUMENT = "/demo/project/TandemKit/001-X/Planner-Discussion/Codex-01.md"


@pytest.fixture
def read(tmp_path):
    def read_capture(name: str) -> list[RunEvent]:
        put_capture(name, tmp_path)
        return [event for line in read_lines(tmp_path, AgentKind.CODEX) for event in line.events]

    return read_capture


def test_a_turn_is_told_from_beginning_to_end(read):
    events = read("codex-success")

    expected = "started thinking message tool result tool result file message end"
    assert [event.kind.value for event in events] == expected.split()
    assert events[0].session_id == "01a1fb83-4e4a-7e62-8bb2-c5431a3401fc"
    call, answer = events[3:5]
    assert call.tool_id == answer.tool_id
    assert (call.tool, answer.is_error) == ("command_execution", True)
    assert answer.text.startswith("exit status 1: .agents .aws")
    assert [event.path for event in events if event.kind is EventKind.FILE] == [DOCUMENT]
    assert events[-1].usage == Usage(27600, 17920, 162)


def test_reconnecting_is_no_end_and_a_failed_turn_is(read):
    events = read("codex-api-error")

    assert [event.kind for event in events if event.is_error] == [EventKind.NOTICE] * 7 + [EventKind.END]
    assert "401 Unauthorized" in events[-1].text


def test_a_review_is_a_message(read):
    message = read("codex-review")[-2]

    assert message.kind is EventKind.MESSAGE
    assert "[P1] Wrong value" in message.text


def test_a_resumed_thread_counts_on(read):
    total, before = read("codex-resume-2")[-1].usage, read("codex-resume-1")[-1].usage
    assert total is not None
    assert before is not None

    assert subtract_usage(total, before) == Usage(1100, 0, 20)
    assert subtract_usage(Usage(), before) == Usage(), "a review counts nothing"


@pytest.mark.parametrize(
    "source",
    [
        {"type": "tomorrow"},
        {},
        {"type": "item.completed", "item": {"type": "tomorrow", "id": "i"}},
        {"type": "item.started"},
    ],
)
def test_what_nobody_knows_yet_is_kept(source):
    (event,) = parse_codex(source)

    assert event.kind is EventKind.NOTICE
    assert event.detail


@pytest.mark.parametrize("wrong", [None, 7, "text", [], [7, None], {"x": 7}])
@pytest.mark.parametrize("item", ["agent_message", "command_execution", "file_change", "todo_list", "mcp_tool_call"])
def test_no_shape_of_a_known_item_is_fatal(item, wrong):
    for key in ("text", "command", "exit_code", "changes", "items", "status", "server"):
        for moment in ("started", "updated", "completed"):
            list(parse_codex({"type": f"item.{moment}", "item": {"type": item, key: wrong}}))
    list(parse_codex({"type": "turn.completed", "usage": wrong}))
    list(parse_codex({"type": "turn.failed", "error": wrong}))


def test_tools_of_others_and_lists_of_things_to_do_are_told():
    item = {"type": "mcp_tool_call", "id": "i", "server": "s", "tool": "t", "status": "failed"}
    (called,) = parse_codex({"type": "item.started", "item": item})
    (answered,) = parse_codex({"type": "item.completed", "item": item})
    plan = {"type": "todo_list", "items": [{"text": "one", "completed": True}, {"text": "two"}]}
    (listed,) = parse_codex({"type": "item.updated", "item": plan})

    assert (called.kind, called.text, answered.is_error) == (EventKind.TOOL, "s/t", True)
    assert listed.detail == "[x] one\n[ ] two"
