"""Documents outside missions as the JSON objects of the export: findings, confidence, and what git says of a plan."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tandemweb.analysis.others import ConfidencePair, OtherFinding
from tandemweb.archive.reading import extract_text
from tandemweb.domain.commit import Commit
from tandemweb.domain.mission import DocumentKind
from tandemweb.errors import HistoryError
from tandemweb.history.contents import read_blob
from tandemweb.history.opening import Repository
from tandemweb.history.versions import list_versions
from tandemweb.services.plan_history import Rewriting, list_rewritings
from tandemweb.services.project_documents import UNDERSTOOD, ProjectDocument
from tandemweb.services.whole_history import WholeHistory

Json = dict[str, Any]
LABELS = {DocumentKind.CODEX_REVIEW: "review-json"}


def render_project_documents(history: WholeHistory | None, documents: Iterable[ProjectDocument]) -> list[Json]:
    """Give the facts of each plan and review, by path; contexts and settings of archive roots are left out.

    Nothing is said of the past of plans without a ``history``.
    """
    shown = [document for document in documents if document.document.kind in UNDERSTOOD]
    plans = [document.document.path for document in shown if _has_inserted_phases(document)]
    rewritings = _read_rewritings(history, plans) if history and plans else {}
    return [_render(document, rewritings.get(document.document.path)) for document in shown]


def _has_inserted_phases(document: ProjectDocument) -> bool:
    return document.document.kind is DocumentKind.PLAN and bool(document.reading and document.reading.findings)


def _read_rewritings(history: WholeHistory, plans: Sequence[str]) -> Mapping[str, tuple[Rewriting, ...]]:
    commits = history.of_head()
    try:
        return {path: _rewritings_of(history.repository, commits, path) for path in plans}
    except HistoryError:
        return {}


def _rewritings_of(repository: Repository, commits: Sequence[Commit], path: str) -> tuple[Rewriting, ...]:
    def read(blob: str) -> str:
        return extract_text(read_blob(repository, blob).data, path).text

    return list_rewritings(list_versions(commits, path), read)


def _render(document: ProjectDocument, rewritings: tuple[Rewriting, ...] | None) -> Json:
    reading = document.reading
    problems = [problem.message for problem in document.problems]
    problems += [
        f"commit {rewriting.oid} rewrites original phases: {', '.join(rewriting.phases)}"
        for rewriting in rewritings or ()
    ]
    has_inserted = _has_inserted_phases(document)
    kind = "inserted-phases" if has_inserted else LABELS.get(document.document.kind, document.document.kind)
    return {
        "path": document.document.path,
        "kind": kind,
        "title": document.document.title,
        "verdict": document.document.verdict,
        "reviewers": list(reading.reviewers) if reading else [],
        "findings": [_finding(finding) for finding in reading.findings] if reading else [],
        "problems": problems,
        "confidence": _confidence(reading.confidence) if reading and reading.confidence else None,
        "original_phases_unchanged": not rewritings if has_inserted and rewritings is not None else None,
    }


def _finding(finding: OtherFinding) -> Json:
    mention = finding.mention
    reference = next(iter(mention.file_references), None)
    return {
        "line": mention.line,
        "title": mention.title,
        "severity": mention.severity_word,
        "severity_normalised": mention.severity,
        "reviewers": list(mention.reviewers),
        "category": finding.category,
        "why": finding.why,
        "file": reference.path if reference else None,
        "line_start": reference.line_start if reference else None,
        "line_end": reference.line_end if reference else None,
        "confidence": mention.confidence,
    }


def _confidence(pair: ConfidencePair) -> Json:
    return {
        "claude": pair.claude,
        "codex": pair.codex,
        "claude_line": pair.claude_line,
        "codex_line": pair.codex_line,
        "distance": round(pair.distance, 4),
    }
