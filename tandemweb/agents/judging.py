"""How a step ended, judged by what it said, its exit status, its complaints and what was wanted of it.

An exit status alone says little: claude ends with 0 and ``success`` when all its tools were refused, when it does not
know the command, and when it was interrupted.
"""

from dataclasses import replace
from datetime import UTC, datetime

from tandemweb.agents.claude_events import read_usage
from tandemweb.agents.claude_judging import judge_claude
from tandemweb.agents.codex_events import subtract_usage
from tandemweb.agents.codex_judging import judge_codex
from tandemweb.agents.complaints import NAMES
from tandemweb.agents.summary import StreamSummary
from tandemweb.agents.verdicts import Ending, Exit, Judgement, Wanted, describe_seconds, fail, fail_by_exit
from tandemweb.domain.run import FailureKind, RunStatus, Usage
from tandemweb.domain.workflow import AgentKind

LOG_LIMIT = 2**30  # bytes of stdout, of stderr, or of the index of events; a long run says some hundred MB at most


def judge(
    kind: AgentKind, summary: StreamSummary, ended: Exit, wanted: Wanted, now: datetime | None = None
) -> Judgement:
    """Judge the end of an agent's process, with what it used and the conversation it was."""
    judged = _judge_ending(kind, wanted) or _judge_agent(kind, summary, ended, wanted, now or datetime.now(UTC))
    if judged.failure is FailureKind.EXIT and summary.broken_count and kind is not AgentKind.COMMAND:
        judged = replace(judged, reason=f"{judged.reason} {_describe_broken(kind, summary.broken_count)}")
    session_id = summary.session_id or wanted.session.id
    return replace(judged, usage=_find_usage(summary, wanted), session_id=session_id)


def judge_missing(sentence: str) -> Judgement:
    """Judge an agent that could not be started; ``sentence`` is the error's."""
    return Judgement(RunStatus.FAILED, FailureKind.MISSING, sentence)


def _judge_ending(kind: AgentKind, wanted: Wanted) -> Judgement | None:
    match wanted.ending:
        case Ending.PERSON:
            return Judgement(RunStatus.CANCELLED, reason="Stopped by you; what was written until then is kept.")
        case Ending.TIME:
            limit = f" of {describe_seconds(wanted.seconds)}" if wanted.seconds else ""
            advice = "raise the limit, or continue its conversation"
            return fail(FailureKind.TIME, f"{NAMES[kind]} was stopped at its time limit{limit}", advice)
        case Ending.SIZE:
            what = f"{NAMES[kind]} was stopped, since what is kept of its output has more than {LOG_LIMIT // 2**30} GB"
            return fail(FailureKind.EXIT, what, "look at the end of its log for why")
        case Ending.ITSELF:
            return None


def _judge_agent(kind: AgentKind, summary: StreamSummary, ended: Exit, wanted: Wanted, now: datetime) -> Judgement:
    if kind is AgentKind.CLAUDE or (kind is AgentKind.COMMAND and summary.result is not None):
        return judge_claude(summary, ended, wanted, now)
    if kind is AgentKind.CODEX or summary.completed_count or summary.failure is not None:
        return judge_codex(summary, ended, wanted, now)
    return Judgement(RunStatus.DONE) if ended.status == 0 else fail_by_exit(AgentKind.COMMAND, ended)


def _describe_broken(kind: AgentKind, count: int) -> str:
    lines = "One line that it printed is" if count == 1 else f"{count:,} lines that it printed are"
    return f"{lines} no JSON: look whether the program in the step's command is really {NAMES[kind]}."


def _find_usage(summary: StreamSummary, wanted: Wanted) -> Usage:
    if summary.result is not None:
        return replace(read_usage(summary.result), turns=summary.turn_count)
    return subtract_usage(summary.total, wanted.usage_before) if summary.completed_count else Usage()
