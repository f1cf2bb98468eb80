"""Files taken apart, in real repositories."""

import pytest
from corpus.clones import clone_corpus
from forking import SIDES, Link, comparing, fork

from tandemweb.domain.chunk import Edit, FileChunks, RegionKind, Span, Trait
from tandemweb.errors import NotFoundError
from tandemweb.history.invocation import Invocation
from tandemweb.services.chunking import list_functions, read_chunks, take_apart
from tandemweb.services.compared_texts import MOST_LINES, Against, read_texts
from tandemweb.services.comparing import get_row, read_matrix

pytestmark = pytest.mark.compare


@pytest.fixture
def chunks_of(git_repository, tmp_path):
    def read(name: str, sides=SIDES[:2]) -> FileChunks:
        with comparing(git_repository.path, tmp_path / "shadows", sides) as (repository, comparison):
            rows = read_matrix(repository, comparison).rows
            return read_chunks(repository, next(row for row in rows if row.path == name))

    return read


def say(chunks: FileChunks) -> list[str]:
    return [
        f"{region.kind} {''.join('ab'[number] for number in region.changed_by)}".strip() for region in chunks.regions
    ]


def check_whole(chunks: FileChunks) -> None:
    """Hold the regions against the versions: in order, they make up each."""
    for number, lines in enumerate(chunks.versions):
        spans = [(region.base, *region.sides)[number] for region in chunks.regions]
        assert b"".join(line for span in spans for line in lines[slice(*span)]) == b"".join(lines)


@pytest.mark.parametrize("name", ["ledgerlite", "papertrail"])
def test_every_file_of_the_corpus(name, tmp_path):
    path = clone_corpus(name, tmp_path / name)

    with comparing(path, tmp_path / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison)
        read = {row.path: read_chunks(repository, row) for row in matrix.rows}

    for chunks in read.values():
        check_whole(chunks)
        assert [
            region.kind for region in chunks.regions if region.changed_by and region.kind is RegionKind.STABLE
        ] == []
    cli = read[f"{name}/cli.py"]
    assert {"stable", "one", "different", "same"} == {region.kind.value for region in cli.regions}
    if cli.language:
        assert "main" in list_functions(cli)


@pytest.mark.parametrize("name", ["ledgerlite", "papertrail"])
def test_all_files_at_once_are_what_each_is_alone_by_two_processes(name, tmp_path, monkeypatch):
    path = clone_corpus(name, tmp_path / name)
    asked = []
    start = Invocation._start
    monkeypatch.setattr(Invocation, "_start", lambda self, *rest: asked.append(1) or start(self, *rest))
    with comparing(path, tmp_path / "shadows") as (repository, comparison):
        rows = read_matrix(repository, comparison).rows
        asked.clear()
        texts = read_texts(repository, rows, Against.ALL)
        assert len(asked) == 2
        assert [take_apart(row, texts) for row in rows] == [read_chunks(repository, row) for row in rows]


def test_what_is_too_much_together_is_said(git_repository, tmp_path, monkeypatch):
    fork(git_repository, {"a": "1\n", "b": "4\n"}, {"a": "2\n", "b": "5\n"}, {"a": "3\n", "b": "6\n"})
    monkeypatch.setattr("tandemweb.services.compared_texts.MOST_BYTES", 8)
    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        one, other = read_matrix(repository, comparison).rows
        texts = read_texts(repository, [one, other], Against.ALL)
        assert take_apart(one, texts).differences
        assert texts.is_cut
        with pytest.raises(NotFoundError, match="b is too much beside the other files"):
            take_apart(other, texts)


CONTENTS = [
    (b"1\r\n2\r\n3\r\n", b"1\r\n2\r\nx\r\n", b"y\r\n2\r\n3\r\n"),
    (b"1\n2\n3", b"1\n2\n3\n", b"0\n2\n3"),
    (b"gr\xfcn\n\xff\n3\n", b"gr\xfcn\n\xff\n\xfe\n", b"gr\xfc\n\xff\n3\n"),
    (b"1\n@@ -1 +1 @@\n3\n", b"1\n@@ -1 +1 @@\n@@ -9,9 +9,9 @@ x\n", b"++ 1\n@@ -1 +1 @@\n3\n"),
    (b"1\n2\n3\n", b"1\n2\n \x0c\n3\n", b"1\xe2\x80\xa8\n2\n3\n"),
]


@pytest.mark.parametrize(("base", "left", "right"), CONTENTS)
def test_bytes_are_kept(base, left, right, git_repository, chunks_of):
    fork(git_repository, {"a": base}, {"a": left}, {"a": right})

    chunks = chunks_of("a")

    assert [b"".join(lines) for lines in chunks.versions] == [base, left, right]
    check_whole(chunks)
    assert sorted(say(chunks)) == ["one a", "one b", "stable", *(["stable"] if base.startswith(b"1\n2\n3\n") else [])]


def test_a_line_end_alone_is_a_difference_of_whitespace(git_repository, chunks_of):
    fork(git_repository, {"a": "one\ntwo\n"}, {"a": "one\r\ntwo\r\n"}, {"a": "one\n  two\n"})

    (region,) = chunks_of("a").differences

    assert region.traits == {Trait.WHITESPACE}


def test_a_comment_alone(git_repository, chunks_of):
    base = "one = 1\n# said\nthree = 3\nfour = 4\n"
    fork(git_repository, {"a.py": base}, {"a.py": base.replace("said", "told")}, {"a.py": base.replace("4\n", "5\n")})

    traits = [region.traits for region in chunks_of("a.py").differences]

    assert traits == [{Trait.COMMENT}, frozenset()]


def test_a_file_that_one_side_deleted(git_repository, chunks_of):
    fork(git_repository, {"a": "1\n2\n3\n"}, {"a": None}, {"a": "1\nx\n3\n"})

    chunks = chunks_of("a")

    assert say(chunks) == ["stable", "one b", "stable"]
    assert [region.sides[0] for region in chunks.regions] == [Span(0, 0)] * 3
    check_whole(chunks)


def test_both_deleted_it_or_only_one_has_it(git_repository, chunks_of):
    fork(git_repository, {"a": "1\n"}, {"a": None, "b": "other\n"}, {"a": None})

    assert say(chunks_of("a")) == ["stable"]
    assert say(chunks_of("b")) == ["one a"]


def test_renamed_on_one_side_edited_on_the_other(git_repository, chunks_of):
    text = "".join(f"line {number} that is long enough\n" for number in range(20))
    fork(git_repository, {"old": text}, {"old": None, "new": text + "a\n"}, {"old": "b\n" + text})

    assert say(chunks_of("old")) == ["one b", "stable", "one a"]


def test_what_has_no_lines(git_repository, chunks_of):
    fork(git_repository, {"link": "1\n", "bin": "1\n"}, {"link": Link("x"), "bin": b"\0"}, {"bin": "2\n"})

    assert not chunks_of("link").row.has_lines
    chunks = chunks_of("bin")  # that it is binary was not told by the names alone
    assert not chunks.row.has_lines
    assert chunks.regions == ()


def test_a_file_of_very_many_lines_is_not_taken_apart(git_repository, chunks_of):
    fork(git_repository, {"a": "1\n"}, {"a": "1\n" * (MOST_LINES + 1)}, {"a": "2\n"})

    assert not chunks_of("a").row.has_lines


def test_a_block_that_moved(git_repository, chunks_of):
    block = "def moved(one, two):\n    return one.together_with(two)\n"
    rest = "".join(f"value_{number} = {number}\n" for number in range(9))
    fork(git_repository, {"a.py": block + rest}, {"a.py": rest + block}, {"a.py": block + rest + "x = 1\n"})

    moves = chunks_of("a.py").moves

    assert moves[None, 0] == (Edit(Span(0, 2), Span(9, 11)),)
    assert (None, 1) not in moves


def test_three_sides(git_repository, chunks_of):
    fork(git_repository, {"a": "1\n2\n3\n"}, {"a": "x\n2\n3\n"}, {"a": "x\n2\n3\n"}, {"a": "1\n2\ny\n"})

    chunks = chunks_of("a", SIDES)

    assert [(region.kind.value, region.changed_by) for region in chunks.differences] == [
        ("different", (0, 1)),
        ("one", (2,)),
    ]
    check_whole(chunks)


def test_a_content_that_is_gone_is_said(git_repository, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    oid = git_repository.git("rev-parse", f"{SIDES[0]}:a")
    (git_repository.path / ".git/objects" / oid[:2] / oid[2:]).unlink()

    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        (row,) = read_matrix(repository, comparison).rows
        with pytest.raises(NotFoundError, match="content of a is missing"):
            read_chunks(repository, get_row(read_matrix(repository, comparison), row.key))
