"""The end of a codex process: its turn must have been completed, and in the thread that was meant."""

import re
from datetime import datetime

from tandemweb.agents.json_lines import shorten
from tandemweb.agents.summary import StreamSummary
from tandemweb.agents.verdicts import Exit, Judgement, Wanted, fail, fail_by_exit, fail_by_words, last_line
from tandemweb.domain.run import FailureKind, RunStatus
from tandemweb.domain.workflow import AgentKind

CODEX = AgentKind.CODEX
REFUSED = re.compile(r"patch rejected: [^\n;]*")
BAD_ARGUMENTS = 2  # exit status
ANEW = "start the step again in a fresh session"
NO_SESSION = ("no rollout found", "no saved session", "thread not found", "session not found", "no recorded session")


def judge_codex(summary: StreamSummary, ended: Exit, wanted: Wanted, now: datetime) -> Judgement:
    """Judge a codex that nobody of us ended."""
    if wanted.session.is_resumed and summary.session_id and summary.session_id != wanted.session.id:
        return fail(FailureKind.SESSION, "codex began a new thread instead of the one that was to be continued", ANEW)
    if summary.failure is not None:
        return _judge_failure(summary.failure, now)
    if ended.status == 0 and summary.completed_count:
        return _judge_refusals(ended, wanted) or Judgement(RunStatus.DONE)
    return _judge_cut_off(summary, ended, now)


def _judge_refusals(ended: Exit, wanted: Wanted) -> Judgement | None:
    """Judge patches that the sandbox refused: no event tells of them, only a line on stderr."""
    refused = REFUSED.search(ended.complaint)
    if refused is None:
        return None
    what = f'codex was refused a change ("{shorten(refused[0])}")'
    if wanted.wrote_output is True:
        return Judgement(RunStatus.DONE, reason=f"{what}; its document was written all the same.")
    advice = "let the step write, or have its last message taken as its document, and start it again"
    return fail(FailureKind.DENIED, f"{what}, so the work was not done as asked", advice)


def _judge_cut_off(summary: StreamSummary, ended: Exit, now: datetime) -> Judgement:
    """Judge a codex that neither completed its turn nor said that it failed."""
    if ended.signal_number is None and summary.line_count == 0:
        return _judge_complaint(ended, now)
    if ended.signal_number is None and ended.status == 0:
        advice = "look at its log and start the step again"
        return fail(FailureKind.EXIT, "codex ended without completing its turn, as if cut off", advice)
    if ended.signal_number is None and summary.complaint:
        return _judge_failure(summary.complaint, now)
    if ended.signal_number is None:
        what = "codex was interrupted from outside before it was done"
        advice = "what it wrote until then is kept; start the step again, or continue its conversation"
        return Judgement(RunStatus.INTERRUPTED, FailureKind.EXIT, f"{what}; {advice}.")
    return fail_by_exit(CODEX, ended)


def _judge_failure(message: str, now: datetime) -> Judgement:
    judged = fail_by_words(CODEX, message, now)
    advice = "look at its log and start the step again"
    return judged or fail(FailureKind.EXIT, f'codex gave its turn up: "{shorten(message)}"', advice)


def _judge_complaint(ended: Exit, now: datetime) -> Judgement:
    """Judge a codex that ended before its first event, by what it complains."""
    line = shorten(last_line(ended.complaint))
    lowered = ended.complaint.lower()
    if any(words in lowered for words in NO_SESSION):
        return fail(FailureKind.SESSION, f'codex cannot continue the conversation: "{line}"', ANEW)
    if "not inside a trusted directory" in lowered:
        advice = "start it in a git work tree"
        return fail(FailureKind.COMMAND, f'codex refuses the folder: "{line}"', advice)
    if "no prompt provided" in lowered:
        return fail(FailureKind.COMMAND, "codex was given an empty prompt", "write what the step is to do")
    if ended.status == BAD_ARGUMENTS:
        advice = "look at the step's arguments and at [agents.codex] in settings.toml"
        return fail(FailureKind.COMMAND, f'codex does not take its arguments: "{line}"', advice)
    if "codex_home" in lowered:
        return fail(FailureKind.COMMAND, f'codex has no folder of its own: "{line}"', "create it, or unset CODEX_HOME")
    return fail_by_words(CODEX, ended.complaint, now) or fail_by_exit(CODEX, ended)
