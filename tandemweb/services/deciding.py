"""Links between key decisions of missions that replace each other."""

from tandemweb.analysis.supersession import DatedDecision, find_supersessions
from tandemweb.store.connections import IndexWriter
from tandemweb.store.decision_list import list_dated_decisions
from tandemweb.store.decisions import has_new_decisions, save_supersessions


def link_decisions(index: IndexWriter, project: str) -> bool:
    """Find which decisions of a project took others' place, if any came or went; says whether that is different now."""
    with index.transaction() as transaction:
        if not has_new_decisions(transaction, project):
            return False
        dated = [DatedDecision(*row) for row in list_dated_decisions(transaction, project)]
        return save_supersessions(transaction, project, find_supersessions(dated))
