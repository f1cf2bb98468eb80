"""Exchanges of a mission with their documents and criterion verdicts; their findings are in ``findings``."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.domain.finding import CriterionVerdict
from tandemweb.domain.mission import Document, Exchange, Stage
from tandemweb.store.database import Database, Transaction
from tandemweb.store.findings import list_findings, save_findings
from tandemweb.store.values import read_json, write_json


def save_exchanges(
    index: Transaction, mission_id: int, exchanges: Sequence[Exchange], document_ids: Mapping[str, int]
) -> None:
    """Add the exchanges of a mission that has none; ``document_ids`` are row ids by path."""
    first_id = (index.value("SELECT max(id) FROM exchanges") or 0) + 1
    numbered = list(enumerate(exchanges, first_id))
    index.execute_many(
        "INSERT INTO exchanges (id, mission_id, position, stage, round, final_verdict) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (exchange_id, mission_id, exchange_id - first_id, exchange.stage, exchange.round, exchange.final_verdict)
            for exchange_id, exchange in numbered
        ),
    )
    index.execute_many(
        "INSERT INTO exchange_documents (exchange_id, position, document_id) VALUES (?, ?, ?)",
        (
            (exchange_id, position, document_ids[document.path])
            for exchange_id, exchange in numbered
            for position, document in enumerate(exchange.documents)
            if document.path in document_ids
        ),
    )
    index.execute_many(
        """
        INSERT INTO criterion_verdicts (exchange_id, position, number, claude, codex, final, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (row for exchange_id, exchange in numbered for row in _criterion_rows(exchange_id, exchange)),
    )
    save_findings(index, [(exchange_id, exchange.findings) for exchange_id, exchange in numbered])


def list_exchanges(index: Database, mission_id: int, documents: Mapping[int, Document]) -> tuple[Exchange, ...]:
    """Exchanges of a mission in order, whole; ``documents`` are those of the mission by row id."""
    rows = index.rows(
        "SELECT id, stage, round, final_verdict FROM exchanges WHERE mission_id = ? ORDER BY position", (mission_id,)
    )
    members = _list_members(index, mission_id, documents)
    criteria = _list_criteria(index, mission_id)
    findings = list_findings(index, mission_id)
    return tuple(
        Exchange(
            stage=Stage(row["stage"]),
            round=row["round"],
            documents=tuple(members[row["id"]]),
            final_verdict=row["final_verdict"],
            criteria=tuple(criteria[row["id"]]),
            findings=tuple(findings[row["id"]]),
        )
        for row in rows
    )


def _criterion_rows(exchange_id: int, exchange: Exchange) -> Iterator[tuple[object, ...]]:
    for position, criterion in enumerate(exchange.criteria):
        yield (
            exchange_id,
            position,
            criterion.number,
            criterion.claude,
            criterion.codex,
            criterion.final,
            write_json(criterion.evidence),
        )


def _list_members(
    index: Database, mission_id: int, documents: Mapping[int, Document]
) -> defaultdict[int, list[Document]]:
    rows = index.rows(
        """
        SELECT exchange_id, document_id FROM exchange_documents
        JOIN exchanges ON exchanges.id = exchange_id WHERE mission_id = ?
        ORDER BY exchange_id, exchange_documents.position
        """,
        (mission_id,),
    )
    members = defaultdict(list)
    for row in rows:
        members[row["exchange_id"]].append(documents[row["document_id"]])
    return members


def _list_criteria(index: Database, mission_id: int) -> defaultdict[int, list[CriterionVerdict]]:
    rows = index.rows(
        """
        SELECT criterion_verdicts.* FROM criterion_verdicts
        JOIN exchanges ON exchanges.id = exchange_id WHERE mission_id = ?
        ORDER BY exchange_id, criterion_verdicts.position
        """,
        (mission_id,),
    )
    verdicts = defaultdict(list)
    for row in rows:
        evidence = tuple((path, line, text) for path, line, text in read_json(row["evidence"]))
        verdicts[row["exchange_id"]].append(
            CriterionVerdict(row["number"], row["claude"], row["codex"], row["final"], evidence)
        )
    return verdicts
