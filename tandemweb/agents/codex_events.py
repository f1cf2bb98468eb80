"""The stream of ``codex exec --json``, line by line; types that nobody knows yet are kept as such."""

from collections.abc import Callable, Iterator
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

FAILED = frozenset({"failed", "declined"})


def parse_codex(source: dict[str, Any]) -> Iterator[RunEvent]:
    """Give what one line tells. Numbers and offsets are the caller's."""
    kind = take_text(source, "type")
    if kind == "thread.started":
        yield RunEvent(0, EventKind.STARTED, text="codex", session_id=take_session(source, "thread_id"))
    elif kind == "turn.completed":
        yield RunEvent(0, EventKind.END, usage=read_total(source))
    elif kind == "turn.failed":
        yield RunEvent(0, EventKind.END, text=take_text(take_object(source, "error"), "message"), is_error=True)
    elif kind == "error":
        yield RunEvent(0, EventKind.NOTICE, text=take_text(source, "message"), is_error=True)
    elif kind in {"item.started", "item.updated", "item.completed"}:
        yield from _parse_item(take_object(source, "item"), is_completed=kind == "item.completed")
    elif kind != "turn.started":
        yield RunEvent(0, EventKind.NOTICE, text=kind or "a line without a type", detail=write_json(source))


def read_total(source: dict[str, Any]) -> Usage:
    """Read the tokens of ``turn.completed``: totals of the whole thread so far, also of processes before this one."""
    used = take_object(source, "usage")
    cached = take_count(used, "cached_input_tokens")
    return Usage(take_count(used, "input_tokens"), cached, take_count(used, "output_tokens"))


def subtract_usage(total: Usage, before: Usage) -> Usage:
    """Give what was used since ``before``; totals that went down (a review counts nothing) are taken as they are."""
    if total.input_tokens < before.input_tokens or total.output_tokens < before.output_tokens:
        return total
    return Usage(
        total.input_tokens - before.input_tokens,
        max(0, total.cached_input_tokens - before.cached_input_tokens),
        total.output_tokens - before.output_tokens,
    )


def _parse_item(item: dict[str, Any], *, is_completed: bool) -> Iterator[RunEvent]:
    kind = take_text(item, "type")
    parse = _ITEMS.get(kind)
    if parse is not None:
        yield from parse(item, is_completed)
    else:
        state = "" if is_completed else " begun"
        identifier = take_text(item, "id")
        yield RunEvent(0, EventKind.NOTICE, text=f"{kind or '?'}{state}", detail=write_json(item), tool_id=identifier)


def _parse_message(item: dict[str, Any], is_completed: bool) -> Iterator[RunEvent]:
    if is_completed:
        yield RunEvent(0, EventKind.MESSAGE, text=take_text(item, "text"))


def _parse_reasoning(item: dict[str, Any], is_completed: bool) -> Iterator[RunEvent]:
    if is_completed:
        yield RunEvent(0, EventKind.THINKING, text=take_text(item, "text"))


def _parse_command(item: dict[str, Any], is_completed: bool) -> Iterator[RunEvent]:
    identifier, command = take_text(item, "id"), take_text(item, "command")
    if not is_completed:
        yield RunEvent(
            0, EventKind.TOOL, text=shorten(command), detail=command, tool="command_execution", tool_id=identifier
        )
        return
    output = take_text(item, "aggregated_output")
    code = take_number(item, "exit_code")
    is_error = take_text(item, "status") in FAILED or bool(code)
    status = f"exit status {code:.0f}: " if code else ""
    text = shorten(f"{status}{output}")
    yield RunEvent(0, EventKind.RESULT, text=text, detail=output, tool_id=identifier, is_error=is_error)


def _parse_file_change(item: dict[str, Any], is_completed: bool) -> Iterator[RunEvent]:
    identifier = take_text(item, "id")
    changes = [(take_text(change, "kind"), take_text(change, "path")) for change in take_list(item, "changes")]
    what = "\n".join(f"{kind} {path}" for kind, path in changes)
    if not is_completed:
        yield RunEvent(0, EventKind.TOOL, text=shorten(what), detail=what, tool="file_change", tool_id=identifier)
        return
    is_error = take_text(item, "status") in FAILED
    yield RunEvent(0, EventKind.RESULT, text=shorten(what), detail=what, tool_id=identifier, is_error=is_error)
    if not is_error:
        for _, path in changes:
            yield RunEvent(0, EventKind.FILE, text=path, path=path, tool_id=identifier)


def _parse_warning(item: dict[str, Any], _: bool) -> Iterator[RunEvent]:
    yield RunEvent(0, EventKind.NOTICE, text=take_text(item, "message"))


def _parse_other_tool(item: dict[str, Any], is_completed: bool) -> Iterator[RunEvent]:
    tool = take_text(item, "type")
    name = take_text(item, "query") or "/".join(filter(None, (take_text(item, "server"), take_text(item, "tool"))))
    identifier, detail = take_text(item, "id"), write_json(item)
    if not is_completed:
        yield RunEvent(0, EventKind.TOOL, text=shorten(name), detail=detail, tool=tool, tool_id=identifier)
        return
    is_error = take_text(item, "status") in FAILED
    yield RunEvent(0, EventKind.RESULT, text=shorten(name), detail=detail, tool_id=identifier, is_error=is_error)


def _parse_plan(item: dict[str, Any], _: bool) -> Iterator[RunEvent]:
    entries = [entry for entry in take_list(item, "items") if isinstance(entry, dict)]
    lines = [f"[{'x' if entry.get('completed') else ' '}] {take_text(entry, 'text')}" for entry in entries]
    yield RunEvent(0, EventKind.NOTICE, text="the agent's list of things to do", detail="\n".join(lines))


_ITEMS: dict[str, Callable[[dict[str, Any], bool], Iterator[RunEvent]]] = {
    "agent_message": _parse_message,
    "reasoning": _parse_reasoning,
    "command_execution": _parse_command,
    "file_change": _parse_file_change,
    "error": _parse_warning,
    "mcp_tool_call": _parse_other_tool,
    "web_search": _parse_other_tool,
    "collab_tool_call": _parse_other_tool,
    "todo_list": _parse_plan,
}
