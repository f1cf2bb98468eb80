"""The commits that implement a mission, in the order of the history."""

from dataclasses import dataclass

from tandemweb.domain.link import CommitLink
from tandemweb.store.commit_list import CommitRow, list_rows_by_oid
from tandemweb.store.database import Database
from tandemweb.store.links import list_mission_links


@dataclass(frozen=True, slots=True)
class ImplementingCommit:
    """One commit with the reason why it counts as work on the mission."""

    row: CommitRow
    link: CommitLink


def list_work(index: Database, project: str, root: str, mission: str) -> tuple[ImplementingCommit, ...]:
    """Give a mission's implementing commits, oldest first. Raises NotFoundError."""
    links = {link.oid: link for link in list_mission_links(index, project, root, mission)}
    rows = list_rows_by_oid(index, project, links)
    return tuple(ImplementingCommit(row, links[row.commit.oid]) for row in rows)
