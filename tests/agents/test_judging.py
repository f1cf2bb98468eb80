"""Every way to end that the contracts know, and the sentence that a person reads of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.streams import CAPTURES, name_kind, put_capture, summarise
from tandemweb.agents.event_log import LOG_NAME
from tandemweb.agents.judging import judge, judge_missing
from tandemweb.agents.presets import Session
from tandemweb.agents.verdicts import Ending, Exit, Judgement, Wanted
from tandemweb.domain.run import FailureKind, RunStatus, Usage
from tandemweb.domain.workflow import Access, AgentKind

CLAUDE, CODEX, COMMAND = AgentKind.CLAUDE, AgentKind.CODEX, AgentKind.COMMAND
NOW = datetime(2026, 11, 28, 18, 15, tzinfo=UTC)
SESSION = "0b9ee7a2-0000-4000-8000-000000000001"


def judge_lines(
    kind: AgentKind, folder: Path, *lines: dict[str, Any] | str, exit_status: int = 0, complaint: str = "", **wanted
) -> Judgement:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / LOG_NAME).write_text("".join(f"{text}\n" for text in texts))
    return judge(kind, summarise(folder, kind), Exit(exit_status, complaint), Wanted(**wanted), NOW)


def result(**changes) -> dict[str, Any]:
    return {"type": "result", "subtype": "success", "is_error": False, "num_turns": 1, "result": "ok", **changes}


def refuse(tool: str, **given) -> dict[str, Any]:
    return {"tool_name": tool, "tool_use_id": f"{tool}-1", "tool_input": given}


@pytest.mark.parametrize(
    ("name", "exit_status", "status", "kind", "words"),
    [
        ("claude-success", 0, "done", None, ""),
        ("claude-success-partial", 0, "done", None, ""),
        ("claude-api-error", 1, "failed", "authentication", "was not let in (403)"),
        ("claude-resume-1", 0, "done", None, ""),
        ("claude-resume-2", 0, "done", None, ""),
        ("claude-sigterm", 143, "interrupted", "exit", "ended from outside by SIGTERM"),
        ("claude-sigint", 1, "interrupted", "exit", "interrupted from outside"),
        ("claude-question", 0, "done", None, ""),
        ("claude-denied", 0, "failed", "denied", "refused one tool call (Bash: python3 -c 'print(1)')"),
        ("claude-background-agent", 0, "done", None, ""),
        ("claude-structured", 0, "done", None, ""),
        ("claude-max-turns", 1, "failed", "turns", "Reached maximum number of turns (2)"),
        ("codex-success", 0, "done", None, ""),
        ("codex-api-error", 1, "failed", "authentication", "log in with `codex login`"),
        ("codex-resume-1", 0, "done", None, ""),
        ("codex-resume-2", 0, "done", None, ""),
        ("codex-sigterm", -15, "interrupted", "exit", "SIGTERM"),
        ("codex-sigint", 1, "interrupted", "exit", "interrupted from outside"),
        ("codex-review", 0, "done", None, ""),
    ],
)
def test_captures_are_judged_as_they_were(name, exit_status, status, kind, words, tmp_path):
    put_capture(name, tmp_path)
    complaints = CAPTURES / f"{name}.stderr.txt"
    ended = Exit(exit_status, complaints.read_text() if complaints.exists() else "")

    judged = judge(name_kind(name), summarise(tmp_path, name_kind(name)), ended, Wanted(), NOW)

    assert (judged.status, judged.failure) == (status, kind)
    assert words in judged.reason
    assert bool(judged.reason) == (status != "done")
    assert judged.session_id


def test_every_capture_is_judged():
    judged = {mark.args[1][i][0] for mark in _marks() for i in range(len(mark.args[1]))}
    assert {path.stem for path in CAPTURES.glob("*.jsonl")} == judged


def _marks():
    return [mark for mark in test_captures_are_judged_as_they_were.pytestmark if mark.name == "parametrize"]


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"api_error_status": 401, "result": "Failed to authenticate. API Error: 401 x"}, "authentication", "/login"),
        ({"result": "Not logged in · Please run /login"}, "authentication", "ANTHROPIC_API_KEY"),
        ({"result": "Invalid API key · Fix external API key"}, "authentication", "/login"),
        ({"api_error_status": 429, "result": "API Error: Request rejected (429) · x"}, "rate-limit", "some minutes"),
        ({"result": "Claude AI usage limit reached|1795892400"}, "rate-limit", "after 2026-11-28 19:00 UTC"),
        ({"api_error_status": 400, "result": "Credit balance is too low"}, "budget", "add credit"),
        ({"api_error_status": 429, "result": "You've hit your monthly spend limit."}, "budget", "no credit left"),
        ({"api_error_status": 500, "result": "API Error: 500 x"}, "api", "failed or could not be reached (500)"),
        ({"result": "API Error: 529 Overloaded"}, "api", "status page"),
        ({"result": "API Error: Unable to connect to API (ECONNREFUSED)"}, "api", "network"),
        ({"result": "Request timed out"}, "api", "could not be reached"),
        ({"api_error_status": 404, "result": "There's an issue with the selected model (x)."}, "api", "model"),
        ({"result": "Prompt is too long", "terminal_reason": "prompt_too_long"}, "context", "fresh session"),
        ({"subtype": "error_max_budget_usd", "errors": ["Reached maximum budget ($0.1)"]}, "budget", "($0.1)"),
        ({"subtype": "error_during_execution", "errors": ["No conversation found with x"]}, "session", "fresh"),
        (
            {"subtype": "error_during_execution", "errors": ["Something broke"], "result": ""},
            "exit",
            '"Something broke"',
        ),
    ],
)
def test_a_claude_that_says_it_failed_is_told_with_what_to_do(changes, kind, words, tmp_path):
    judged = judge_lines(CLAUDE, tmp_path, result(is_error=True, **changes), exit_status=1)

    assert (judged.status, judged.failure) == ("failed", kind)
    assert words in judged.reason
    assert judged.reason.endswith(".")


def test_a_limit_is_told_with_its_end(tmp_path):
    told = {"status": "rejected", "resetsAt": 1795892400, "rateLimitType": "five_hour"}
    limit = result(is_error=True, api_error_status=429, result="You've hit your session limit")
    by_event = judge_lines(CLAUDE, tmp_path, {"type": "rate_limit_event", "rate_limit_info": told}, limit)
    retry = {"type": "system", "subtype": "api_retry", "error_status": 429, "retry_delay_ms": 300_000}
    by_delay = judge_lines(CLAUDE, tmp_path, retry, limit)

    assert (by_event.failure, by_event.retry_at) == ("rate-limit", datetime(2026, 11, 28, 19, 0, tzinfo=UTC))
    assert by_event.reason.endswith("start the step again after 2026-11-28 19:00 UTC.")
    assert by_delay.retry_at == datetime(2026, 11, 28, 18, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("complaint", "exit_status", "kind", "words"),
    [
        ("Error: Session ID x is already in use.", 1, "session", "already in use"),
        ("error: unknown option '--foo'", 1, "command", "[agents.claude] in settings.toml"),
        ("--dangerously-skip-permissions cannot be used with root/sudo privileges", 1, "command", "permission mode"),
        ("bun: out of memory", 134, "exit", '"bun: out of memory"'),
        ("", 0, "exit", "without saying how it went"),
    ],
)
def test_a_claude_that_says_nothing_is_judged_by_its_complaint(complaint, exit_status, kind, words, tmp_path):
    judged = judge_lines(CLAUDE, tmp_path, exit_status=exit_status, complaint=complaint)

    assert (judged.status, judged.failure) == ("failed", kind)
    assert words in judged.reason


def test_the_last_result_and_the_exit_decide(tmp_path):
    broken = result(is_error=True, api_error_status=500, result="API Error: 500")
    assert judge_lines(CLAUDE, tmp_path, broken, result()).is_ok
    assert judge_lines(CLAUDE, tmp_path, result(), broken, exit_status=1).failure is FailureKind.API
    assert judge_lines(CLAUDE, tmp_path, result(), exit_status=3).failure is FailureKind.EXIT
    assert judge_lines(CLAUDE, tmp_path, result(), exit_status=-9).status is RunStatus.INTERRUPTED


def test_a_stream_that_stops_is_never_done(tmp_path):
    started = {"type": "system", "subtype": "init", "session_id": SESSION}
    assert judge_lines(CLAUDE, tmp_path, started).failure is FailureKind.EXIT
    assert judge_lines(CLAUDE, tmp_path, started, '{"type":"result","sub', exit_status=-9).status == "interrupted"


def test_an_unknown_slash_command_is_no_success(tmp_path):
    said = result(num_turns=0, result="Unknown command: /tandemkit:planner")
    assert judge_lines(CLAUDE, tmp_path, said).failure is FailureKind.COMMAND
    offered = {"type": "system", "subtype": "init", "slash_commands": ["tandemkit:planner", "review"]}
    for name, is_known in (("tandemkit:planner", True), ("planner", True), ("review", True), ("other", False)):
        judged = judge_lines(CLAUDE, tmp_path, offered, result(), slash_command=name)
        assert judged.is_ok is is_known, name
    assert judge_lines(CLAUDE, tmp_path, result(num_turns=0, result="")).failure is FailureKind.COMMAND


def test_another_conversation_than_the_wanted_one_is_no_success(tmp_path):
    resumed = Session(SESSION, is_resumed=True)
    for kind, lines in (
        (CLAUDE, [result(session_id="another")]),
        (CODEX, [{"type": "thread.started", "thread_id": "another"}, {"type": "turn.completed"}]),
    ):
        judged = judge_lines(kind, tmp_path, *lines, session=resumed)
        assert (judged.status, judged.failure) == ("failed", "session"), kind
        assert "fresh session" in judged.reason


def test_refused_tools_fail_a_step_unless_its_document_is_there(tmp_path):
    bash = result(permission_denials=[refuse("Bash", command="npm test")])
    assert judge_lines(CLAUDE, tmp_path, bash, wrote_output=None).failure is FailureKind.DENIED
    assert judge_lines(CLAUDE, tmp_path, bash, wrote_output=False).failure is FailureKind.DENIED
    done = judge_lines(CLAUDE, tmp_path, bash, wrote_output=True)
    assert done.is_ok
    assert "npm test" in done.reason
    assert judge_lines(CLAUDE, tmp_path, bash, refused_ids=frozenset({"Bash-1"})).is_ok, "a person said no"


def test_a_refused_edit_that_was_never_made_fails_a_step_that_should_edit(tmp_path):
    denied = result(permission_denials=[refuse("Edit", file_path="/p/a.py")])
    written = {
        "type": "user",
        "message": {"content": [{"type": "tool_result", "content": ""}]},
        "tool_use_result": {"filePath": "/p/a.py"},
    }
    assert judge_lines(CLAUDE, tmp_path, denied, wrote_output=True).failure is FailureKind.DENIED
    assert judge_lines(CLAUDE, tmp_path, written, denied, wrote_output=True).is_ok
    assert judge_lines(CLAUDE, tmp_path, denied, wrote_output=True, access=Access.DOCUMENTS).is_ok


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("unexpected status 403 Forbidden: no, url: http://x", "authentication"),
        ("Missing environment variable: `X`.", "authentication"),
        ("exceeded retry limit, last status: 429 Too Many Requests, request id: x", "rate-limit"),
        ("You’ve hit your usage limit. Upgrade to Pro or try again at 7:17 PM.", "rate-limit"),
        ("Quota exceeded. Check your plan and billing details.", "budget"),
        ("We’re currently experiencing high demand, which may cause temporary errors.", "api"),
        ("stream disconnected before completion: idle timeout waiting for SSE", "api"),
        ("unexpected status 503 Service Unavailable: x", "api"),
        ("Codex ran out of room in the model's context window. Start a new thread", "context"),
        ('{"error": {"type": "invalid_request_error", "message": "no such model"}}', "api"),
        ("something new", "exit"),
    ],
)
def test_a_failed_turn_of_codex_is_told_with_its_words(message, kind, tmp_path):
    lines = [{"type": "turn.started"}, {"type": "turn.failed", "error": {"message": message}}]
    judged = judge_lines(CODEX, tmp_path, *lines, exit_status=1)

    assert (judged.status, judged.failure) == ("failed", kind)


@pytest.mark.parametrize(
    ("complaint", "exit_status", "kind", "words"),
    [
        ("Not inside a trusted directory and --skip-git-repo-check was not specified.", 1, "command", "work tree"),
        ("Error: thread/resume failed: no rollout found for thread id x\n\n0: <unknown>", 1, "session", "rollout"),
        ("error: unexpected argument '--foo' found", 2, "command", "[agents.codex]"),
        ("No prompt provided via stdin.", 1, "command", "empty prompt"),
        ("Reading additional input from stdin...\n", 0, "exit", "without saying how it went"),
    ],
)
def test_a_codex_that_never_began_is_judged_by_its_complaint(complaint, exit_status, kind, words, tmp_path):
    judged = judge_lines(CODEX, tmp_path, exit_status=exit_status, complaint=complaint)

    assert (judged.status, judged.failure) == ("failed", kind)
    assert words in judged.reason


def test_a_codex_whose_turn_is_not_completed_is_not_done(tmp_path):
    judged = judge_lines(CODEX, tmp_path, {"type": "thread.started", "thread_id": "t"}, {"type": "turn.started"})
    assert (judged.status, judged.failure) == ("failed", "exit")
    patch = "ERROR codex_core: error=patch rejected: writing is blocked by read-only sandbox; rejected by x"
    completed = {"type": "turn.completed"}
    denied = judge_lines(CODEX, tmp_path, completed, complaint=patch, wrote_output=False)
    assert denied.failure is FailureKind.DENIED
    assert "writing is blocked by read-only sandbox" in denied.reason
    assert judge_lines(CODEX, tmp_path, completed, complaint=patch, wrote_output=True).is_ok


def test_what_a_conversation_used_before_does_not_count_again(tmp_path):
    total = {"type": "turn.completed", "usage": {"input_tokens": 2100, "output_tokens": 30}}
    judged = judge_lines(CODEX, tmp_path, total, usage_before=Usage(1000, 0, 10))

    assert judged.usage == Usage(1100, 0, 20)


def test_turns_of_several_results_add_up_and_costs_do_not(tmp_path):
    first, second = result(num_turns=3, total_cost_usd=0.1), result(num_turns=2, total_cost_usd=0.3)
    usage = judge_lines(CLAUDE, tmp_path, first, second).usage

    assert (usage.turns, usage.cost_usd) == (5, 0.3)


@pytest.mark.parametrize("kind", [CLAUDE, CODEX, COMMAND])
def test_whom_we_ended_is_not_judged_by_what_it_said(kind, tmp_path):
    stopped = judge_lines(kind, tmp_path, result(), ending=Ending.PERSON)
    late = judge_lines(kind, tmp_path, result(), exit_status=-15, ending=Ending.TIME, seconds=1800.0)

    assert (stopped.status, stopped.failure) == (RunStatus.CANCELLED, None)
    assert (late.status, late.failure) == (RunStatus.FAILED, FailureKind.TIME)
    assert "time limit of 30 minutes" in late.reason


def test_a_command_is_judged_by_its_exit_or_in_the_language_that_it_speaks(tmp_path):
    assert judge_lines(COMMAND, tmp_path, "all well").is_ok
    failed = judge_lines(COMMAND, tmp_path, "oh", exit_status=3, complaint="no such table\n")
    assert failed.failure is FailureKind.EXIT
    assert "exit status 3" in failed.reason
    assert "no such table" in failed.reason
    assert judge_lines(COMMAND, tmp_path, exit_status=-9).status is RunStatus.INTERRUPTED
    spoken = result(is_error=True, api_error_status=401, result="no")
    assert judge_lines(COMMAND, tmp_path, spoken).failure is FailureKind.AUTHENTICATION


def test_a_missing_agent_is_a_judgement_too():
    judged = judge_missing("codex cannot be started: there is no program 'codex'.")

    assert (judged.status, judged.failure) == (RunStatus.FAILED, FailureKind.MISSING)


def test_a_complaint_of_any_length_makes_a_sentence(tmp_path):
    judged = judge_lines(COMMAND, tmp_path, exit_status=1, complaint="x" * 100_000 + "\n\0\x1b[31m")

    assert len(judged.reason) < 1000


@pytest.mark.parametrize("subtype", ["error_max_structured_output_retries", "", None])
def test_no_success_without_the_word(subtype, tmp_path):
    judged = judge_lines(CLAUDE, tmp_path, result(subtype=subtype))

    assert (judged.status, judged.failure) == (RunStatus.FAILED, FailureKind.EXIT)
    assert judged.reason.startswith("claude gave up (exit status 0)")


@pytest.mark.parametrize("resets_at", [1000, NOW.timestamp() - 1, 1e11, 10**400, 1e400])
def test_a_limit_that_ended_long_ago_or_never_ends_is_not_waited_for(resets_at, tmp_path):
    told = {"type": "rate_limit_event", "rate_limit_info": {"status": "rejected", "resetsAt": resets_at}}
    retry = {"type": "system", "subtype": "api_retry", "retry_delay_ms": 10**18}
    ended = result(is_error=True, api_error_status=429, result="This request would exceed your rate limit")

    judged = judge_lines(CLAUDE, tmp_path, told, retry, ended, exit_status=1)

    assert (judged.failure, judged.retry_at) == (FailureKind.RATE_LIMIT, None)


def test_a_refused_file_is_named_however_long_its_path_is(tmp_path):
    denied = refuse("Write", file_path=f"/{'folder/' * 20}other.md")

    judged = judge_lines(CLAUDE, tmp_path, result(permission_denials=[denied]), wrote_output=True)

    assert "/folder/other.md)" in judged.reason
    assert "folder/" * 9 not in judged.reason
