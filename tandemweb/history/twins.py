"""Commits that make the same change as a linked one: rebased, picked, or squashed together. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tandemweb.domain.commit import Commit
from tandemweb.domain.link import CommitLink
from tandemweb.history.evidence import say_same_content, say_same_patch
from tandemweb.history.order import HistoryOrder

MOST_PAIRS = 2000


@dataclass(frozen=True, slots=True)
class Pair:
    """A linked commit and one that looks like the same work done again."""

    link: CommitLink
    oid: str


def link_same_content(commits: Sequence[Commit], links: Sequence[CommitLink]) -> tuple[CommitLink, ...]:
    """Link what brings exactly the contents that commits of one mission brought on another branch: a squash of them."""
    order = HistoryOrder(commits)
    known = {link.oid for link in links}
    brought: defaultdict[tuple[str, str], list[CommitLink]] = defaultdict(list)
    found = []
    for link in links:
        _note(link, order, brought)
    for commit in reversed(commits):
        twin = None if commit.oid in known else _find_source(commit, brought, order)
        if twin:
            found.append(twin)
            _note(twin, order, brought)  # what brings it once more after this one is a revert
    return tuple(found)


def _note(link: CommitLink, order: HistoryOrder, brought: defaultdict[tuple[str, str], list[CommitLink]]) -> None:
    for change in order.get(link.oid).changes:
        if change.blob:
            brought[change.path, change.blob].append(link)


def _find_source(
    commit: Commit, brought: Mapping[tuple[str, str], Sequence[CommitLink]], order: HistoryOrder
) -> CommitLink | None:
    if not commit.changes or len(commit.parents) > 1:
        return None
    sources = [brought.get((change.path, change.blob or "")) for change in commit.changes]
    if not all(sources):
        return None
    links = list(dict.fromkeys(link for found in sources for link in found or ()))
    missions = {link.mission_path for link in links}
    # On one line of history the same content again is a revert, not the same work.
    if len(missions) > 1 or any(order.is_ancestor(link.oid, commit.oid) for link in links):
        return None
    rounds = {link.round for link in links}
    evidence = say_same_content([link.oid for link in links])
    strength = max(link.strength for link in links)
    return CommitLink(
        commit.oid, links[0].mission_path, rounds.pop() if len(rounds) == 1 else None, strength, (evidence,)
    )


def list_pairs(commits: Iterable[Commit], links: Iterable[CommitLink]) -> tuple[Pair, ...]:
    """List commits by the same author with the same message and time as a linked one: what a rebase or pick leaves."""
    linked = {link.oid: link for link in links}
    alike: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for commit in commits:
        if commit.changes and len(commit.parents) < 2 and commit.authored_at:  # a merge
            alike[commit.author_email, commit.authored_at, commit.subject].append(commit.oid)
    return tuple(_pair_up(alike.values(), linked))[:MOST_PAIRS]


def _pair_up(groups: Iterable[Sequence[str]], linked: Mapping[str, CommitLink]) -> Iterator[Pair]:
    for group in groups:
        own = next((linked[oid] for oid in group if oid in linked), None)
        if own:
            yield from (Pair(own, oid) for oid in group if oid not in linked)


def link_same_patches(pairs: Iterable[Pair], patches: Mapping[str, str]) -> tuple[CommitLink, ...]:
    """Link those of the pairs that make the very same change. ``patches``: patch ids by commit."""
    return tuple(
        replace(pair.link, oid=pair.oid, evidence=(say_same_patch(pair.link.oid),))
        for pair in pairs
        if pair.oid in patches and patches[pair.oid] == patches.get(pair.link.oid)
    )
