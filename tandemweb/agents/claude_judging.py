"""The end of a claude process: its last ``result`` and its exit status together."""

from datetime import datetime, timedelta
from typing import Any

from tandemweb.agents.json_lines import shorten, take_list, take_object, take_text, write_json
from tandemweb.agents.presets import EDITING_TOOLS
from tandemweb.agents.reset_times import LONGEST
from tandemweb.agents.summary import StreamSummary
from tandemweb.agents.verdicts import Exit, Judgement, Wanted, fail, fail_by_exit, fail_by_words, fail_until, last_line
from tandemweb.domain.run import FailureKind, RunStatus
from tandemweb.domain.workflow import Access, AgentKind

CLAUDE = AgentKind.CLAUDE
SHOWN = 60  # characters of what a refused tool was to do
SHORTEST_WAIT = 60.0  # seconds
ANEW = "start the step again in a fresh session"
NO_SESSION = ("no conversation found", "already in use", "not a valid uuid", "invalid session id")
BAD_ARGUMENTS = ("unknown option", "error: option", "invalid argument", "requires --verbose", "must be provided")


def judge_claude(summary: StreamSummary, ended: Exit, wanted: Wanted, now: datetime) -> Judgement:
    """Judge a claude that nobody of us ended."""
    result = summary.result
    if result is None:
        return _judge_silence(summary, ended, now)
    return (
        _judge_session(summary, wanted)
        or _judge_limits(result)
        or _judge_error(summary, result, ended, now)
        or _judge_command(summary, result, wanted)
        or (fail_by_exit(CLAUDE, ended) if ended.status else None)
        or _judge_denials(summary, result, wanted)
        or Judgement(RunStatus.DONE)
    )


def _judge_silence(summary: StreamSummary, ended: Exit, now: datetime) -> Judgement:
    """Judge a claude that gave no ``result``: it was cut off, or never began."""
    if ended.signal_number is not None:
        return fail_by_exit(CLAUDE, ended)
    complaint = last_line(ended.complaint)
    lowered = ended.complaint.lower()
    if any(words in lowered for words in NO_SESSION):
        return fail(FailureKind.SESSION, f'claude cannot continue the conversation: "{shorten(complaint)}"', ANEW)
    if any(words in lowered for words in BAD_ARGUMENTS):
        advice = "look at the step's arguments and at [agents.claude] in settings.toml"
        return fail(FailureKind.COMMAND, f'claude does not take its arguments: "{shorten(complaint)}"', advice)
    if "cannot be used with root" in lowered:
        advice = "choose another permission mode for the step"
        return fail(FailureKind.COMMAND, f'claude refuses to work like this: "{shorten(complaint)}"', advice)
    if summary.line_count == 0:
        return fail_by_words(CLAUDE, ended.complaint, now) or fail_by_exit(CLAUDE, ended)
    return fail_by_exit(CLAUDE, ended)


def _judge_session(summary: StreamSummary, wanted: Wanted) -> Judgement | None:
    errors = " ".join(str(error) for error in take_list(summary.result, "errors")).lower()
    if any(words in errors for words in NO_SESSION):
        return fail(FailureKind.SESSION, "claude does not find the conversation that was to be continued", ANEW)
    if wanted.session.id and summary.session_id and summary.session_id != wanted.session.id:
        return fail(FailureKind.SESSION, "claude went on in another conversation than the one that was meant", ANEW)
    return None


def _judge_limits(result: dict[str, Any]) -> Judgement | None:
    subtype = take_text(result, "subtype")
    if subtype == "error_max_turns":
        advice = "raise the limit of the step, or continue its conversation"
        return fail(FailureKind.TURNS, f"claude came to its limit of turns ({_say_errors(result)})", advice)
    if subtype == "error_max_budget_usd":
        advice = "raise the budget of the step, or continue its conversation"
        return fail(FailureKind.BUDGET, f"claude came to its budget ({_say_errors(result)})", advice)
    return None


def _judge_error(summary: StreamSummary, result: dict[str, Any], ended: Exit, now: datetime) -> Judgement | None:
    if result.get("is_error") is not True and take_text(result, "subtype") == "success":
        return None
    reason = take_text(result, "terminal_reason")
    if reason.startswith("aborted"):
        what = "claude was interrupted from outside before it was done"
        advice = "what it wrote until then is kept; start the step again, or continue its conversation"
        return Judgement(RunStatus.INTERRUPTED, FailureKind.EXIT, f"{what}; {advice}.")
    said = take_text(result, "result") or _say_errors(result)
    if reason == "prompt_too_long":
        advice = "start the step in a fresh session, or give it less to read"
        return fail(FailureKind.CONTEXT, "claude was given more than the model takes at once", advice)
    status = result.get("api_error_status")
    judged = fail_by_words(CLAUDE, said, now, status if isinstance(status, int) else None)
    if judged is None:
        advice = "look at its log and start the step again"
        return fail(FailureKind.EXIT, f'claude gave up (exit status {ended.status}): "{shorten(said)}"', advice)
    if judged.failure is FailureKind.RATE_LIMIT and judged.retry_at is None:
        return fail_until(_find_reset(summary, now), judged.reason.partition("; start the step")[0])
    return judged


def _find_reset(summary: StreamSummary, now: datetime) -> datetime | None:
    """Find when a limit ends by what came before the failure: an event of its own, or how long claude itself waited."""
    told = None if summary.resets_at is None else summary.resets_at - now.timestamp()
    waited = None if summary.retry_seconds is None else max(summary.retry_seconds, SHORTEST_WAIT)
    for seconds in (told, waited):
        if seconds is not None and 0 <= seconds <= LONGEST.total_seconds():
            return now + timedelta(seconds=seconds)
    return None


def _judge_command(summary: StreamSummary, result: dict[str, Any], wanted: Wanted) -> Judgement | None:
    """Judge a success in which nothing was done, since the prompt was a command that is none."""
    said = take_text(result, "result")
    name = wanted.slash_command
    advice = "install the plugin or skill that brings it, or choose another workflow"
    if said.startswith("Unknown command") and result.get("num_turns") == 0:
        return fail(FailureKind.COMMAND, f'claude did nothing: "{shorten(said)}"', advice)
    if name and summary.commands is not None and not _is_known(name, summary.commands):
        return fail(FailureKind.COMMAND, f"claude has no command /{name}", advice)
    if not said and result.get("num_turns") == 0 and "structured_output" not in result:
        return fail(FailureKind.COMMAND, "claude ended at once without asking the model anything", advice)
    return None


def _is_known(name: str, commands: frozenset[str]) -> bool:
    """Whether the command is there; one of a plugin may be called without the plugin's name."""
    return name in commands or any(command.rpartition(":")[2] == name for command in commands)


def _judge_denials(summary: StreamSummary, result: dict[str, Any], wanted: Wanted) -> Judgement | None:
    """Judge refused tools: the step failed when its document is not there, or an edit was refused and never made."""
    denied = [
        denial
        for denial in take_list(result, "permission_denials")
        if take_text(denial, "tool_use_id") not in wanted.refused_ids
    ]
    if not denied:
        return None
    what = f"claude was refused {_count(denied)} ({_list_tools(denied)})"
    # Where a step may write its documents only, a refused edit of another file is as it should be.
    lost_edit = wanted.access is Access.WRITE and any(
        take_text(denial, "tool_name") in EDITING_TOOLS and _get_path(denial) not in summary.written
        for denial in denied
    )
    if wanted.wrote_output is True and not lost_edit:
        return Judgement(RunStatus.DONE, reason=f"{what}; its document was written all the same.")
    advice = "allow them in the workflow's `allowed_tools`, or let the step ask, and start it again"
    return fail(FailureKind.DENIED, f"{what}, so the work was not done as asked", advice)


def _count(denied: list[Any]) -> str:
    return "one tool call" if len(denied) == 1 else f"{len(denied)} tool calls"


def _list_tools(denied: list[Any]) -> str:
    named = []
    for denial in denied:
        given = take_object(denial, "tool_input")
        path = _get_path(denial)
        shown = take_text(given, "command") or (write_json(given) if given else "")
        short = f"…{path[1 - SHOWN :]}" if len(path) > SHOWN else path or shorten(shown, SHOWN)  # the name stands last
        named.append(f"{take_text(denial, 'tool_name')}: {' '.join(short.split())}")
    distinct = list(dict.fromkeys(named))
    return ", ".join(distinct[:3]) + (", …" if len(distinct) > 3 else "")


def _get_path(denial: object) -> str:
    given = take_object(denial, "tool_input")
    return take_text(given, "file_path") or take_text(given, "notebook_path")


def _say_errors(result: dict[str, Any]) -> str:
    errors = [error for error in take_list(result, "errors") if isinstance(error, str)]
    return shorten("; ".join(errors) or take_text(result, "subtype"))
