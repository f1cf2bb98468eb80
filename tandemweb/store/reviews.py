"""What documents outside missions say: their findings, reviewers and confidence numbers."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple

from tandemweb.domain.review import ConfidencePair, Review, ReviewFinding
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.finding_rows import mention_columns, read_mention
from tandemweb.store.values import read_json, read_strings, write_json


def save_reviews(index: Transaction, project: str, reviews: Mapping[str, Review]) -> None:
    """Replace what the documents at these paths say; they must be saved already. Other documents keep theirs."""
    rows = index.rows(
        """
        SELECT documents.path, documents.id FROM projects JOIN documents ON documents.project_id = projects.id
        WHERE slug = ? AND mission_id IS NULL AND documents.path IN (SELECT value FROM json_each(?))
        """,
        (project, write_json(tuple(reviews))),
    )
    ids = {row[0]: row[1] for row in rows}
    index.execute_many("DELETE FROM reviews WHERE document_id = ?", [(number,) for number in ids.values()])
    told = [(ids[path], review) for path, review in reviews.items() if path in ids and review.says_something]
    index.execute_many(
        "INSERT INTO reviews (document_id, reviewers, confidence) VALUES (?, ?, ?)",
        ((number, write_json(review.reviewers), _write_confidence(review.confidence)) for number, review in told),
    )
    index.execute_many(
        """
        INSERT INTO review_findings (document_id, position, path, line, end_line, title, text, severity, severity_word,
            label, section, stance, criteria, finding_references, file_references, stated_agreement, confidence,
            reviewers, category, why)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (number, position, *mention_columns(finding.mention), finding.category, finding.why)
            for number, review in told
            for position, finding in enumerate(review.findings)
        ),
    )


def list_reviews(index: Database, project: str, path: str | None = None) -> dict[str, Review]:
    """Give what the documents of a project outside missions say, or only one of them, by path; two queries."""
    findings: defaultdict[int, list[ReviewFinding]] = defaultdict(list)
    for row in index.rows(
        """
        SELECT review_findings.* FROM projects JOIN documents ON documents.project_id = projects.id
        JOIN review_findings ON document_id = documents.id
        WHERE slug = ?1 AND mission_id IS NULL AND (?2 IS NULL OR documents.path = ?2) ORDER BY document_id, position
        """,
        (project, path),
    ):
        findings[row["document_id"]].append(ReviewFinding(read_mention(row), row["category"], row["why"]))
    rows = index.rows(
        """
        SELECT documents.path, reviews.* FROM projects JOIN documents ON documents.project_id = projects.id
        JOIN reviews ON document_id = documents.id
        WHERE slug = ?1 AND mission_id IS NULL AND (?2 IS NULL OR documents.path = ?2) ORDER BY position
        """,
        (project, path),
    )
    return {row["path"]: _read_review(row, findings[row["document_id"]]) for row in rows}


def count_review_findings(index: Database, project: str) -> dict[str, int]:
    """Count the findings of each document that ``list_reviews`` gives, by path."""
    rows = index.rows(
        """
        SELECT documents.path, (SELECT count(*) FROM review_findings AS found WHERE found.document_id = documents.id)
        FROM reviews CROSS JOIN documents ON documents.id = reviews.document_id
        JOIN projects ON projects.id = documents.project_id WHERE slug = ? AND mission_id IS NULL
        """,
        (project,),
    )
    return {row[0]: row[1] for row in rows}


def _write_confidence(pair: ConfidencePair | None) -> str | None:
    return write_json(astuple(pair)) if pair else None


def _read_review(row: Row, findings: list[ReviewFinding]) -> Review:
    numbers = read_json(row["confidence"]) if row["confidence"] else None
    return Review(tuple(findings), read_strings(row["reviewers"]), ConfidencePair(*numbers) if numbers else None)
