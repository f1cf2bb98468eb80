"""A mission as the JSON object of the export contract. Paths are relative to the mission folder."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tandemweb.domain.finding import Criterion, CriterionVerdict, Decision, Finding, Mention
from tandemweb.domain.link import CommitLink
from tandemweb.domain.mission import Document, DocumentKind, Exchange, Mission, Stage
from tandemweb.domain.problem import Problem

Json = dict[str, Any]


def render_mission(mission: Mission, links: Iterable[CommitLink] = ()) -> Json:
    """Give a mission's facts. ``links`` are those of its commits; ``commit_links`` say why each is one."""
    base = f"{mission.path}/"
    state = mission.state
    links = tuple(links)
    return {
        "mission": mission.name,
        "archive_root": mission.root.path,
        "title": mission.title,
        "phase": state.phase,
        "verdict": state.verdict,
        "round": state.round,
        "user_feedback_rounds": state.user_feedback_round_count,
        "completed_by": state.completed_by,
        "implementing_commits": sorted(link.oid for link in links),
        "commit_links": [_link(link) for link in sorted(links, key=lambda link: (link.round or 0, link.oid))],
        "criteria": [_criterion(criterion, base) for criterion in mission.criteria],
        "key_decisions": [_decision(decision, base) for decision in mission.decisions],
        "exchanges": [_exchange(exchange, mission, base) for exchange in mission.exchanges],
        "changed_files": {str(number): list(paths) for number, paths in sorted(mission.changed_files.items())},
        "assets": sorted(asset.path.removeprefix(base) for asset in mission.assets),
        "problems": [render_problem(problem, base) for problem in mission.problems],
    }


def render_problem(problem: Problem, base: str = "") -> Json:
    return {**asdict(problem), "path": problem.path.removeprefix(base)}


def _link(link: CommitLink) -> Json:
    return {
        "oid": link.oid,
        "round": link.round,
        "strength": link.strength,
        "evidence": [asdict(evidence) for evidence in link.evidence],
    }


def _criterion(criterion: Criterion, base: str) -> Json:
    return {"n": criterion.number, "text": criterion.text, "path": _short(criterion.path, base), "line": criterion.line}


def _decision(decision: Decision, base: str) -> Json:
    return {**asdict(decision), "path": _short(decision.path, base), "alternatives": list(decision.alternatives)}


def _exchange(exchange: Exchange, mission: Mission, base: str) -> Json:
    documents = (*exchange.documents, *_closing_documents(exchange, mission))
    return {
        "stage": exchange.stage,
        "round": exchange.round,
        "final_verdict": exchange.final_verdict,
        "documents": [_document(document, base) for document in documents],
        "criteria": [_criterion_verdict(verdict, base) for verdict in exchange.criteria],
        "findings": [
            _finding(finding, f"{exchange.stage[0]}{exchange.round}-f{number}", base)
            for number, finding in enumerate(exchange.findings, start=1)
        ],
    }


def _closing_documents(exchange: Exchange, mission: Mission) -> list[Document]:
    """Give the summary to the last evaluation exchange: the labels list it there."""
    evaluations = [other for other in mission.exchanges if other.stage is Stage.EVALUATION]
    if not evaluations or exchange is not evaluations[-1]:
        return []
    return [document for document in mission.documents if document.kind is DocumentKind.SUMMARY]


def _document(document: Document, base: str) -> Json:
    return {
        "path": _short(document.path, base),
        "kind": document.kind,
        "author": document.author,
        "role": document.role,
        "verdict": document.verdict,
        "verdict_line": document.verdict_line,
        "approved": document.approved,
        "approved_line": document.approved_line,
    }


def _criterion_verdict(verdict: CriterionVerdict, base: str) -> Json:
    return {
        "n": verdict.number,
        "claude": verdict.claude,
        "codex": verdict.codex,
        "final": verdict.final,
        "evidence": [{"path": _short(path, base), "line": line, "text": text} for path, line, text in verdict.evidence],
    }


def _finding(finding: Finding, identifier: str, base: str) -> Json:
    return {
        "id": identifier,
        "key": finding.key,
        "title": finding.title,
        "mentions": [_mention(mention, base) for mention in finding.mentions],
        "raised_by": list(finding.raised_by),
        "severity_by": dict(finding.severity_by),
        "final_severity": finding.final_severity,
        "agreement": finding.agreement,
        "outcome": finding.outcome,
        "stuck": finding.stuck,
        "trail": [{**asdict(step), "path": _short(step.path, base)} for step in finding.trail],
        "reasons": [asdict(reason) for reason in finding.reasons],
    }


def _mention(mention: Mention, base: str) -> Json:
    return {
        "path": _short(mention.path, base),
        "line": mention.line,
        "end_line": mention.end_line,
        "title": mention.title,
        "severity": mention.severity,
        "severity_word": mention.severity_word,
        "stance": mention.stance,
        "file_references": [asdict(reference) for reference in mention.file_references],
    }


def _short(path: str, base: str) -> str:
    return path.removeprefix(base)
