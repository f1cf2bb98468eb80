"""What agents get for an answer: plain values, short enough to be read whole."""

from dataclasses import dataclass
from datetime import datetime

from tandemweb.services.why import LineStory
from tandemweb.store.decision_list import DecisionRow


@dataclass(frozen=True)
class Hit:
    """``key`` names what was found: a finding's or decision's key, a commit's object id, else the path."""

    kind: str
    project: str
    mission: str | None
    title: str
    excerpt: str
    path: str
    line: int | None
    key: str
    at: datetime | None


@dataclass(frozen=True)
class Hits:
    hits: tuple[Hit, ...]
    has_more: bool
    is_partial: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """Somebody's words, verbatim, with their place."""

    author: str
    stance: str
    path: str
    line: int
    text: str


@dataclass(frozen=True)
class DecisionAnswer:
    """``superseded_by`` names later decisions that took this one's place, each with the reason to think so."""

    key: str
    project: str
    mission: str
    source: str
    title: str
    text: str
    rationale: str
    alternatives: tuple[str, ...]
    words: tuple[Statement, ...]
    files: tuple[str, ...]
    path: str
    line: int
    decided_at: datetime | None
    superseded_by: tuple[str, ...]
    supersedes: tuple[str, ...]


@dataclass(frozen=True)
class Decisions:
    decisions: tuple[DecisionAnswer, ...]
    total_count: int


@dataclass(frozen=True)
class FindingAnswer:
    stage: str
    round: int | None
    title: str
    text: str
    severity: str | None
    agreement: str
    outcome: str
    raised_by: tuple[str, ...]
    path: str
    line: int
    trail: tuple[Statement, ...]


@dataclass(frozen=True)
class Findings:
    findings: tuple[FindingAnswer, ...]
    total_count: int


@dataclass(frozen=True)
class RoundAnswer:
    stage: str
    round: int
    verdict: str | None
    finding_count: int
    open_count: int


@dataclass(frozen=True)
class MissionAnswer:
    project: str
    root: str
    name: str
    title: str
    path: str
    phase: str | None
    verdict: str | None
    started_at: datetime | None
    updated_at: datetime | None
    criteria: tuple[str, ...]
    decisions: tuple[DecisionAnswer, ...]
    rounds: tuple[RoundAnswer, ...]
    documents: tuple[str, ...]


@dataclass(frozen=True)
class MissionReason:
    """Why a mission wrote lines. ``evidence`` says why the commit is taken for the mission's."""

    mission: str
    title: str
    round: int | None
    strength: str
    evidence: tuple[str, ...]
    findings: tuple[str, ...]
    criteria: tuple[str, ...]
    decisions: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class LineReason:
    """What is known of lines that one commit wrote; without ``missions``: no mission known."""

    first: int
    last: int
    commit: str
    subject: str
    committed_at: datetime | None
    missions: tuple[MissionReason, ...]


@dataclass(frozen=True)
class WhyAnswer:
    """``lines`` are numbered as in ``commit``; ``uncommitted`` are lines on disk that no commit holds."""

    project: str
    path: str
    commit: str
    lines: tuple[LineReason, ...]
    uncommitted: tuple[int, ...]


def describe_decision(row: DecisionRow) -> DecisionAnswer:
    decision = row.decision
    return DecisionAnswer(
        key=decision.key,
        project=row.project,
        mission=row.mission,
        source=decision.source,
        title=decision.title,
        text=decision.text,
        rationale=decision.rationale,
        alternatives=decision.alternatives,
        words=tuple(Statement(quote.author, "", quote.path, quote.line, quote.text) for quote in decision.quotes),
        files=decision.files,
        path=decision.path,
        line=decision.line,
        decided_at=row.decided_at,
        superseded_by=tuple(f"{link.title} ({link.mission}, {link.reason})" for link in row.superseded_by),
        supersedes=tuple(f"{link.title} ({link.mission}, {link.reason})" for link in row.supersedes),
    )


def describe_story(story: LineStory) -> LineReason:
    return LineReason(
        first=story.first,
        last=story.last,
        commit=story.oid,
        subject=story.commit.subject if story.commit else "",
        committed_at=story.commit.committed_at if story.commit else None,
        missions=tuple(
            MissionReason(
                mission=told.mission,
                title=told.title,
                round=told.link.round,
                strength=told.link.strength,
                evidence=tuple(evidence.text for evidence in told.link.evidence),
                findings=tuple(
                    f"{related.finding.title} ({related.how}; {related.mention.path}:{related.mention.line})"
                    for related in told.findings
                ),
                criteria=tuple(f"{criterion.number}. {criterion.text}" for criterion in told.criteria),
                decisions=tuple(f"{decision.title} ({decision.path}:{decision.line})" for decision in told.decisions),
                words=tuple(f"{quote.text} ({quote.path}:{quote.line})" for quote in told.words),
            )
            for told in story.missions
        ),
    )
