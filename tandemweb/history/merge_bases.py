"""The commits that several build on, and those that people name."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing

from tandemweb.history.opening import Repository, check_oid


def find_merge_base(repository: Repository, commits: Sequence[str]) -> str | None:
    """Find the best commit that all of ``commits`` (object ids) build on, None where there is none. One process."""
    arguments = ["merge-base", "--octopus", *(check_oid(oid) for oid in commits)]
    with closing(repository.stream(arguments, accepted=(0, 1))) as pieces:
        answer = b"".join(pieces).decode("ascii", "replace").split()
    return answer[0] if answer else None


def find_merge_bases(repository: Repository, groups: Sequence[Sequence[str]]) -> tuple[str | None, ...]:
    """Find the same for each group of commits. One process for one group, two for any number of them."""
    if len(groups) < 2:
        return tuple(find_merge_base(repository, group) for group in groups)
    tips = list(dict.fromkeys(check_oid(oid) for group in groups for oid in group))
    lowest = find_merge_base(repository, tips)
    questions = "".join(f"{oid}\n" for oid in (*tips, *([f"^{lowest}"] if lowest else []))).encode()
    answer = repository.run(["rev-list", "--topo-order", "--parents", "--stdin"], stdin=questions).decode("ascii")
    history = [line.split(" ") for line in answer.splitlines()]
    # What all groups build on is where any of them ends at the latest.
    history += [[lowest]] if lowest else []
    return tuple(_find_common(history, set(group)) for group in groups)


def _find_common(history: Iterable[Sequence[str]], wanted: set[str]) -> str | None:
    """Find the first commit that all of ``wanted`` lead to; ``history`` has each commit before its parents."""
    reached_from: dict[str, set[str]] = {oid: {oid} for oid in wanted}
    for oid, *parents in history:
        reached = reached_from.pop(oid, set())
        if reached == wanted:
            return oid
        for parent in parents if reached else ():
            reached_from.setdefault(parent, set()).update(reached)
    return None


def find_commits(repository: Repository, names: Iterable[str]) -> Mapping[str, str]:
    """Find the commits of full or shortened object ids, by name; none for what names none or several. One process."""
    asked = list(dict.fromkeys(names))
    if not asked:
        return {}
    questions = "".join(f"{name}^{{commit}}\n" for name in asked).encode()
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin=questions).decode("ascii", "replace")
    lines = (line.partition(" ") for line in answer.split("\n"))
    return {name: oid for name, (oid, _, kind) in zip(asked, lines, strict=False) if kind.startswith("commit ")}
