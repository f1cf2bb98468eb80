"""What several commits changed since one, and against each other: all pairs by one git process."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from tandemweb.domain.commit import FileChange
from tandemweb.domain.comparison import PairChanges
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.history.invocation import PATIENCE, GitFailedError
from tandemweb.history.log import RENAME_LIMIT
from tandemweb.history.log_parsing import parse_plain_change, split_fields
from tandemweb.history.opening import Repository, check_oid

Counts = dict[str, tuple[int, int] | None]
_OPTIONS = (
    "--stdin",
    "--always",
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
_HEADER = re.compile(rb"[0-9a-f]{40,64}")
_COUNTING_PATIENCE = 120.0


def read_pair_changes(
    repository: Repository, base: str, sides: Sequence[str], *, with_counts: bool = False
) -> tuple[PairChanges, ...]:
    """Compare each of ``sides`` with ``base``, then each two of them; all are object ids of commits. One process.

    Counting lines takes about ten times as long as naming files. Raises NotFoundError for a commit that is not there.
    """
    pairs: list[tuple[int | None, int]] = [(None, number) for number in range(len(sides))]
    pairs += list(combinations(range(len(sides)), 2))
    asked = [(base if left is None else sides[left], sides[right]) for left, right in pairs]
    # A commit with another one behind it is compared with that, as if it were its only parent.
    questions = "".join(f"{check_oid(right)} {check_oid(left)}\n" for left, right in asked).encode()
    options = (*_OPTIONS, "--numstat") if with_counts else _OPTIONS
    patience = _COUNTING_PATIENCE if with_counts else PATIENCE
    try:
        answers = _parse(split_fields(repository.stream(["diff-tree", *options], stdin=questions, patience=patience)))
    except GitFailedError:
        _check_there(repository, (base, *sides))
        raise
    if [oid for oid, _, _ in answers] != [right for _, right in asked]:  # one that is not there is passed over
        _check_there(repository, (base, *sides))
        raise HistoryError("git did not compare all of these commits; the repository may be damaged")
    return tuple(
        PairChanges(*pair, tuple(changes), counts if with_counts else None)
        for pair, (_, changes, counts) in zip(pairs, answers, strict=True)
    )


def list_lost(repository: Repository, commits: Iterable[str]) -> frozenset[str]:
    """List those of the commits that are no longer in the repository. One process."""
    asked = [check_oid(oid) for oid in commits]
    questions = "".join(f"{oid}^{{tree}}\n" for oid in asked).encode()
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin=questions)
    lines = (line.split(" ") for line in answer.decode("ascii", "replace").split("\n"))
    return frozenset(oid for oid, fields in zip(asked, lines, strict=False) if fields[1:2] != ["tree"])


def _check_there(repository: Repository, commits: Sequence[str]) -> None:
    lost = list_lost(repository, commits)
    for oid in commits:
        if oid in lost:
            raise NotFoundError(
                f"Commit {oid[:12]} is no longer in this repository: its branch was deleted or rewritten, and git "
                "threw it away. Start a comparison of what is there now."
            )


def _parse(fields: Iterator[bytes]) -> list[tuple[str, list[FileChange], Counts]]:
    """Read the answer: for each pair its commit, then the changes, then the counts, each with its paths behind."""
    answers: list[tuple[str, list[FileChange], Counts]] = []
    changes: list[FileChange] = []
    counts: Counts = {}
    for field in fields:
        if _HEADER.fullmatch(field):
            changes, counts = [], {}
            answers.append((field.decode("ascii"), changes, counts))
        elif field[:1] == b":":
            changes.append(parse_plain_change(field, fields))
        elif field:
            added, removed, path = field.split(b"\t", 2)
            if not path:
                next(fields, None)  # the old name
                path = next(fields, b"")
            counts[os.fsdecode(path)] = None if added == b"-" else (int(added), int(removed))
    return answers
