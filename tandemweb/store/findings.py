"""Findings of exchanges with everything said about them."""

from collections import defaultdict
from collections.abc import Sequence

from tandemweb.domain.finding import Finding, MatchReason, Mention, TrailStep
from tandemweb.store.database import Database, Transaction
from tandemweb.store.finding_rows import (
    finding_columns,
    mention_columns,
    read_finding,
    read_mention,
    read_step,
    step_columns,
)


def save_findings(index: Transaction, exchanges: Sequence[tuple[int, Sequence[Finding]]]) -> None:
    """Add the findings of exchanges that have none, given by the exchanges' row ids."""
    first_id = (index.value("SELECT max(id) FROM findings") or 0) + 1
    placed = [
        (exchange_id, position, finding)
        for exchange_id, findings in exchanges
        for position, finding in enumerate(findings)
    ]
    numbered = list(enumerate(placed, first_id))
    index.execute_many(
        """
        INSERT INTO findings (id, exchange_id, position, key, title, raised_by, severity_by, final_severity,
            agreement, outcome, stuck)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (finding_id, exchange_id, position, *finding_columns(finding))
            for finding_id, (exchange_id, position, finding) in numbered
        ),
    )
    _save_parts(index, [(finding_id, finding) for finding_id, (_, _, finding) in numbered])


def _save_parts(index: Transaction, numbered: Sequence[tuple[int, Finding]]) -> None:
    index.execute_many(
        """
        INSERT INTO mentions (finding_id, position, path, line, end_line, title, text, severity, severity_word,
            label, section, stance, criteria, finding_references, file_references, stated_agreement, confidence,
            reviewers)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (finding_id, position, *mention_columns(mention))
            for finding_id, finding in numbered
            for position, mention in enumerate(finding.mentions)
        ),
    )
    index.execute_many(
        """
        INSERT INTO trail_steps (finding_id, position, path, line, author, stance, severity, agreement, quote,
            changed_position)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (finding_id, position, *step_columns(step))
            for finding_id, finding in numbered
            for position, step in enumerate(finding.trail)
        ),
    )
    index.execute_many(
        """
        INSERT INTO match_reasons (finding_id, position, left_mention, right_mention, reason, score)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        (
            (finding_id, position, reason.left, reason.right, reason.reason, reason.score)
            for finding_id, finding in numbered
            for position, reason in enumerate(finding.reasons)
        ),
    )


def list_findings(index: Database, mission_id: int) -> defaultdict[int, list[Finding]]:
    """Give the findings of a mission, whole and in order, by the row id of their exchange."""
    rows = index.rows(
        """
        SELECT findings.* FROM findings JOIN exchanges ON exchanges.id = exchange_id
        WHERE mission_id = ? ORDER BY exchange_id, findings.position
        """,
        (mission_id,),
    )
    mentions = _list_mentions(index, mission_id)
    trails = _list_trails(index, mission_id)
    reasons = _list_reasons(index, mission_id)
    found = defaultdict(list)
    for row in rows:
        finding_id = row["id"]
        found[row["exchange_id"]].append(
            read_finding(row, mentions[finding_id], trails[finding_id], reasons[finding_id]),
        )
    return found


def _list_mentions(index: Database, mission_id: int) -> defaultdict[int, list[Mention]]:
    found = defaultdict(list)
    for row in index.rows(
        """
        SELECT mentions.* FROM exchanges JOIN findings ON findings.exchange_id = exchanges.id
        JOIN mentions ON mentions.finding_id = findings.id
        WHERE mission_id = ? ORDER BY finding_id, mentions.position
        """,
        (mission_id,),
    ):
        found[row["finding_id"]].append(read_mention(row))
    return found


def _list_trails(index: Database, mission_id: int) -> defaultdict[int, list[TrailStep]]:
    found = defaultdict(list)
    for row in index.rows(
        """
        SELECT trail_steps.* FROM exchanges JOIN findings ON findings.exchange_id = exchanges.id
        JOIN trail_steps ON trail_steps.finding_id = findings.id
        WHERE mission_id = ? ORDER BY finding_id, trail_steps.position
        """,
        (mission_id,),
    ):
        found[row["finding_id"]].append(read_step(row))
    return found


def _list_reasons(index: Database, mission_id: int) -> defaultdict[int, list[MatchReason]]:
    found = defaultdict(list)
    for row in index.rows(
        """
        SELECT match_reasons.* FROM exchanges JOIN findings ON findings.exchange_id = exchanges.id
        JOIN match_reasons ON match_reasons.finding_id = findings.id
        WHERE mission_id = ? ORDER BY finding_id, match_reasons.position
        """,
        (mission_id,),
    ):
        found[row["finding_id"]].append(
            MatchReason(row["left_mention"], row["right_mention"], row["reason"], row["score"])
        )
    return found
