"""What a judgement is made from, and what it is."""

import signal
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tandemweb.agents.complaints import NAMES, find_complaint, quote
from tandemweb.agents.presets import Session
from tandemweb.agents.reset_times import find_reset_time
from tandemweb.domain.run import FailureKind, RunStatus, Usage
from tandemweb.domain.workflow import Access, AgentKind

# A shell and claude itself end with 128 + the signal that they were sent; Python says minus the signal.
SHELL_SIGNALS = {128 + number: number for number in (signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM)}
MINUTE = 60  # seconds
PASSED_OVER = ("Reading additional input from stdin", "Reading prompt from stdin")


class Ending(StrEnum):
    """Who ended the agent."""

    ITSELF = "itself"
    PERSON = "person"
    TIME = "time"  # its limit was up
    SIZE = "size"  # it said more than can be kept


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of a step.

    ``slash_command`` is the one that the prompt begins with, without the slash. ``wrote_output`` is whether the agent
    itself wrote the document that it was to write, None where it was to write none. ``refused_ids`` are the calls of
    tools that a person refused. ``usage_before`` is what the conversation had used before (codex counts on).
    """

    session: Session = field(default_factory=Session)
    access: Access = Access.WRITE
    slash_command: str = ""
    wrote_output: bool | None = None
    refused_ids: frozenset[str] = frozenset()
    usage_before: Usage = field(default_factory=Usage)
    ending: Ending = Ending.ITSELF
    seconds: float | None = None  # the time limit


@dataclass(frozen=True, slots=True)
class Exit:
    """``status`` is negative where a signal ended it; ``complaint`` is the end of stderr."""

    status: int
    complaint: str = ""

    @property
    def signal_number(self) -> int | None:
        return -self.status if self.status < 0 else SHELL_SIGNALS.get(self.status)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``status`` is done, failed, cancelled or interrupted; ``reason`` what happened and what to do.

    A step that is done may have a reason, too: what was not as it should be.
    """

    status: RunStatus
    failure: FailureKind | None = None
    reason: str = ""
    retry_at: datetime | None = None
    usage: Usage = field(default_factory=Usage)
    session_id: str = ""

    @property
    def is_ok(self) -> bool:
        return self.status is RunStatus.DONE


def fail(kind: FailureKind, sentence: str, advice: str) -> Judgement:
    """Judge a step as failed; the two parts make one sentence."""
    return Judgement(RunStatus.FAILED, kind, _join(sentence, advice))


def fail_by_words(agent: AgentKind, text: str, now: datetime, status: int | None = None) -> Judgement | None:
    """Judge by what the service said. None where that is nothing known."""
    complaint = find_complaint(agent, text, status)
    if complaint is None:
        return None
    if complaint.kind is not FailureKind.RATE_LIMIT:
        return fail(complaint.kind, complaint.sentence, complaint.advice)
    return fail_until(find_reset_time(text, now), complaint.sentence)


def fail_until(retry_at: datetime | None, sentence: str) -> Judgement:
    """Judge a step as failed for a limit that ends at ``retry_at``, or nobody knows when."""
    when = f"after {retry_at:%Y-%m-%d %H:%M} UTC" if retry_at else "in some minutes"
    judged = fail(FailureKind.RATE_LIMIT, sentence, f"start the step again {when}")
    return replace(judged, retry_at=retry_at)


def fail_by_exit(agent: AgentKind, ended: Exit) -> Judgement:
    """Judge a step by nothing but its end: a signal cut it off, anything else is its own failure."""
    name = NAMES[agent]
    number = ended.signal_number
    if number is not None:
        what = f"{name} was ended from outside by {_name_signal(number)} before it was done"
        advice = "what it wrote until then is kept; start the step again"
        return Judgement(RunStatus.INTERRUPTED, FailureKind.EXIT, _join(what, advice))
    said = f"; it complains {quote(last_line(ended.complaint))}" if ended.complaint.strip() else ""
    if ended.status == 0:
        sentence = f"{name} ended without saying how it went, as if cut off{said}"
    else:
        sentence = f"{name} ended with exit status {ended.status}{said}"
    return fail(FailureKind.EXIT, sentence, "look at its log and start the step again")


def describe_seconds(seconds: float) -> str:
    """Write a limit of time: in minutes from one minute on."""
    amount, unit = (seconds, "second") if seconds < MINUTE else (seconds / MINUTE, "minute")
    return f"{amount:.4g} {unit}{'' if amount == 1 else 's'}"


def last_line(text: str) -> str:
    """Give the line that says most: the last error, else the last one; passing over what codex always says."""
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if line and not line.startswith(PASSED_OVER)]
    errors = [line for line in telling if line.lower().startswith(("error", "fatal"))]
    return (errors or telling or [""])[-1]


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _join(sentence: str, advice: str) -> str:
    whole = f"{sentence}; {advice}."
    return whole[:1].upper() + whole[1:] if not whole.startswith(("claude", "codex")) else whole
