"""What several commits changed since one, and against each other: all pairs by one git process."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from tandemweb.domain.commit import FileChange
from tandemweb.domain.comparison import PairChanges
from tandemweb.errors import NotFoundError
from tandemweb.history.invocation import PATIENCE
from tandemweb.history.log import RENAME_LIMIT
from tandemweb.history.log_parsing import parse_plain_change, split_fields
from tandemweb.history.opening import Repository, check_oid

Counts = dict[str, tuple[int, int] | None]
_OPTIONS = (
    "--stdin",
    "-r",
    "-z",
    "--raw",
    "--find-renames",
    f"-l{RENAME_LIMIT}",
    "--full-index",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
)
# A pair without changes is followed by the next one's header at once; the last of them counts.
_HEADERS = re.compile(rb"(?:([0-9a-f]{40,64} [0-9a-f]{40,64})\n)+")
_COUNTING_PATIENCE = 120.0


def read_pair_changes(
    repository: Repository, base: str, sides: Sequence[str], *, with_counts: bool = False
) -> tuple[PairChanges, ...]:
    """Compare each of ``sides`` with ``base``, then each two of them; all are object ids of commits. Two processes.

    Counting lines takes about ten times as long as naming files. Raises NotFoundError for a commit that is not there.
    """
    trees = _read_trees(repository, (base, *sides))
    pairs: list[tuple[int | None, int]] = [(None, number) for number in range(len(sides))]
    pairs += list(combinations(range(len(sides)), 2))
    asked = [(base if left is None else sides[left], sides[right]) for left, right in pairs]
    headers = [f"{trees[left]} {trees[right]}" for left, right in asked]
    questions = "".join(f"{header}\n" for header in dict.fromkeys(headers)).encode()
    options = (*_OPTIONS, "--numstat") if with_counts else _OPTIONS
    patience = _COUNTING_PATIENCE if with_counts else PATIENCE
    fields = split_fields(repository.stream(["diff-tree", *options], stdin=questions, patience=patience))
    answers = _parse(fields)
    compared = []
    for pair, (left, right), header in zip(pairs, asked, headers, strict=True):
        changes, counts = answers.get(header, ([], {}))
        names = trees[left], trees[right]
        compared.append(PairChanges(*pair, tuple(changes), counts if with_counts else None, names))
    return tuple(compared)


def list_lost(repository: Repository, commits: Iterable[str]) -> frozenset[str]:
    """List those of the commits that are no longer in the repository. One process."""
    asked = [check_oid(oid) for oid in commits]
    return frozenset(asked) - _resolve_trees(repository, asked).keys()


def read_sizes(repository: Repository, oids: Iterable[str]) -> Mapping[str, int]:
    """Read the sizes of blobs in bytes; those that are not there are left out. One process."""
    asked = list(dict.fromkeys(check_oid(oid) for oid in oids))
    if not asked:
        return {}
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin="\n".join((*asked, "")).encode())
    lines = (line.split(" ") for line in answer.decode("ascii", "replace").split("\n"))
    return {oid: int(fields[2]) for oid, fields in zip(asked, lines, strict=False) if fields[1:2] == ["blob"]}


def _read_trees(repository: Repository, commits: Sequence[str]) -> Mapping[str, str]:
    trees = _resolve_trees(repository, [check_oid(oid) for oid in commits])
    for oid in commits:
        if oid not in trees:
            raise NotFoundError(
                f"Commit {oid[:12]} is no longer in this repository: its branch was deleted or rewritten, and git "
                "threw it away. Start a comparison of what is there now."
            )
    return trees


def _resolve_trees(repository: Repository, commits: Sequence[str]) -> Mapping[str, str]:
    questions = "".join(f"{oid}^{{tree}}\n" for oid in commits).encode()
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin=questions)
    lines = (line.split(" ") for line in answer.decode("ascii", "replace").split("\n"))
    return {oid: fields[0] for oid, fields in zip(commits, lines, strict=False) if fields[1:2] == ["tree"]}


def _parse(fields: Iterator[bytes]) -> Mapping[str, tuple[list[FileChange], Counts]]:
    """Read the answer: for each pair its two trees, then the changes, then the counts, each with its paths behind."""
    answers: dict[str, tuple[list[FileChange], Counts]] = {}
    changes: list[FileChange] = []
    counts: Counts = {}
    for field in fields:
        headers = _HEADERS.match(field)
        if headers:
            changes, counts = [], {}
            answers[headers[1].decode("ascii")] = changes, counts
        rest = field[headers.end() :] if headers else field
        if rest[:1] == b":":
            changes.append(parse_plain_change(rest, fields))
        elif rest:
            added, removed, path = rest.split(b"\t", 2)
            if not path:
                next(fields, None)  # the old name
                path = next(fields, b"")
            counts[os.fsdecode(path)] = None if added == b"-" else (int(added), int(removed))
    return answers
