import json

import pytest

from agents.streams import put_capture, read_lines
from tandemweb.agents.claude_events import parse_claude
from tandemweb.domain.run import EventKind, RunEvent, Usage
from tandemweb.domain.workflow import AgentKind

DOCUMENT = "/demo/project/TandemKit/001-X/Planner-Discussion/Claude-01.md"


@pytest.fixture
def read(tmp_path):
    def read_capture(name: str) -> list[RunEvent]:
        put_capture(name, tmp_path)
        return [event for line in read_lines(tmp_path, AgentKind.CLAUDE) for event in line.events]

    return read_capture


def kinds(events: list[RunEvent]) -> list[str]:
    return [event.kind.value for event in events]


def test_a_turn_is_told_from_beginning_to_end(read):
    events = read("claude-success")

    expected = "started thinking message tool result message tool result file message end"
    assert kinds(events) == expected.split()
    started, thinking, message, call, answer = events[:5]
    assert started.session_id == "5203b867-d81a-4dea-ab5d-d40c09fe886d"
    assert started.text == "claude-opus-4-8[1m] (acceptEdits)"
    assert thinking.text.startswith("The user wants a draft")
    assert message.text == "I look at the project first."
    assert (call.tool, call.text, answer.text) == ("Bash", "ls -A", ".git a.py")
    assert call.tool_id == answer.tool_id
    assert json.loads(call.detail)["command"] == "ls -A"


def test_a_file_counts_as_written_once_the_tool_says_so(read):
    assert [event.path for event in read("claude-success") if event.kind is EventKind.FILE] == [DOCUMENT]
    refused = read("claude-success-partial")
    assert [event.path for event in refused if event.kind is EventKind.TOOL][-1] == DOCUMENT
    assert not [event for event in refused if event.kind is EventKind.FILE]


def test_raw_pieces_of_replies_are_passed_over(read):
    assert kinds(read("claude-success-partial"))[:4] == ["started", "thinking", "message", "tool"]


def test_the_last_result_counts_all_that_the_process_used(read):
    ends = [event for event in read("claude-background-agent") if event.kind is EventKind.END]

    assert [end.text for end in ends] == ["Started a second opinion; waiting.", "The second opinion arrived; merged."]
    assert ends[-1].usage == Usage(73582, 0, 114, 0.37076, 1)


def test_what_a_sub_agent_does_stands_below_its_call(read):
    events = read("claude-background-agent")
    call = next(event for event in events if event.tool == "Agent")

    nested = [event for event in events if event.parent_id]
    assert {event.parent_id for event in nested} == {call.tool_id}
    assert kinds(nested) == ["tool", "result", "message"]


def test_retries_and_refusals_are_errors(read):
    events = read("claude-api-error")
    assert events[1].text == "the API answered 429 (rate_limit); try 1 of 2 in 1.0 s"
    assert [event.is_error for event in events] == [False, True, False, False, True, True]
    denied = next(event for event in read("claude-denied") if event.kind is EventKind.RESULT)
    assert (denied.is_error, denied.text) == (True, "This command requires approval")


def test_a_question_is_told(read):
    (question,) = [event for event in read("claude-question") if event.kind is EventKind.QUESTION]

    assert (question.tool, question.text) == ("AskUserQuestion", "Name the mission 001-DarkMode?")
    assert json.loads(question.detail)["questions"][0]["options"][0]["label"] == "Yes"


def test_an_interruption_is_told(read):
    events = read("claude-sigint")

    assert events[-2].text == "[Request interrupted by user for tool use]"
    assert (events[-1].kind, events[-1].is_error) == (EventKind.END, True)


@pytest.mark.parametrize(
    "source",
    [
        {"type": "tomorrow", "x": 1},
        {"type": "system", "subtype": "tomorrow"},
        {"type": "assistant", "message": {"content": [{"type": "tomorrow"}]}},
        {"type": "control_request", "request": {"subtype": "tomorrow"}},
        {},
    ],
)
def test_what_nobody_knows_yet_is_kept(source):
    (event,) = parse_claude(source)

    assert event.kind is EventKind.NOTICE
    assert event.detail


@pytest.mark.parametrize("wrong", [None, 7, "text", [], [None, 7, "text"], {"content": 7}, {"content": [7, None]}])
@pytest.mark.parametrize("kind", ["system", "assistant", "user", "result", "control_request", "rate_limit_event"])
def test_no_shape_of_a_known_type_is_fatal(kind, wrong):
    for key in ("message", "usage", "modelUsage", "errors", "request", "tools", "rate_limit_info", "timestamp"):
        list(parse_claude({"type": kind, "subtype": "init", key: wrong}))


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("File created successfully at: /a b/c.md (file state is current)", "/a b/c.md"),
        ("The file /a/c.md has been updated successfully", "/a/c.md"),
        ("The filename is /a/c.md", None),
        ("I wrote: File created successfully at: /a/c.md", None),
    ],
)
def test_files_of_sub_agents_are_known_by_the_sentence_alone(said, path):
    block = {"type": "tool_result", "tool_use_id": "t", "content": said}
    events = list(parse_claude({"type": "user", "message": {"content": [block]}, "parent_tool_use_id": "p"}))

    assert [event.path for event in events if event.kind is EventKind.FILE] == ([path] if path else [])
