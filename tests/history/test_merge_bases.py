"""Bases of many groups at once, and the commits of each side, beside what plain git says of random histories."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from conftest import GitRepository

from tandemweb.history.log import read_messages_of_each
from tandemweb.history.merge_bases import find_commits, find_merge_base, find_merge_bases
from tandemweb.history.opening import Repository

COMMITS = 24


def grow(git: GitRepository, random: Random) -> list[str]:
    """Make commits with up to two parents each, and now and then a root of its own."""
    tree = git.git("write-tree")
    made: list[str] = []
    for number in range(COMMITS):
        count = min(len(made), random.choice([1, 1, 1, 2, 2, 0] if number > 3 else [1]))
        parents = [option for parent in random.sample(made[-9:], count) for option in ("-p", parent)]
        made.append(git.git("commit-tree", tree, *parents, "-m", str(number)))
    return made


def ask_all(git: GitRepository, group: list[str]) -> set[str | None]:
    try:
        return set(git.git("merge-base", "--octopus", "--all", *group).split("\n"))
    except Exception:  # noqa: BLE001 git says by its exit status that there is none
        return {None}


@pytest.mark.parametrize("seed", range(6))
def test_random_histories(seed: int, git_repository: GitRepository, open_at: Callable[[Path], Repository]):
    random = Random(seed)
    made = grow(git_repository, random)
    groups = [random.sample(made[8:], random.choice([2, 2, 3])) for _ in range(9)]
    repository = open_at(git_repository.path)
    found = find_merge_bases(repository, groups)
    assert [base for base, group in zip(found, groups, strict=True) if base not in ask_all(git_repository, group)] == []
    assert find_merge_bases(repository, groups[:1]) == (find_merge_base(repository, groups[0]),)
    assert find_merge_bases(repository, []) == ()
    for group in groups:
        each = read_messages_of_each(repository, group[1:], group[0])
        plain = [git_repository.git("rev-list", "--topo-order", tip, f"^{group[0]}").split() for tip in group[1:]]
        assert [sorted(commit.oid for commit in own) for own in each] == [sorted(own) for own in plain]
        for own in each:
            places = {commit.oid: place for place, commit in enumerate(own)}
            assert all(places.get(parent, COMMITS) > places[commit.oid] for commit in own for parent in commit.parents)


def test_commits_by_the_beginning_of_their_names(git_repository, open_at):
    oid = git_repository.commit("one", {"a": "1\n"})
    blob = git_repository.git("rev-parse", "HEAD:a")
    asked = [oid, oid[:9], blob, "0" * 40, "f" * 7]
    assert find_commits(open_at(git_repository.path), asked) == {oid: oid, oid[:9]: oid}
