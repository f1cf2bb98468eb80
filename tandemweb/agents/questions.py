"""What claude asks over its pipe, and the lines that answer it.

The pipe must stay open while a question is: claude goes on without an answer when it is closed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tandemweb.agents.json_lines import parse_object, take_object, take_text, write_json
from tandemweb.domain.run import Question

ASKING_TOOL = "AskUserQuestion"
QUESTION, PERMISSION = "question", "permission"


def write_prompt(prompt: str) -> bytes:
    """Write the prompt as the first message of the conversation."""
    return _write({"type": "user", "message": {"role": "user", "content": prompt}})


def find_question(line: bytes, *, run_id: str, step: str, asked_at: datetime) -> Question | None:
    """Read a line of the log as a question, None when it is another."""
    if b"control_request" not in line:
        return None
    source = parse_object(line)
    request = take_object(source, "request")
    if take_text(source, "type") != "control_request" or take_text(request, "subtype") != "can_use_tool":
        return None
    tool = take_text(request, "tool_name")
    kind = QUESTION if tool == ASKING_TOOL else PERMISSION
    given = take_object(request, "input")
    return Question(take_text(source, "request_id"), run_id, step, kind, tool, asked_at, given)


def find_withdrawn(line: bytes) -> str:
    """Read a line as the withdrawal of a question: its id, "" when it is another."""
    if b"control_cancel_request" not in line:
        return ""
    source = parse_object(line)
    return take_text(source, "request_id") if take_text(source, "type") == "control_cancel_request" else ""


def write_answers(question: Question, answers: Mapping[str, str]) -> bytes:
    """Answer an AskUserQuestion: text of each question -> the label that was chosen, or a text of the person's own."""
    return _write_response(question, {"behavior": "allow", "updatedInput": {**question.input, "answers": {**answers}}})


def write_permission(question: Question) -> bytes:
    """Let the tool be used as asked for."""
    return _write_response(question, {"behavior": "allow", "updatedInput": {**question.input}})


def write_refusal(question: Question, message: str) -> bytes:
    """Refuse the tool, or the answer; the agent goes on and is told ``message``."""
    return _write_response(question, {"behavior": "deny", "message": message or "The person said no."})


def _write_response(question: Question, response: dict[str, Any]) -> bytes:
    inner = {"subtype": "success", "request_id": question.id, "response": response}
    return _write({"type": "control_response", "response": inner})


def _write(value: dict[str, Any]) -> bytes:
    return write_json(value).encode("utf-8", "replace")
