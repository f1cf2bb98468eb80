"""Random repositories and random picks: what comes out is made of what was picked, or it is refused, never mangled."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from conftest import GitRepository, init_repository
from effort import choose
from fingerprints import take_fingerprint
from forking import SIDES, Link, Program, comparing, fork
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from trusting import trust

from tandemweb.analysis.region_picks import RefusedPicksError
from tandemweb.domain.chunk import FILE_PLACE, Choice, Pick
from tandemweb.domain.comparison import FileRow, Relation
from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError
from tandemweb.services.chunking import read_chunks
from tandemweb.services.comparing import read_matrix
from tandemweb.services.picking import pick_everything
from tandemweb.services.synthesising import discard_synthesis, synthesise

pytestmark = pytest.mark.compare
File = tuple[str, bytes]  # mode and content
COUNT = choose(quick=20, long=500)  # examples
WORDS = [b"one", b"two", b"", b"a line that is long enough to be told from others", b"gr\xfcn", b"three", b"four"]
NAMES = ["a", "b", "folder/in", "folder/on", "ü name", "a/under"]


class Drawing:
    """Draws repositories and picks from one seed: hypothesis' own draws would be of little and nothing mostly."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.side_count = self.random.choice([2, 2, 2, 3])

    def draw_content(self):
        if self.random.random() < 0.15:
            return self.random.choice([Link("a"), Link("b"), b"\0binary", b"\0other"])
        ending = self.random.choice([b"\n", b"\n", b"\r\n"])
        text = ending.join(self.random.choices(WORDS, k=self.random.randint(0, 12))) + self.random.choice([ending, b""])
        return Program(text) if self.random.random() < 0.15 else text

    def draw_files(self, base: Mapping | None = None) -> dict:
        """Draw the files of the base, or what a side makes of them: removed, renamed, edited, added."""
        files = dict(base or {})
        for _ in range(self.random.randint(2, 6)):
            name = self.random.choice(NAMES)
            match self.random.choice(["write", "edit", "edit", "edit", "remove", "rename"] if base else ["write"]):
                case "write":
                    files[name] = self.draw_content()
                case "edit":
                    files[name] = self.edit(files.get(name))
                case "remove":
                    files.pop(name, None)
                case "rename" if name in files:
                    files[self.random.choice(NAMES)] = files.pop(name)
        if "a" in files and "a/under" in files:
            files.pop(self.random.choice(["a", "a/under"]))
        return files

    def edit(self, content):
        text = content.content if isinstance(content, Program) else content
        if not isinstance(text, bytes):
            return self.draw_content()
        lines = text.splitlines(keepends=True)
        for _ in range(self.random.randint(1, 3)):
            place = self.random.randint(0, len(lines))
            lines[place : place + self.random.randint(0, 2)] = [
                word + b"\n" for word in self.random.choices(WORDS, k=self.random.randint(0, 2))
            ]
        return b"".join(lines)

    def choose(self, repository, rows) -> list[Pick]:
        picks = []
        for row in rows:
            kinds = [kind for kind, share in SHARES.items() if self.random.random() < share]
            picks += [self.make_pick(row, kind, "text") for kind in kinds if kind != "places"]
            if "places" in kinds:
                regions = read_chunks(repository, row).differences
                share = self.random.choice([0.5, 1])
                picks += [self.make_pick(row, own.id) for own in regions if self.random.random() < share]
        return picks

    def make_pick(self, row: FileRow, place: str, but: str = "") -> Pick:
        sides = "abc"[: self.side_count]
        several = ["ab", "ba"] if not but or self.random.random() < 0.05 else []
        word = self.random.choice([*sides, *sides, *several, *({"base", "text"} - {but})])
        if word in ("base", "text"):
            return Pick(row.key, place, Choice(word), text=b"written\nby hand\n" if word == "text" else b"")
        return Pick(row.key, place, Choice.SIDES, tuple("abc".index(letter) for letter in word))


SHARES = {"file": 0.4, "places": 0.6, "path": 0.1, "mode": 0.1}


def make_repository(drawing: Drawing, folder: str) -> GitRepository:
    git = init_repository(Path(folder, "repository"))
    base = drawing.draw_files()
    sides = [drawing.draw_files(base) for _ in range(drawing.side_count)]
    fork(git, base, *({**dict.fromkeys(base.keys() - side.keys()), **side} for side in sides))
    return git


def read_tree(git: GitRepository, name: str) -> dict[str, File]:
    answer = git.git("ls-tree", "-r", "-z", "--full-tree", name)
    found = {}
    for line in answer.split("\0")[:-1]:
        meta, path = line.split("\t", 1)
        mode, _, oid = meta.split(" ")
        found[path] = (mode, read_exactly(git, oid))
    return found


def read_exactly(git: GitRepository, oid: str) -> bytes:
    return subprocess.check_output(["git", "-C", git.path, "cat-file", "blob", oid])


def check_row(row: FileRow, picks: list[Pick], made: Mapping[str, File], trees: list[Mapping[str, File]]) -> set[str]:
    """Hold what became of one file against what was picked of it; give the paths where it stands as it should."""
    versions = [tree.get(version.path) if version else None for tree, version in zip(trees, row.versions, strict=True)]
    whole = next((pick for pick in picks if pick.place == FILE_PLACE), None)
    if not picks or picks == [whole]:
        number = 0 if whole is None or whole.choice is Choice.BASE else whole.sides[0] + 1
        if whole is None and row.relation is Relation.SAME:
            number = 1
        version = row.versions[number]
        assert version is None or made[version.path] == versions[number]
        return {version.path} if version else set()
    allowed = {0, *(side + 1 for pick in picks for side in pick.sides)}
    lines = {line for number in allowed for line in split(versions[number])}
    common = [set(split(version)) for version in versions[1:] if version]
    lines |= set.intersection(*common) if common else set()  # what all sides did alike comes along
    lines |= {b"written", b"by hand"} if any(pick.choice is Choice.TEXT for pick in picks) else set()
    modes = {version.mode for version in row.versions if version}
    paths = {version.path for version in row.versions if version} & made.keys()
    return {path for path in paths if set(split(made[path])) <= lines and made[path][0] in modes}


def split(version: File | None) -> list[bytes]:
    return [line.rstrip(b"\r\n") for line in version[1].splitlines(keepends=True)] if version else []


@settings(max_examples=COUNT, deadline=None)
@given(st.integers(0, 2**32))
def test_every_line_comes_from_what_was_picked(seed):
    drawing = Drawing(seed)
    with tempfile.TemporaryDirectory() as folder:
        git = make_repository(drawing, folder)
        data_folder = Path(folder, "data")
        before = take_fingerprint(git.path)
        project = Project("project", "Project", str(git.path))
        trust(data_folder, project)
        with comparing(git.path, data_folder / "shadows", SIDES[: drawing.side_count]) as (repository, comparison):
            matrix = read_matrix(repository, comparison)
            picks = drawing.choose(repository, matrix.rows)
            try:
                made = synthesise(data_folder, project, repository, comparison, picks)
            except (RefusedPicksError, InvalidRequestError) as error:
                event(f"refused: {type(error).__name__}")
                assert take_fingerprint(git.path) == before
                return
            event("made")
            check_tree(git, comparison, matrix, picks, made.oid)
            assert git.git("-C", made.worktree, "status", "--porcelain") == ""
            discard_synthesis(data_folder, repository, made.id)
        assert take_fingerprint(git.path) == before


def check_tree(git: GitRepository, comparison, matrix, picks: list[Pick], oid: str) -> None:
    trees = [read_tree(git, commit) for commit in (comparison.base, *(side.oid for side in comparison.sides))]
    tree = read_tree(git, oid)
    known = {version.path for row in matrix.rows for version in row.versions if version}
    possible = {path for path in trees[0] if path not in known}
    assert {path: tree[path] for path in possible} == {path: trees[0][path] for path in possible}
    for row in matrix.rows:
        possible |= check_row(row, [pick for pick in picks if pick.file == row.key], tree, trees)
    assert tree.keys() <= possible


@settings(max_examples=COUNT, deadline=None)
@given(st.integers(0, 2**32))
def test_everything_of_one_side_is_its_tree(seed):
    drawing = Drawing(seed)
    side = seed % drawing.side_count
    with tempfile.TemporaryDirectory() as folder:
        git = make_repository(drawing, folder)
        data_folder = Path(folder, "data")
        assume(git.git("rev-parse", "main^{tree}") != git.git("rev-parse", f"{SIDES[side]}^{{tree}}"))
        project = Project("project", "Project", str(git.path))
        trust(data_folder, project)
        with comparing(git.path, data_folder / "shadows", SIDES[: drawing.side_count]) as (repository, comparison):
            picks = pick_everything(read_matrix(repository, comparison), "abc"[side])
            made = synthesise(data_folder, project, repository, comparison, picks)
        assert git.git("rev-parse", f"{made.oid}^{{tree}}") == git.git("rev-parse", f"{SIDES[side]}^{{tree}}")
