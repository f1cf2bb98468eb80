"""Findings, mentions and trail steps as rows and back."""

from collections.abc import Sequence

from tandemweb.domain.finding import (
    Agreement,
    FileReference,
    Finding,
    MatchReason,
    Mention,
    Outcome,
    Severity,
    Stance,
    TrailStep,
)
from tandemweb.store.database import Row
from tandemweb.store.values import read_json, read_strings, write_json


def finding_columns(finding: Finding) -> tuple[object, ...]:
    return (
        finding.key,
        finding.title,
        write_json(finding.raised_by),
        write_json(finding.severity_by),
        finding.final_severity,
        finding.agreement,
        finding.outcome,
        finding.stuck,
    )


def read_finding(
    row: Row, mentions: Sequence[Mention], trail: Sequence[TrailStep], reasons: Sequence[MatchReason]
) -> Finding:
    return Finding(
        key=row["key"],
        title=row["title"],
        mentions=tuple(mentions),
        raised_by=read_strings(row["raised_by"]),
        severity_by=tuple((author, Severity(severity)) for author, severity in read_json(row["severity_by"])),
        final_severity=_severity(row["final_severity"]),
        agreement=Agreement(row["agreement"]),
        outcome=Outcome(row["outcome"]),
        trail=tuple(trail),
        reasons=tuple(reasons),
        stuck=bool(row["stuck"]),
    )


def mention_columns(mention: Mention) -> tuple[object, ...]:
    return (
        mention.path,
        mention.line,
        mention.end_line,
        mention.title,
        mention.text,
        mention.severity,
        mention.severity_word,
        mention.label,
        mention.section,
        mention.stance,
        write_json(mention.criteria),
        write_json(mention.references),
        write_json((place.path, place.line_start, place.line_end) for place in mention.file_references),
        mention.stated_agreement,
        mention.confidence,
        write_json(mention.reviewers),
    )


def read_mention(row: Row) -> Mention:
    return Mention(
        path=row["path"],
        line=row["line"],
        end_line=row["end_line"],
        title=row["title"],
        text=row["text"],
        severity=_severity(row["severity"]),
        severity_word=row["severity_word"],
        label=row["label"],
        section=row["section"],
        stance=Stance(row["stance"]),
        criteria=tuple(read_json(row["criteria"])),
        references=tuple((author, label) for author, label in read_json(row["finding_references"])),
        file_references=tuple(FileReference(*reference) for reference in read_json(row["file_references"])),
        stated_agreement=_agreement(row["stated_agreement"]),
        confidence=row["confidence"],
        reviewers=read_strings(row["reviewers"]),
    )


def step_columns(step: TrailStep) -> tuple[object, ...]:
    return (
        step.path,
        step.line,
        step.author,
        step.stance,
        step.severity,
        step.agreement,
        step.quote,
        step.changed_position,
    )


def read_step(row: Row) -> TrailStep:
    return TrailStep(
        path=row["path"],
        line=row["line"],
        author=row["author"],
        stance=Stance(row["stance"]),
        severity=_severity(row["severity"]),
        agreement=_agreement(row["agreement"]),
        quote=row["quote"],
        changed_position=bool(row["changed_position"]),
    )


def _severity(word: str | None) -> Severity | None:
    return None if word is None else Severity(word)


def _agreement(word: str | None) -> Agreement | None:
    return None if word is None else Agreement(word)
