"""The stream of ``claude --output-format stream-json``, line by line; types that nobody knows yet are kept as such."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from tandemweb.agents.json_lines import (
    shorten,
    take_count,
    take_list,
    take_number,
    take_object,
    take_session,
    take_text,
    write_json,
)
from tandemweb.domain.run import EventKind, RunEvent, Usage

# Sub-agents' results come without ``tool_use_result``: the sentence to the model is all there is.
WRITTEN = re.compile(r"(?:File created successfully at:|The file) (/[^\n]+?)(?: has been updated| \(file state|\n|$)")
TELLING_INPUTS = ("command", "file_path", "notebook_path", "path", "pattern", "url", "query", "description", "prompt")
# Counters and raw pieces of replies that come again as a whole: they make up most lines and say nothing of their own.
PASSED_OVER = frozenset({"thinking_tokens", "status", "task_progress", "task_updated"})


def parse_claude(source: dict[str, Any]) -> Iterator[RunEvent]:
    """Give what one line tells, none for a mere counter. Numbers and offsets are the caller's."""
    kind = take_text(source, "type")
    parse = _PARSERS.get(kind)
    yield from parse(source) if parse else _parse_unknown(source, kind)


def read_usage(result: dict[str, Any]) -> Usage:
    """Read what a process used up to this ``result``: costs and model totals of all its turns."""
    models = [model for model in take_object(result, "modelUsage").values() if isinstance(model, dict)]
    cost = take_number(result, "total_cost_usd")
    turns = take_count(result, "num_turns")
    if not models:
        used = take_object(result, "usage")
        cached = take_count(used, "cache_read_input_tokens")
        fresh = take_count(used, "input_tokens") + take_count(used, "cache_creation_input_tokens")
        return Usage(fresh + cached, cached, take_count(used, "output_tokens"), cost, turns)
    cached = _total(models, "cacheReadInputTokens")
    fresh = _total(models, "inputTokens") + _total(models, "cacheCreationInputTokens")
    return Usage(fresh + cached, cached, _total(models, "outputTokens"), cost, turns)


def _total(models: list[dict[str, Any]], key: str) -> int:
    return sum(take_count(model, key) for model in models)


def _parse_system(source: dict[str, Any]) -> Iterator[RunEvent]:
    subtype = take_text(source, "subtype")
    if subtype == "init":
        model, mode = take_text(source, "model"), take_text(source, "permissionMode")
        tools = ", ".join(tool for tool in take_list(source, "tools") if isinstance(tool, str))
        session = take_session(source, "session_id")
        yield RunEvent(0, EventKind.STARTED, text=f"{model} ({mode})", detail=tools, session_id=session)
    elif subtype == "api_retry":
        yield RunEvent(0, EventKind.NOTICE, text=_describe_retry(source), is_error=True)
    elif subtype == "model_fallback":
        models = f"{take_text(source, 'original_model')} to {take_text(source, 'fallback_model')}"
        yield RunEvent(0, EventKind.NOTICE, text=f"goes on with another model: {models}")
    elif subtype in {"task_started", "task_notification"}:
        said = take_text(source, "summary") or take_text(source, "description")
        state = take_text(source, "status") or "started"
        text = f"background task {state}: {shorten(said)}"
        yield RunEvent(0, EventKind.NOTICE, text=text, tool_id=take_text(source, "tool_use_id"))
    elif subtype not in PASSED_OVER:
        yield from _parse_unknown(source, f"system/{subtype}")


def _describe_retry(source: dict[str, Any]) -> str:
    status = source.get("error_status")
    what = f"the API answered {status}" if isinstance(status, int) else "the API cannot be reached"
    tries = f"try {take_count(source, 'attempt')} of {take_count(source, 'max_retries')}"
    seconds = take_count(source, "retry_delay_ms") / 1000
    return f"{what} ({take_text(source, 'error') or 'no reason given'}); {tries} in {seconds:.1f} s"


def _parse_assistant(source: dict[str, Any]) -> Iterator[RunEvent]:
    parent = take_text(source, "parent_tool_use_id")
    is_error = bool(take_text(source, "error"))
    for block in take_list(take_object(source, "message"), "content"):
        kind = take_text(block, "type")
        if kind == "text":
            yield RunEvent(0, EventKind.MESSAGE, text=take_text(block, "text"), parent_id=parent, is_error=is_error)
        elif kind == "thinking":
            yield RunEvent(0, EventKind.THINKING, text=take_text(block, "thinking"), parent_id=parent)
        elif kind == "tool_use":
            yield _parse_call(block, parent)
        else:
            yield RunEvent(0, EventKind.NOTICE, text=kind or "?", detail=write_json(block), parent_id=parent)


def _parse_call(block: dict[str, Any], parent: str) -> RunEvent:
    given = take_object(block, "input")
    telling = next((take_text(given, key) for key in TELLING_INPUTS if take_text(given, key)), "")
    return RunEvent(
        0,
        EventKind.TOOL,
        text=shorten(telling or write_json(given)),
        detail=write_json(given),
        tool=take_text(block, "name"),
        tool_id=take_text(block, "id"),
        path=take_text(given, "file_path") or take_text(given, "notebook_path"),
        parent_id=parent,
    )


def _parse_user(source: dict[str, Any]) -> Iterator[RunEvent]:
    at = _read_time(source)
    parent = take_text(source, "parent_tool_use_id")
    content = take_object(source, "message").get("content")
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    for block in blocks:
        if take_text(block, "type") == "tool_result":
            yield from _parse_result(block, source, at, parent)
        elif take_text(block, "text"):
            # Not from a person: the body of a skill, a sub-agent's prompt, "[Request interrupted by user]".
            text = take_text(block, "text")
            yield RunEvent(0, EventKind.NOTICE, at, shorten(text), text, parent_id=parent)


def _parse_result(
    block: dict[str, Any], source: dict[str, Any], at: datetime | None, parent: str
) -> Iterator[RunEvent]:
    text = _join_text(block.get("content"))
    tool_id = take_text(block, "tool_use_id")
    is_error = block.get("is_error") is True
    yield RunEvent(0, EventKind.RESULT, at, shorten(text), text, tool_id=tool_id, parent_id=parent, is_error=is_error)
    path = "" if is_error else _find_written_path(source, text)
    if path:
        yield RunEvent(0, EventKind.FILE, at, path, path=path, tool_id=tool_id, parent_id=parent)


def _find_written_path(source: dict[str, Any], text: str) -> str:
    outcome = source.get("tool_use_result")
    if isinstance(outcome, dict):
        return take_text(outcome, "filePath") or take_text(outcome, "notebook_path")
    found = WRITTEN.match(text)
    return found[1] if found else ""


def _join_text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(take_text(part, "text") or f"[{take_text(part, 'type')}]" for part in parts)


def _parse_outcome(source: dict[str, Any]) -> Iterator[RunEvent]:
    errors = "; ".join(error for error in take_list(source, "errors") if isinstance(error, str))
    text = take_text(source, "result") or errors or take_text(source, "subtype")
    is_error = source.get("is_error") is True
    session = take_session(source, "session_id")
    usage = read_usage(source)
    yield RunEvent(0, EventKind.END, text=text, session_id=session, is_error=is_error, usage=usage)


def _parse_control(source: dict[str, Any]) -> Iterator[RunEvent]:
    request = take_object(source, "request")
    if take_text(request, "subtype") != "can_use_tool":
        yield from _parse_unknown(source, "control_request")
        return
    given = take_object(request, "input")
    questions = [take_text(question, "question") for question in take_list(given, "questions")]
    tool = take_text(request, "tool_name")
    yield RunEvent(
        0,
        EventKind.QUESTION,
        text=shorten(" ".join(questions)) or f"may {tool} be used?",
        detail=write_json(given),
        tool=tool,
        tool_id=take_text(request, "tool_use_id"),
    )


def _parse_rate_limit(source: dict[str, Any]) -> Iterator[RunEvent]:
    told = take_object(source, "rate_limit_info")
    text = f"usage limit ({take_text(told, 'rateLimitType') or 'unnamed'}): {take_text(told, 'status') or 'unknown'}"
    is_error = take_text(told, "status") == "rejected"
    yield RunEvent(0, EventKind.NOTICE, text=text, detail=write_json(told), is_error=is_error)


def _parse_nothing(_: dict[str, Any]) -> Iterator[RunEvent]:
    return iter(())


def _parse_unknown(source: dict[str, Any], kind: str) -> Iterator[RunEvent]:
    yield RunEvent(0, EventKind.NOTICE, text=kind or "a line without a type", detail=write_json(source))


def _read_time(source: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(take_text(source, "timestamp")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_PARSERS: dict[str, Callable[[dict[str, Any]], Iterator[RunEvent]]] = {
    "system": _parse_system,
    "assistant": _parse_assistant,
    "user": _parse_user,
    "result": _parse_outcome,
    "control_request": _parse_control,
    "control_response": _parse_nothing,
    "control_cancel_request": _parse_nothing,
    "stream_event": _parse_nothing,
    "rate_limit_event": _parse_rate_limit,
}
