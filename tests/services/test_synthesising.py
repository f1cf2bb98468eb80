"""Branches made out of picks: exactly what was picked, nothing else touched, discarded without a trace."""

import subprocess
from itertools import groupby
from pathlib import Path

import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from fingerprints import take_fingerprint
from forking import SIDES, Link, Program, Submodule, comparing, fork
from trusting import trust

from tandemweb.analysis.region_picks import RefusedPicksError
from tandemweb.domain.chunk import FILE_PLACE, Pick, RegionKind
from tandemweb.domain.mission import Project
from tandemweb.domain.synthesis import Synthesis, SynthesisStatus
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError
from tandemweb.services.chunking import read_chunks
from tandemweb.services.comparing import read_matrix
from tandemweb.services.picking import make_pick, pick_everything
from tandemweb.services.previewing import preview_synthesis
from tandemweb.services.synthesising import discard_synthesis, list_syntheses, synthesise
from tandemweb.services.trusting import NotTrustedError

pytestmark = pytest.mark.compare
TEXT = "".join(f"line {number} that is long enough\n" for number in range(30))


class Bench:
    """A repository with a comparison of its sides, and a data folder."""

    def __init__(self, git: GitRepository, data_folder: Path) -> None:
        self.git = git
        self.data_folder = data_folder
        self.project = Project("project", "Project", str(git.path))

    def synthesise(self, choose, *, branch: str = "impl/synthesis", sides=SIDES[:2]) -> Synthesis:
        """Make a branch out of what ``choose`` picks, given the repository and the rows."""
        trust(self.data_folder, self.project)
        with comparing(self.git.path, self.data_folder / "shadows", sides) as (repository, comparison):
            matrix = read_matrix(repository, comparison)
            picks = choose(repository, matrix)
            return synthesise(self.data_folder, self.project, repository, comparison, picks, branch=branch)

    def discard(self, synthesis: Synthesis, **options) -> None:
        with comparing(self.git.path, self.data_folder / "shadows") as (repository, _):
            discard_synthesis(self.data_folder, repository, synthesis.id, **options)

    def tree(self, name: str) -> str:
        return self.git.git("rev-parse", f"{name}^{{tree}}")


def choose_all(word: str):
    return lambda repository, matrix: pick_everything(matrix, word)


def choose_files(**words: str):
    def choose(repository, matrix) -> list[Pick]:
        return [make_pick(row.key, FILE_PLACE, words[row.path]) for row in matrix.rows if row.path in words]

    return choose


@pytest.fixture
def bench(git_repository, tmp_path) -> Bench:
    return Bench(git_repository, tmp_path / "data")


@pytest.fixture(params=["ledgerlite", "papertrail"])
def corpus_bench(request, tmp_path) -> Bench:
    return Bench(GitRepository(clone_corpus(request.param, tmp_path / request.param)), tmp_path / "data")


@pytest.mark.parametrize(("word", "side"), [("a", 0), ("b", 1)])
def test_everything_of_one_side_is_its_tree(word, side, corpus_bench):
    synthesis = corpus_bench.synthesise(choose_all(word))

    assert corpus_bench.tree(synthesis.branch) == corpus_bench.tree(SIDES[side])
    assert corpus_bench.git.git("rev-list", "--count", f"{synthesis.base}..{synthesis.branch}") == "1"


EVERY_KIND = (
    {
        "run": Program("1\n"), "plain": "1\n", "link": Link("run"), "sub": Submodule("1" * 40), "gone": TEXT.upper(),
        "old ü name": TEXT, "file": "1\n", "folder/in": "1\n", "bin": b"\0\1\n", "kept": "1\n",
    },
    {
        "run": "1\n", "plain": Program("2\n"), "link": "text\n", "sub": Submodule("2" * 40), "gone": None,
        "old ü name": None, "new ü name": Program(TEXT + "A\n"), "file": None, "file/in": "in\n", "folder/in": None,
        "folder": "1\n", "bin": b"\0\2\n", "crlf": "1\r\n2", "latin": b"gr\xfcn\n",
    },
    {
        "plain": Link("run"), "link": Link("plain"), "sub": None, "old ü name": TEXT + "B\n", "file": Program("1\n"),
        "bin": "text\n", "crlf": "1\n2\n", "empty": "",
    },
)  # fmt: skip


@pytest.mark.parametrize(("word", "side"), [("a", 0), ("b", 1)])
def test_everything_of_one_side_whatever_the_kind_of_file(word, side, git_repository, bench):
    fork(git_repository, *EVERY_KIND)

    synthesis = bench.synthesise(choose_all(word))

    assert bench.tree(synthesis.branch) == bench.tree(SIDES[side])
    status = bench.git.git("-C", synthesis.worktree, "status", "--porcelain", "--ignore-submodules=all")
    assert status == ""


def test_an_author_of_another_time_is_named_all_the_same(git_repository, bench):
    """A commit of the first years after 1970, and one with no time at all."""
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    for side, head in ((SIDES[0], "Old <old@example.org> 12345 +0100"), (SIDES[1], "Never <never@example.org>")):
        tree, parent = (git_repository.git("rev-parse", f"{side}{what}") for what in ("^{tree}", "^"))
        text = f"tree {tree}\nparent {parent}\nauthor {head}\ncommitter C <c@example.org> 12345 +0000\n\nwork\n"
        made = git_repository.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text.encode())
        git_repository.git("update-ref", f"refs/heads/{side}", made)

    one = bench.synthesise(choose_all("a"), branch="impl/synthesis-a")
    other = bench.synthesise(choose_all("b"), branch="impl/synthesis-b")

    assert git_repository.git("log", "-1", "--format=%an %ad", "--date=raw", one.branch) == "Old 12345 +0100"
    assert git_repository.git("log", "-1", "--format=%an", other.branch) == "Never"


def list_hunks(git: GitRepository, base: str, side: str, path: str) -> list[tuple[int, int, list[str]]]:
    """Give plain git's hunks of one file: first and last line of the base that each replaces, and what with."""
    hunks: list[tuple[int, int, list[str]]] = []
    for line in git.git("diff", "-U0", "--histogram", "--no-renames", base, side, "--", path).split("\n"):
        if line.startswith("@@"):
            start, _, count = line.split(" ")[1].removeprefix("-").partition(",")
            first = int(start) - (count != "0")
            hunks.append((first, first + int(count or 1), []))
        elif hunks and line.startswith("+"):
            hunks[-1][2].append(line[1:])
    return hunks


class PlainChoice:
    """Picks A and B in turn, and does the same by the hunks of plain git in a work tree of its own."""

    def __init__(self, git: GitRepository, folder: Path) -> None:
        self.git = git
        self.base = git.git("merge-base", *SIDES[:2])
        git.git("worktree", "add", "-q", "--detach", str(folder), self.base)
        self.expected = GitRepository(folder)
        self.place_count = 0

    def choose(self, repository, matrix) -> list[Pick]:
        picks = []
        for number, row in enumerate(matrix.rows):
            if row.base is None or row.is_renamed:
                picks.append(make_pick(row.key, FILE_PLACE, "ab"[number % 2]))
                self.take_whole(row.base, row.sides[number % 2].version, SIDES[number % 2])
                continue
            chosen = []
            differences = read_chunks(repository, row).differences
            for place, (_, members) in enumerate(groupby(differences, key=lambda region: region.group)):
                group = list(members)
                picks += [make_pick(row.key, region.id, "ab"[place % 2]) for region in group]
                chosen.append((group[0].base.start, group[-1].base.end, place % 2))
            self.apply_hunks(row.path, chosen)
        return picks

    def take_whole(self, old, new, side: str) -> None:
        if old:
            (self.expected.path / old.path).unlink()
        if new:
            self.expected.write({new.path: self.git.git("show", f"{side}:{new.path}") + "\n"})

    def apply_hunks(self, path: str, chosen: list[tuple[int, int, int]]) -> None:
        hunks = [list_hunks(self.git, self.base, side, path) for side in SIDES[:2]]
        lines = (self.expected.path / path).read_text().split("\n")
        for start, end, side in reversed(chosen):
            for first, last, text in reversed(hunks[side]):
                if start <= first <= last <= end:
                    lines[first:last] = text
        self.expected.write({path: "\n".join(lines)})
        self.place_count += len(chosen)


def test_hunks_picked_alternately_are_what_plain_git_tells(corpus_bench, tmp_path):
    plain = PlainChoice(corpus_bench.git, tmp_path / "expected")

    synthesis = corpus_bench.synthesise(plain.choose)

    plain.expected.git("add", "--all")
    assert plain.place_count >= 5
    assert corpus_bench.tree(synthesis.branch) == plain.expected.git("write-tree")


def test_every_side_has_a_commit_that_names_all_sources(git_repository, bench):
    fork(git_repository, {"a": "1\n", "b": "1\n", "c": "1\n"}, {"a": "A\n", "c": "A\n"}, {"b": "B\n", "c": "B\n"})
    oids = [git_repository.git("rev-parse", name) for name in SIDES[:2]]
    git_repository.git("config", "user.name", "Uma User")
    git_repository.git("config", "user.email", "uma@example.org")

    def choose(repository, matrix) -> list[Pick]:
        row = next(row for row in matrix.rows if row.path == "c")
        (region,) = read_chunks(repository, row).differences
        edited = make_pick(row.key, region.id, "text", b"by hand\n")
        return [*choose_files(a="a", b="b")(repository, matrix), edited]

    synthesis = bench.synthesise(choose)

    said = git_repository.git("log", "--format=%an <%ae>, %cn: %B%x00", f"{synthesis.base}..{synthesis.branch}")
    rest = say_rest(oids, synthesis.base)
    assert [message.strip() for message in said.split("\0")[:-1]] == [
        f"Uma User <uma@example.org>, Uma User: Edit 1 file by hand\n\n{rest}",
        f"Impl/Codex <impl.codex@example.org>, Uma User: Take 1 file from impl/codex\n\n{rest}",
        f"Impl/Claude <impl.claude@example.org>, Uma User: Take 1 file from impl/claude\n\n{rest}",
    ]
    assert [own.sides for own in synthesis.contributions] == [(0,), (1,), ()]
    assert git_repository.git("diff", "--name-only", f"{synthesis.contributions[0].oid}^!") == "a"
    assert git_repository.git("show", f"{synthesis.branch}:c") == "by hand"


def say_rest(oids: list[str], base: str) -> str:
    sources = "".join(f"Tandemweb-Source: refs/heads/{name} {oid}\n" for name, oid in zip(SIDES, oids, strict=False))
    purpose = "Picked from a comparison of impl/claude and impl/codex, implementations of SPEC.md."
    return f"{purpose}\n\n{sources}Tandemweb-Base: {base}"


@pytest.fixture
def busy(git_repository, bench) -> Bench:
    """Give a repository in the middle of work: changed, staged, stashed, untracked and ignored files."""
    fork(git_repository, *EVERY_KIND)
    git = git_repository
    git.write({"kept": "stashed\n"})
    git.git("stash", "-q")
    git.write({"kept": "changed\n", "staged": "staged\n", ".gitignore": "ignored\n", "ignored": "x\n"})
    git.git("add", "staged")
    return bench


def test_nothing_of_the_users_is_touched(busy):
    before = take_fingerprint(busy.git.path)

    synthesis = busy.synthesise(choose_all("a"))
    during = take_fingerprint(busy.git.path)
    busy.discard(synthesis)

    new = during.keys() - before.keys()
    assert {name: during[name] for name in before} == before
    assert all(name.startswith((".git/worktrees", ".git/refs/heads/impl", ".git/logs/refs/heads/impl")) for name in new)
    assert take_fingerprint(busy.git.path) == before
    assert busy.git.git("worktree", "list", "--porcelain").count("worktree ") == 1
    assert list(Path(synthesis.worktree).parent.parent.glob("2*")) == []
    assert list_syntheses(busy.data_folder) == ()


def test_what_is_refused_leaves_nothing(busy):
    before = take_fingerprint(busy.git.path)

    def choose(repository, matrix) -> list[Pick]:
        return [make_pick(row.key, FILE_PLACE, "a") for row in matrix.rows if row.path == "file/in"]

    with pytest.raises(RefusedPicksError, match="file would be a file, and a folder"):
        busy.synthesise(choose)
    with pytest.raises(InvalidRequestError, match="pick something"):
        busy.synthesise(choose_all("base"))
    for name in ("main", "impl/claude", "impl/claude/x", "impl"):
        with pytest.raises(ConflictError):
            busy.synthesise(choose_all("a"), branch=name)
    for name in ("-x", "A", "a..b", "a.lock", "a b", "", "x" * 99, "refs/heads/../x", "a//b", "@{-1}"):
        with pytest.raises(InvalidRequestError):
            busy.synthesise(choose_all("a"), branch=name)

    assert take_fingerprint(busy.git.path) == before
    assert list_syntheses(busy.data_folder) == ()
    with comparing(busy.git.path, busy.data_folder / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison)
        (refusal,) = preview_synthesis(repository, comparison, matrix, choose(repository, matrix)).refusals
        assert preview_synthesis(repository, comparison, matrix, pick_everything(matrix, "a")).refusals == ()
    assert refusal.path == "file"


def test_nothing_is_made_of_a_project_that_nobody_looked_at(git_repository, bench, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    bench.synthesise(choose_all("a"), branch="first")
    git_repository.git("config", "filter.new.smudge", "program")  # what is there now is not what was allowed
    before = take_fingerprint(git_repository.path)

    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        picks = pick_everything(read_matrix(repository, comparison), "a")
        for folder in (bench.data_folder, tmp_path / "other"):
            with pytest.raises(NotTrustedError, match="No worktree is made"):
                synthesise(folder, bench.project, repository, comparison, picks)

    assert take_fingerprint(git_repository.path) == before


def test_two_at_once_under_names_of_their_own(git_repository, bench):
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})

    first = bench.synthesise(choose_all("a"))
    with pytest.raises(ConflictError, match="branch impl/synthesis already"):
        bench.synthesise(choose_all("b"))
    second = bench.synthesise(choose_all("b"), branch="impl/other")

    assert [own.id for own in list_syntheses(bench.data_folder)] == sorted([first.id, second.id])
    assert list_syntheses(bench.data_folder, comparison=9) == ()
    assert {own.status for own in list_syntheses(bench.data_folder)} == {SynthesisStatus.READY}
    bench.discard(first)
    assert [own.branch for own in list_syntheses(bench.data_folder)] == ["impl/other"]
    assert git_repository.git("show", "impl/other:a") == "B"
    with pytest.raises(NotFoundError):
        bench.discard(first)


def test_a_branch_belongs_to_one_synthesis(git_repository, bench):
    """Two presses within a second make the same commit: undoing the second must not take the first one's branch."""
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    first = bench.synthesise(choose_all("a"))
    git_repository.git("branch", "-m", first.branch, "impl/renamed")  # so that git itself would not refuse
    before = take_fingerprint(git_repository.path)

    with pytest.raises(ConflictError, match="There is a synthesis impl/synthesis already"):
        bench.synthesise(choose_all("a"))

    assert take_fingerprint(git_repository.path) == before
    assert list_syntheses(bench.data_folder) == (first,)


def test_a_branch_that_the_user_works_on_is_not_discarded(git_repository, bench):
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    synthesis = bench.synthesise(choose_all("a"))
    git_repository.git("checkout", "-q", "--ignore-other-worktrees", synthesis.branch)
    before = take_fingerprint(git_repository.path)

    for with_changes in (False, True):
        with pytest.raises(ConflictError, match=f"is checked out in {git_repository.path}"):
            bench.discard(synthesis, with_changes=with_changes)

    assert take_fingerprint(git_repository.path) == before
    assert list_syntheses(bench.data_folder) == (synthesis,)


def test_work_that_somebody_did_there_is_not_discarded_unasked(git_repository, bench):
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    before = take_fingerprint(git_repository.path)
    synthesis = bench.synthesise(choose_all("a"))
    worktree = GitRepository(Path(synthesis.worktree))

    worktree.write({"new": "1\n"})
    with pytest.raises(ConflictError, match="not committed"):
        bench.discard(synthesis)
    worktree.git("add", "new")
    with pytest.raises(ConflictError, match="not committed"):
        bench.discard(synthesis)
    worktree.git("checkout", "-q", "--detach")
    worktree.commit("on no branch")
    with pytest.raises(ConflictError, match="other commits"):
        bench.discard(synthesis)
    worktree.git("checkout", "-q", synthesis.branch)
    worktree.commit("more")
    with pytest.raises(ConflictError, match="other commits"):
        bench.discard(synthesis)
    assert list_syntheses(bench.data_folder)
    bench.discard(synthesis, with_changes=True)

    assert take_fingerprint(git_repository.path) == before


def test_what_was_removed_by_hand_is_no_hindrance(git_repository, bench):
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    before = take_fingerprint(git_repository.path)
    synthesis = bench.synthesise(choose_all("a"))
    git_repository.git("worktree", "remove", "--force", synthesis.worktree)
    git_repository.git("branch", "-D", synthesis.branch)

    bench.discard(synthesis)

    assert take_fingerprint(git_repository.path) | before == take_fingerprint(git_repository.path)
    assert list_syntheses(bench.data_folder) == ()


def test_from_a_worktree_of_the_project(git_repository, bench, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    git_repository.git("worktree", "add", "-q", "-b", "mine", str(tmp_path / "mine"), "main")
    own = Bench(GitRepository(tmp_path / "mine"), bench.data_folder)

    synthesis = own.synthesise(choose_all("a"))
    assert own.tree(synthesis.branch) == own.tree(SIDES[0])
    own.discard(synthesis)

    assert git_repository.git("worktree", "list", "--porcelain").count("worktree ") == 2


def test_attributes_and_line_ends_change_nothing_in_the_tree(git_repository, bench):
    attributes = "*.txt text eol=crlf\n*.lfs filter=lfs diff=lfs merge=lfs -text\n*.id ident\n"
    base = {".gitattributes": attributes, "a.txt": "1\n", "b.lfs": "version https://git-lfs\n", "c.id": "$Id$\n"}
    fork(git_repository, base, {"a.txt": "1\nA\n", "b.lfs": "pointer A\n"}, {"a.txt": "B\n1\n", "c.id": "$Id$ x\n"})

    def choose(repository, matrix) -> list[Pick]:
        row = next(row for row in matrix.rows if row.path == "a.txt")
        regions = read_chunks(repository, row).differences
        assert [region.kind for region in regions] == [RegionKind.ONE] * 2
        return [make_pick(row.key, region.id, word) for region, word in zip(regions, "ba", strict=True)]

    synthesis = bench.synthesise(choose)

    blob = subprocess.check_output(["git", "-C", git_repository.path, "cat-file", "blob", f"{synthesis.branch}:a.txt"])
    assert blob == b"B\n1\nA\n"
    bench.discard(synthesis)


def test_three_sides_in_one(git_repository, bench):
    fork(git_repository, {"a": "1\n", "b": "1\n", "c": "1\n"}, {"a": "A\n"}, {"b": "B\n"}, {"c": "C\n"})

    synthesis = bench.synthesise(choose_files(a="a", b="b", c="c"), sides=SIDES)

    assert [own.sides for own in synthesis.contributions] == [(0,), (1,), (2,)]
    assert [git_repository.git("show", f"{synthesis.branch}:{name}") for name in "abc"] == ["A", "B", "C"]
