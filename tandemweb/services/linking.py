"""Linking the commits of a project to its missions: from archive, analysis and git into one list of links."""

from collections.abc import Iterable, Mapping, Sequence

from tandemweb.archive.layout import recognise
from tandemweb.archive.state import extract_state
from tandemweb.domain.commit import Commit, RepositoryStatus
from tandemweb.domain.link import CommitLink
from tandemweb.domain.mission import DocumentKind, Mission, MissionState
from tandemweb.history.branches import list_stretches
from tandemweb.history.contents import read_blobs
from tandemweb.history.linking import link_commits
from tandemweb.history.opening import Repository
from tandemweb.history.order import HistoryOrder
from tandemweb.history.patches import read_patch_ids
from tandemweb.history.twins import link_same_content, link_same_patches, list_pairs
from tandemweb.services.archive_paths import SplitHistory, split_history
from tandemweb.services.mission_traces import KnownPaths, build_trace, make_finder

STATE_LIMIT = 64 * 1024


def link_missions(
    repository: Repository,
    commits: Sequence[Commit],
    missions: Sequence[Mission],
    texts: Mapping[str, str],
    status: RepositoryStatus,
) -> tuple[CommitLink, ...]:
    """Link ``commits`` (newest first, with all their changes) to ``missions``.

    ``texts``: documents by path, at least those of ``mission_traces.list_naming_documents``. Raises HistoryError.
    """
    split = split_history(commits, missions, {mission.root.path for mission in missions})
    states = _read_states(repository, split)
    known = KnownPaths(split.commits)
    find_commit = make_finder(commit.oid for commit in commits)
    authors = {commit.oid: commit.author_name for commit in commits}
    traces = [
        build_trace(mission, split.changes[mission.path], texts, states, known, find_commit, authors)
        for mission in missions
    ]
    stretches = list_stretches(HistoryOrder(split.commits), status.refs, status.worktrees, status.head_oid)
    links = link_commits(split.commits, traces, stretches, status.tips)
    links += link_same_content(split.commits, links)
    pairs = list_pairs(split.commits, links)
    patches = read_patch_ids(repository, {oid for pair in pairs for oid in (pair.oid, pair.link.oid)})
    return links + link_same_patches(pairs, patches)


def _read_states(repository: Repository, split: SplitHistory) -> Mapping[str, MissionState]:
    blobs = {
        found.change.blob: None
        for changes in split.changes.values()
        for found in changes
        if found.change.blob and recognise(found.inner).kind is DocumentKind.STATE
    }
    read = read_blobs(repository, blobs, limit=STATE_LIMIT) if blobs else ()
    return {blob.oid: extract_state(blob.data.decode("utf-8", "replace"), "State.json").state for blob in read}


def group_links(links: Iterable[CommitLink]) -> Mapping[str, tuple[CommitLink, ...]]:
    """Give the links of each mission by its path."""
    grouped: dict[str, tuple[CommitLink, ...]] = {}
    for link in links:
        grouped[link.mission_path] = (*grouped.get(link.mission_path, ()), link)
    return grouped
