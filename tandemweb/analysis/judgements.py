"""A judge's answer: JSON with a winner, a verdict and findings, by labels; and the labels resolved to names."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tandemweb.analysis.severity import get_severity
from tandemweb.domain.judgement import NO_WINNER, BlindOrder, JudgedFinding, Judgement

MOST_FINDINGS, MOST_STEPS = 200, 50
LONGEST = 20_000  # characters of one text
LINE_LIMIT = 10_000_000
_LABELS = re.compile(
    r"\[([A-Z])\]|\b(?:[Ii]mplementation|[Ss]ide|[Vv]ersion|[Pp]atch) ([A-Z])\b(?!\.\w)|\b([A-Z])\.patch\b"
)


class UnreadableJudgementError(ValueError):
    """The answer is not what was asked for; the text says in what way."""


def extract_judgement(text: str, order: BlindOrder) -> Judgement:
    """Read an answer. Raises UnreadableJudgementError where it names no winner."""
    try:
        source = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableJudgementError(f"it is no JSON: {error}") from error
    if not isinstance(source, dict):
        raise UnreadableJudgementError("it is no JSON object")
    labels = [own.label for own in order.judged]
    winner = _read_label(source.get("winner"), [*labels, NO_WINNER])
    if not winner:
        raise UnreadableJudgementError(f"its winner is none of {', '.join((*labels, NO_WINNER))}")
    found = source.get("findings")
    steps = source.get("next_steps")
    return Judgement(
        winner=winner,
        verdict=_text(source, "verdict"),
        summary=_text(source, "summary"),
        findings=tuple(
            _read_finding(item, labels, order.paths)
            for item in (found if isinstance(found, list) else [])[:MOST_FINDINGS]
            if isinstance(item, dict)
        ),
        next_steps=tuple(step for step in (steps if isinstance(steps, list) else [])[:MOST_STEPS] if _is_text(step)),
        judged=order.judged,
    )


def resolve_labels(judgement: Judgement) -> Judgement:
    """Put the names in place of the labels in all texts; ``winner`` and the findings keep their label."""
    names = {own.label: own.name for own in judgement.judged}

    def resolve(text: str) -> str:
        return _LABELS.sub(lambda match: names.get(match[1] or match[2] or match[3], match[0]), text)

    return replace(
        judgement,
        summary=resolve(judgement.summary),
        findings=tuple(
            replace(
                finding,
                title=resolve(finding.title),
                body=resolve(finding.body),
                recommendation=resolve(finding.recommendation),
            )
            for finding in judgement.findings
        ),
        next_steps=tuple(map(resolve, judgement.next_steps)),
    )


def render_review(judgement: Judgement, *, reviewer: str, base: str, spec: str) -> str:
    """Write a resolved judgement as a review in JSON, of the shape that codex writes, with further keys."""
    named = {own.label: own.name for own in judgement.judged}
    value = {
        "reviewer": reviewer,
        "verdict": judgement.verdict,
        "summary": judgement.summary,
        "winner": named.get(judgement.winner, judgement.winner),
        "findings": [_write_finding(finding, named) for finding in judgement.findings],
        "next_steps": list(judgement.next_steps),
        "comparison": {
            "base": base,
            "spec": spec,
            "labels": {own.label: {"name": own.name, "commit": own.oid} for own in judgement.judged},
        },
    }
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write_finding(finding: JudgedFinding, named: Mapping[str, str]) -> dict[str, Any]:
    name = named.get(finding.label, "")
    return {
        "implementation": name,
        "severity": finding.severity,
        "title": f"{name}: {finding.title}" if name else finding.title,
        "body": finding.body,
        "file": finding.path,
        "line_start": finding.line,
        "line_end": finding.end_line,
        "confidence": finding.confidence,
        "recommendation": finding.recommendation,
    }


def _read_finding(source: Mapping[str, Any], labels: list[str], paths: Mapping[str, str]) -> JudgedFinding:
    path = _text(source, "file").removeprefix("a/").removeprefix("b/")
    line = _read_line(source.get("line_start"))
    end_line = _read_line(source.get("line_end"))
    severity = _text(source, "severity")
    return JudgedFinding(
        label=_read_label(source.get("implementation"), labels),
        title=_text(source, "title") or "(no title)",
        body=_text(source, "body"),
        severity=severity,
        level=get_severity(severity) if severity else None,
        path=paths.get(path, path),
        line=line,
        end_line=max(line, end_line or line) if line else None,
        confidence=_read_confidence(source.get("confidence")),
        recommendation=_text(source, "recommendation"),
    )


def _read_label(value: object, known: list[str]) -> str:
    word = value.strip().strip("[]") if isinstance(value, str) else ""
    return next((label for label in known if label.lower() == word.lower()), "")


def _read_line(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LINE_LIMIT else None


def _read_confidence(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    return value.strip()[:LONGEST] if isinstance(value, str) else ""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST
