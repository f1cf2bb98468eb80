"""The commits of several tips since one, held against what following parents says, in random histories."""

from collections.abc import Callable
from random import Random

import pytest

from store.examples import make_commit
from tandemweb.domain.commit import Commit
from tandemweb.store import commit_ranges
from tandemweb.store.commit_ranges import find_commits_since
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter

COUNT = 30


def grow(random: Random) -> list[Commit]:
    made: list[Commit] = []
    for number in range(1, COUNT + 1):
        parents = random.sample(made[-7:], min(len(made), random.choice([1, 1, 2])))
        made.append(make_commit(number, parents=tuple(parent.oid for parent in parents)))
    return made


def list_reachable(commits: dict[str, Commit], tip: str) -> set[str]:
    found, waiting = set(), [tip]
    while waiting:
        oid = waiting.pop()
        if oid in commits and oid not in found:
            found.add(oid)
            waiting += commits[oid].parents
    return found


@pytest.mark.parametrize("seed", range(8))
def test_random_histories(seed: int, writer: IndexWriter, ask: Callable, monkeypatch):
    monkeypatch.setattr(commit_ranges, "BATCH", 4)
    random = Random(seed)
    made = grow(random)
    known = {commit.oid: commit for commit in made}
    with writer.transaction() as index:
        save_commits(index, "shop", reversed(made[:20]), complete=True)
    with writer.transaction() as index:  # a later pass
        save_commits(index, "shop", reversed(made[20:]))
    for _ in range(12):
        base, *tips = random.sample(list(known), 3)
        found = ask(find_commits_since, "shop", tips, base)
        for tip, own in zip(tips, found, strict=True):
            assert {commit.oid for commit in own} == list_reachable(known, tip) - list_reachable(known, base)
            assert [commit.oid for commit in own] == sorted(
                (one.oid for one in own), key=list(known).index, reverse=True
            )


def test_what_is_not_known_is_not_made_up(writer: IndexWriter, ask: Callable):
    first = make_commit(1, parents=())
    second = make_commit(2, parents=(first.oid,))
    torn = make_commit(3, parents=("f" * 40,))
    with writer.transaction() as index:
        save_commits(index, "shop", [torn, second, first], complete=True)
    assert ask(find_commits_since, "shop", [second.oid], first.oid) == ((second,),)
    assert ask(find_commits_since, "shop", [second.oid, "e" * 40], first.oid) is None
    assert ask(find_commits_since, "shop", [second.oid], "e" * 40) is None
    assert ask(find_commits_since, "shop", [torn.oid], first.oid) is None
    with writer.transaction() as index:  # a history that was written anew: its commits come to stand above the old one
        save_commits(index, "shop", [first], complete=True)
    assert ask(find_commits_since, "shop", [second.oid], first.oid) is None
