"""Which commits implement which missions, with the evidence for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from tandemweb.domain.link import CommitLink, Evidence, EvidenceKind, LinkStrength
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.missions import get_mission_id
from tandemweb.store.revisions import get_project_id, next_revision
from tandemweb.store.values import read_json, write_json


@dataclass(frozen=True, slots=True)
class LinkedMission:
    """A link with the mission it leads to, in the words of its URL."""

    link: CommitLink
    root: str  # slug
    mission: str  # folder name
    title: str


def save_links(index: Transaction, project: str, links: Iterable[CommitLink], *, missions: Iterable[str]) -> bool:
    """Replace the links of ``missions`` (paths of their folders) by ``links``; gives whether any changed.

    Links to missions that the index does not know are left out.
    """
    project_id = get_project_id(index, project)
    wanted = set(missions)
    rows = index.rows("SELECT id, path FROM missions WHERE project_id = ?", (project_id,))
    ids = {row["path"]: row["id"] for row in rows if row["path"] in wanted}
    given = {(ids[link.mission_path], link.oid): link for link in links if link.mission_path in ids}
    known = {
        (row["mission_id"], row["oid"]): _read_link(row)
        for row in index.rows(
            """
            SELECT commit_links.*, path FROM commit_links JOIN missions ON missions.id = mission_id
            WHERE mission_id IN (SELECT value FROM json_each(?))
            """,
            (write_json(ids.values()),),
        )
    }
    if given == known:
        return False
    index.execute_many("DELETE FROM commit_links WHERE mission_id = ? AND oid = ?", known.keys() - given.keys())
    index.execute_many(
        """
        INSERT OR REPLACE INTO commit_links (project_id, mission_id, oid, round, strength, evidence)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        (
            (project_id, key[0], link.oid, link.round, link.strength, write_json(map(astuple, link.evidence)))
            for key, link in given.items()
            if known.get(key) != link
        ),
    )
    next_revision(index, project)
    return True


def list_links(index: Database, project: str, *, oids: Iterable[str] | None = None) -> tuple[LinkedMission, ...]:
    """Links of the given commits (or of all) of a project, certain ones first."""
    rows = index.rows(
        """
        SELECT commit_links.*, missions.path, missions.name, missions.title, archive_roots.slug AS root
        FROM projects JOIN commit_links ON commit_links.project_id = projects.id
        JOIN missions ON missions.id = mission_id JOIN archive_roots ON archive_roots.id = root_id
        WHERE projects.slug = ?1 AND (?2 IS NULL OR oid IN (SELECT value FROM json_each(?2)))
        ORDER BY strength, missions.path, oid
        """,
        (project, None if oids is None else write_json(oids)),
    )
    return tuple(LinkedMission(_read_link(row), row["root"], row["name"], row["title"]) for row in rows)


def list_mission_links(index: Database, project: str, root: str, mission: str) -> tuple[CommitLink, ...]:
    """Links of one mission, named as in its URL, in no order. Raises NotFoundError."""
    rows = index.rows(
        """
        SELECT commit_links.*, missions.path FROM missions JOIN commit_links ON mission_id = missions.id
        WHERE missions.id = ? ORDER BY oid
        """,
        (get_mission_id(index, project, root, mission),),
    )
    return tuple(map(_read_link, rows))


def group_by_commit(links: Iterable[LinkedMission]) -> dict[str, tuple[LinkedMission, ...]]:
    """Give the links of each commit, in their order."""
    grouped: defaultdict[str, list[LinkedMission]] = defaultdict(list)
    for linked in links:
        grouped[linked.link.oid].append(linked)
    return {oid: tuple(members) for oid, members in grouped.items()}


def _read_link(row: Row) -> CommitLink:
    evidence = tuple(Evidence(EvidenceKind(kind), *rest) for kind, *rest in read_json(row["evidence"]))
    return CommitLink(row["oid"], row["path"], row["round"], LinkStrength(row["strength"]), evidence)
