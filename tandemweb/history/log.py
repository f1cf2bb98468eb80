"""Commits with their changed files, in one pass of git log."""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing

from tandemweb.domain.commit import Commit
from tandemweb.errors import HistoryError
from tandemweb.history.invocation import GitFailedError
from tandemweb.history.log_parsing import LOG_FORMAT, parse_log
from tandemweb.history.opening import Repository, check_oid

# Exact renames are always found (an archive root may be renamed with all its files); this many files on each side
# are also compared by content, which takes up to a second for one commit.
RENAME_LIMIT = 1000
_CHANGES = ("--raw", "--no-abbrev", "-c", "--combined-all-paths", f"-l{RENAME_LIMIT}")
# What to ask when git fails on a damaged or missing object: content is needed to find renames with edits, folders to
# find changes at all, and every commit to sort them by topology before the first is given.
_ATTEMPTS = (
    (("--topo-order", "-M", *_CHANGES), ""),
    (
        ("--topo-order", "-M100%", *_CHANGES),
        "Some contents cannot be read: files renamed and edited at once show as new.",
    ),
    (("--topo-order",), "Some folders of the history cannot be read: changed files are missing from commits."),
    ((), "Some commits cannot be read: the history breaks off before them."),
)
_OPTIONS = (
    f"--format={LOG_FORMAT}",
    "--encoding=UTF-8",
    "--no-show-signature",
    "--no-mailmap",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
    "--root",
    "--stdin",
    "--",
)
_PATIENCE = 120.0


def read_commits(
    repository: Repository,
    *,
    tips: Collection[str],
    known: Collection[str] = (),
    report: Callable[[str], None] | None = None,
) -> Iterator[Commit]:
    """Yield the commits reachable from ``tips`` but not from ``known``, NEWEST FIRST: children before their parents.

    ``tips`` and ``known`` are commit oids (``RepositoryStatus.tips`` now and at the last read). A later read never
    holds a parent of an earlier one's commits. A merge's changes are those files only that differ from all of its
    parents; the first commits of a shallow clone (``is_boundary``) have none. One process, however many commits;
    where objects are damaged or missing up to three more, and ``report`` is told in a sentence what cannot be shown.
    Raises HistoryError when nothing can be read at all, or git took too long.
    """
    if not set(tips) - set(known):
        return
    given: set[str] = set()
    failure: HistoryError | None = None
    for options, loss in _ATTEMPTS:
        if failure and report:
            report(loss)
        try:
            for commit in _read_pass(repository, options, _compose_range(tips, known)):
                if commit.oid not in given:
                    given.add(commit.oid)
                    yield commit
        except GitFailedError as error:
            failure = error
        else:
            return
    if not given:
        raise HistoryError("git cannot read any commit of this repository: it may be damaged") from failure


def read_messages(repository: Repository, *, tips: Collection[str], known: Collection[str] = ()) -> Iterator[Commit]:
    """Yield the commits as ``read_commits`` does, without what they changed: a fraction of the time. One process."""
    yield from _read_pass(repository, ("--topo-order",), _compose_range(tips, known))


def read_messages_of_each(repository: Repository, tips: Sequence[str], base: str) -> tuple[tuple[Commit, ...], ...]:
    """Give for each tip what ``read_messages`` yields of it alone, without what ``base`` has. One process for all."""
    together = list(read_messages(repository, tips=tips, known=[base]))
    found = []
    for tip in tips:
        reached, own = {tip}, []
        for commit in together:
            if commit.oid in reached:
                reached.update(commit.parents)
                own.append(commit)
        found.append(tuple(own))
    return tuple(found)


def find_rewritten(repository: Repository, *, tips: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Find the ``known`` tips that are no longer reachable from ``tips`` (or gone); empty when history only grew.

    Where there are any, read everything again with ``known=()``: that is exactly what is reachable now.
    """
    moved = [oid for oid in dict.fromkeys(known) if oid not in set(tips)]
    if not moved:
        return ()
    existing = _list_existing(repository, moved)
    lost = repository.run(["rev-list", "--stdin", "--"], stdin=_compose_range(existing, tips)).decode("ascii").split()
    return tuple(oid for oid in moved if oid not in existing or oid in set(lost))


def _read_pass(repository: Repository, options: tuple[str, ...], revisions: bytes) -> Iterator[Commit]:
    """Yield commits up to where git fails, that one included, then raise GitFailedError."""
    failures: list[GitFailedError] = []

    def read_pieces() -> Generator[bytes, None, None]:
        arguments = ["log", "-z", *options, *_OPTIONS]
        with closing(repository.stream(arguments, stdin=revisions, patience=_PATIENCE)) as pieces:
            try:
                yield from pieces
            except GitFailedError as error:
                failures.append(error)

    with closing(read_pieces()) as pieces:
        yield from parse_log(pieces, boundaries=repository.shallow_oids)
    if failures:
        raise failures[0]


def _compose_range(included: Collection[str], excluded: Collection[str]) -> bytes:
    lines = [*(check_oid(oid) for oid in included), *(f"^{check_oid(oid)}" for oid in excluded)]
    return "".join(f"{line}\n" for line in lines).encode()


def _list_existing(repository: Repository, oids: Collection[str]) -> frozenset[str]:
    questions = "".join(f"{check_oid(oid)}^{{commit}}\n" for oid in oids).encode()
    answer = repository.run(["cat-file", "--batch-check", "--buffer"], stdin=questions).decode("ascii")
    return frozenset(line.split(" ")[0] for line in answer.split("\n") if " commit " in line)
