"""Which commit, mission and round wrote each line of a file: what stands in the margin beside code."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tandemweb.domain.commit import Commit
from tandemweb.domain.link import LinkStrength
from tandemweb.history.blame import read_blame
from tandemweb.history.blame_parsing import BlameRun
from tandemweb.history.opening import Repository
from tandemweb.store.commit_list import list_commits_by_oid
from tandemweb.store.commit_paths import count_changes, list_document_versions
from tandemweb.store.database import Database
from tandemweb.store.links import LinkedMission, group_by_commit, list_links

# Lines times revisions up to which moved and copied lines are looked for: about a tenth of a second.
AFFORDABLE = 300_000


@dataclass(frozen=True, slots=True)
class MarginRun:
    """Neighbouring lines of one commit. ``commit`` is None when the index does not know it."""

    first: int
    last: int
    oid: str
    commit: Commit | None
    linked: LinkedMission | None

    @property
    def is_certain(self) -> bool:
        return self.linked is not None and self.linked.link.strength is LinkStrength.CERTAIN


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one mission (None: commits of no known mission) did to a file, in one go. Newest commit first."""

    linked: LinkedMission | None
    commits: tuple[Commit, ...]


def read_affordable_blame(
    index: Database, repository: Repository, project: str, commit: str, path: str, *, line_count: int
) -> tuple[BlameRun, ...]:
    """Ask git who wrote each line; moved and copied lines are followed where the file's history is not too long."""
    revision_count = count_changes(index, project, path)
    return read_blame(repository, commit, path, follow_copies=line_count * revision_count <= AFFORDABLE)


def cut_runs(runs: tuple[BlameRun, ...], first: int, last: int) -> tuple[BlameRun, ...]:
    """Give the parts of runs that lie between two lines, both included."""
    kept = []
    for run in runs:
        start, end = max(run.first, first), min(run.last, last)
        if start <= end:
            shift = start - run.first
            kept.append(BlameRun(start, end - start + 1, run.oid, run.path, run.original_line + shift, run.is_boundary))
    return tuple(kept)


def build_margin(index: Database, project: str, runs: Sequence[BlameRun]) -> tuple[MarginRun, ...]:
    """Put mission and round beside each run, in two queries. Of several missions the surest is shown."""
    oids = {run.oid for run in runs}
    commits = list_commits_by_oid(index, project, oids)
    links = group_by_commit(list_links(index, project, oids=oids))
    margin = []
    for _, group in groupby(runs, key=lambda run: run.oid):
        members = list(group)
        oid = members[0].oid
        linked = links.get(oid, (None,))[0]
        margin.append(MarginRun(members[0].first, members[-1].last, oid, commits.get(oid), linked))
    return tuple(margin)


def list_contributions(index: Database, project: str, path: str) -> tuple[Contribution, ...]:
    """Tell a file's history as the missions that changed it, newest first; renames are followed."""
    commits = list(dict.fromkeys(version.commit for version in list_document_versions(index, project, path)))
    links = group_by_commit(list_links(index, project, oids=[commit.oid for commit in commits]))
    found: list[Contribution] = []
    for commit in commits:
        linked = links.get(commit.oid, (None,))[0]
        last = found[-1] if found else None
        if last and _place(last.linked) == _place(linked):
            found[-1] = Contribution(last.linked, (*last.commits, commit))
        else:
            found.append(Contribution(linked, (commit,)))
    return tuple(found)


def _place(linked: LinkedMission | None) -> tuple[str, int | None] | None:
    return (linked.link.mission_path, linked.link.round) if linked else None
