"""Keeping the key decisions of missions in the index, and the links between those that replace each other."""

from tandemweb.analysis.key_decisions import extract_key_decisions
from tandemweb.analysis.supersession import DatedDecision, find_supersessions
from tandemweb.services.reading import MissionReading
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Transaction
from tandemweb.store.decisions import list_dated_decisions, save_key_decisions, save_supersessions


def save_decisions(index: Transaction, project: str, reading: MissionReading) -> None:
    """Keep what a mission that was just saved decides."""
    mission = reading.mission
    decisions = extract_key_decisions(mission, reading.texts)
    save_key_decisions(index, project, mission.root.slug, mission.name, decisions)


def link_decisions(index: IndexWriter, project: str) -> bool:
    """Find anew which decisions of a project took others' place; says whether that is different now."""
    with index.transaction() as transaction:
        dated = [DatedDecision(*row) for row in list_dated_decisions(transaction, project)]
        return save_supersessions(transaction, project, find_supersessions(dated))
