"""What the list of missions asks of each mission, worked out once when it is saved."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tandemweb.domain.finding import Agreement, Finding, Outcome, Severity
from tandemweb.domain.mission import Author, Exchange, Mission, Stage

CLOSED_PHASES = {"complete", "abandoned"}
PASSED = {"PASS", "PASS_WITH_GAPS"}
WAITING_PHASES = {"user-review", "ready-for-execution"}


class MissionFlag(StrEnum):
    """Questions with yes or no that the list can be narrowed by."""

    ACTIVE = "active"  # neither complete nor abandoned
    WAITING = "waiting"  # a person has to act: user-review, awaiting-user, ready-for-execution
    DISPUTED = "disputed"  # open disputes in its latest exchange
    STUCK = "stuck"
    FAILED_FIRST = "failed-first"  # the first evaluation ended with FAIL
    PROBLEMS = "problems"


@dataclass(frozen=True, slots=True)
class MissionSummary:
    """``rounds`` are (round, verdict) of evaluations, ``open_counts`` findings per severity high, medium, low.

    Open is what the latest exchange leaves to do: after a failed or unfinished evaluation every finding that was not
    dismissed, after planning or a passed one those on which the two models do not agree.
    """

    rounds: tuple[tuple[int, str | None], ...]
    open_counts: tuple[int, int, int]
    only_claude_count: int
    only_codex_count: int
    both_count: int
    flags: frozenset[MissionFlag]


def flag_bit(flag: MissionFlag) -> int:
    """Give the bit that stands for ``flag`` in the column ``flags``; its place never changes."""
    return 1 << list(MissionFlag).index(flag)


def pack_flags(flags: Iterable[MissionFlag]) -> int:
    return sum(flag_bit(flag) for flag in flags)


def unpack_flags(bits: int) -> frozenset[MissionFlag]:
    return frozenset(flag for flag in MissionFlag if bits & flag_bit(flag))


def summarise(mission: Mission) -> MissionSummary:
    """Work out what the list shows of a mission."""
    rounds = tuple(
        sorted(
            ((exchange.round, exchange.final_verdict) for exchange in mission.exchanges if _is_evaluation(exchange)),
            key=lambda mark: mark[0],
        )
    )
    still_open = _open_findings(mission)
    severities = Counter(finding.final_severity for finding in still_open)
    voices = Counter(_voice(finding) for exchange in mission.exchanges for finding in exchange.findings)
    return MissionSummary(
        rounds=rounds,
        open_counts=(severities[Severity.HIGH], severities[Severity.MEDIUM], severities[Severity.LOW]),
        only_claude_count=voices[Author.CLAUDE],
        only_codex_count=voices[Author.CODEX],
        both_count=voices["both"],
        flags=frozenset(_flags(mission, rounds, still_open)),
    )


def _is_evaluation(exchange: Exchange) -> bool:
    return exchange.stage is Stage.EVALUATION


def _open_findings(mission: Mission) -> list[Finding]:
    if not mission.exchanges:
        return []
    latest = max(mission.exchanges, key=lambda exchange: (_is_evaluation(exchange), exchange.round))
    is_settled = not _is_evaluation(latest) or latest.final_verdict in PASSED
    return [
        finding
        for finding in latest.findings
        if finding.outcome is not Outcome.DISMISSED and not (is_settled and finding.agreement is Agreement.AGREED)
    ]


def _voice(finding: Finding) -> str:
    voices = {Author.CLAUDE, Author.CODEX} & set(finding.raised_by)
    return "both" if len(voices) > 1 else next(iter(voices), "")


def _flags(
    mission: Mission, rounds: tuple[tuple[int, str | None], ...], still_open: list[Finding]
) -> Iterable[MissionFlag]:
    state = mission.state
    if state.phase not in CLOSED_PHASES:
        yield MissionFlag.ACTIVE
    if state.phase in WAITING_PHASES or (
        state.phase not in CLOSED_PHASES and state.generator_status == "awaiting-user"
    ):
        yield MissionFlag.WAITING
    if any(finding.agreement is Agreement.DISPUTED for finding in still_open):
        yield MissionFlag.DISPUTED
    if any(finding.stuck for finding in still_open):
        yield MissionFlag.STUCK
    if rounds and rounds[0][1] == "FAIL":
        yield MissionFlag.FAILED_FIRST
    if mission.problems:
        yield MissionFlag.PROBLEMS
