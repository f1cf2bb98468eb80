import json
from datetime import UTC, datetime

from agents.streams import CAPTURES
from tandemweb.agents.questions import (
    find_question,
    find_withdrawn,
    write_answers,
    write_permission,
    write_prompt,
    write_refusal,
)
from tandemweb.domain.run import Question

NOW = datetime(2026, 11, 28, 18, 15, tzinfo=UTC)
LINES = (CAPTURES / "claude-question.jsonl").read_bytes().splitlines()
SENT = [json.loads(line)["_sent_to_claude"] for line in LINES if line.startswith(b'{"_sent_to_claude"')]


def find(line: bytes) -> Question | None:
    return find_question(line, run_id="r1", step="plan", asked_at=NOW)


def find_captured() -> Question:
    (question,) = [question for line in LINES if (question := find(line))]
    return question


def ask_permission() -> Question:
    request = {"subtype": "can_use_tool", "tool_name": "Bash", "input": {"command": "npm test"}, "tool_use_id": "t"}
    question = find(json.dumps({"type": "control_request", "request_id": "q", "request": request}).encode())
    assert question is not None
    return question


def test_a_question_is_found_among_everything_else():
    question = find_captured()

    assert (question.kind, question.tool, question.run_id, question.step) == (
        "question",
        "AskUserQuestion",
        "r1",
        "plan",
    )
    assert question.input["questions"][0]["question"] == "Name the mission 001-DarkMode?"


def test_what_we_send_is_what_claude_understood():
    """The capture holds lines that the real claude took."""
    prompt, answer = SENT

    assert json.loads(write_prompt(prompt["message"]["content"])) == prompt
    assert json.loads(write_answers(find_captured(), {"Name the mission 001-DarkMode?": "Yes"})) == answer


def test_any_other_tool_asks_for_permission():
    question = ask_permission()

    assert question.kind == "permission"
    allowed = json.loads(write_permission(question))["response"]["response"]
    assert allowed == {"behavior": "allow", "updatedInput": {"command": "npm test"}}
    refused = json.loads(write_refusal(question, "not now"))["response"]
    assert refused == {
        "subtype": "success",
        "request_id": "q",
        "response": {"behavior": "deny", "message": "not now"},
    }


def test_every_line_is_one_line_whatever_is_in_it():
    question = ask_permission()

    for line in (
        write_prompt("first\nsecond\u2028third\ud800"),
        write_answers(question, {"a\nb": "c\nd"}),
        write_refusal(question, "no\n"),
    ):
        assert b"\n" not in line
        assert json.loads(line)


def test_a_withdrawn_question_is_known_and_text_about_one_is_none():
    assert find_withdrawn(b'{"type":"control_cancel_request","request_id":"q"}') == "q"
    for line in (b'{"type":"assistant","x":"control_cancel_request control_request"}', b"control_request", b""):
        assert find_withdrawn(line) == ""
        assert find(line) is None
