"""Picks of places and files, made into trees: what comes out, and what is refused, and where."""

import pytest
from forking import SIDES, Content, Link, Program, comparing, fork

from tandemweb.analysis.region_picks import RefusedPicksError
from tandemweb.domain.chunk import FileChunks, Refusal, RegionKind
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.chunking import read_chunks
from tandemweb.services.comparing import read_matrix
from tandemweb.services.picking import make_pick, pick_everything, pick_function, write_text
from tandemweb.services.synthesis_stages import plan_stages

pytestmark = pytest.mark.compare
LONG = "".join(f"    a long line that both of them have, number {number}\n" for number in range(5))
TEXT = "".join(f"line {number} that is long enough\n" for number in range(20))


@pytest.fixture
def resolve(git_repository, tmp_path):
    """Resolve picks given as (path, place or number of the difference, word): path -> (mode, content or blob)."""

    def ask(
        *picks: tuple[str, str | int, str] | tuple[str, str | int, str, bytes], sides=SIDES[:2]
    ) -> dict[str, tuple]:
        with comparing(git_repository.path, tmp_path / "shadows", sides) as (repository, comparison):
            matrix = read_matrix(repository, comparison)
            rows = {row.path: row for row in matrix.rows}
            made = []
            for path, place, *rest in picks:
                row = rows[path]
                named = read_chunks(repository, row).differences[place].id if isinstance(place, int) else place
                made.append(make_pick(row.key, named, *rest))
            stages = plan_stages(repository, matrix, made)
        files = {}
        for file in stages[-1].change.files:
            content = file.content
            if content is None:
                content = git_repository.git("cat-file", "blob", file.oid).encode() + b"\n"
            files[file.path] = (file.mode, content)
        return files

    return ask


def fork_text(repository, base: Content, left: Content, right: Content) -> None:
    fork(repository, {"a": base}, {"a": left}, {"a": right})


def refusals_of(error) -> list[Refusal]:
    return list(error.value.refusals)


def test_places_are_picked_one_by_one(git_repository, resolve):
    fork_text(git_repository, "1\n2\n3\n4\n5\n", "A\n2\n3\n4\nA\n", "1\n2\nB\n4\nB\n")

    def content(*picks):
        return resolve(*(("a", *pick) for pick in picks))["a"][1]

    assert content() == b"1\n2\n3\n4\n5\n"
    assert content((0, "a")) == b"A\n2\n3\n4\n5\n"
    assert content((0, "b"), (1, "b")) == b"1\n2\nB\n4\n5\n"
    assert content((0, "a"), (1, "b"), (2, "ab")) == b"A\n2\nB\n4\nA\nB\n"
    assert content((2, "ba")) == b"1\n2\n3\n4\nB\nA\n"
    assert content((1, "ab")) == b"1\n2\nB\n4\n5\n"
    assert content((1, "text", b"x\ny")) == b"1\n2\nx\ny\n4\n5\n"
    assert content((2, "text", b"")) == b"1\n2\n3\n4\n"
    assert content(("file", "a"), (2, "b")) == b"A\n2\n3\n4\nB\n"
    assert content(("file", "b"), (2, "base"), (0, "a")) == b"A\n2\nB\n4\n5\n"
    assert content(("file", "base"), (0, "a")) == b"A\n2\n3\n4\n5\n"


def test_what_both_did_alike_comes_along_with_any_pick(git_repository, resolve):
    fork_text(git_repository, "1\n2\n3\n4\n5\n", "S\n2\nA\n4\n5\n", "S\n2\n3\n4\nB\n")

    assert resolve()["a"][1] == b"1\n2\n3\n4\n5\n"
    assert resolve(("a", 1, "a"))["a"][1] == b"S\n2\nA\n4\n5\n"
    assert resolve(("a", 1, "a"), ("a", 0, "base"))["a"][1] == b"1\n2\nA\n4\n5\n"
    assert resolve(("a", "file", "base"), ("a", 1, "a"))["a"][1] == b"1\n2\nA\n4\n5\n"


def test_a_file_that_all_left_the_same_needs_no_pick(git_repository, resolve):
    fork(
        git_repository,
        {"a": "1\n", "b": "1\n"},
        {"a": "2\n", "b": None, "c": "c\n"},
        {"a": "2\n", "b": None, "c": "c\n"},
    )

    assert resolve() == {"a": ("100644", b"2\n"), "c": ("100644", b"c\n")}
    assert set(resolve(("c", "file", "base"), ("b", "file", "base"))) == {"a", "b"}


def test_line_ends_are_never_lost_where_texts_meet(git_repository, resolve):
    fork_text(git_repository, "1\r\n2", "1\r\nA", "1\r\nB")

    assert resolve(("a", 0, "ab"))["a"][1] == b"1\r\nA\r\nB"
    assert resolve(("a", 0, "base"))["a"][1] == b"1\r\n2"


def overlap(replaced: str) -> tuple[str, str, str]:
    """Give three versions in which the sides overlap in two places with much in common between them."""
    return f"start\n{replaced}end\n", f"start\nA1\n{LONG}A2\nend\n", f"start\nB1\n{LONG}B2\nend\n"


def test_places_of_one_group_that_the_base_has_nothing_of(git_repository, resolve):
    fork_text(git_repository, *overlap(""))

    assert resolve(("a", 0, "a"), ("a", 2, "b"))["a"][1].decode() == f"start\nA1\n{LONG}B2\nend\n"
    assert resolve(("a", 0, "a"), ("a", 2, "base"))["a"][1].decode() == f"start\nA1\n{LONG}end\n"
    assert resolve(("a", 1, "base"))["a"][1] == b"start\nend\n"
    assert resolve()["a"][1] == b"start\nend\n"
    with pytest.raises(RefusedPicksError) as error:
        resolve(("a", 0, "a"))
    (refusal,) = refusals_of(error)
    assert "pick the others too" in refusal.reason
    assert (refusal.path, refusal.line) == ("a", 2)


def test_places_of_one_group_that_stand_for_lines_of_the_base(git_repository, resolve):
    fork_text(git_repository, *overlap("old\n"))

    assert resolve(("a", 0, "a"), ("a", 2, "b"))["a"][1].decode() == f"start\nA1\n{LONG}B2\nend\n"
    assert resolve(("a", 0, "base"), ("a", 2, "base"))["a"][1] == b"start\nold\nend\n"
    assert resolve(("a", 0, "base"))["a"][1] == b"start\nold\nend\n"
    for picks in ([(0, "a")], [(0, "a"), (2, "base")], [(1, "base"), (0, "a"), (2, "a")]):
        with pytest.raises(RefusedPicksError):
            resolve(*(("a", *pick) for pick in picks))


def test_name_and_mode_are_places_of_their_own(git_repository, resolve):
    fork(git_repository, {"old": TEXT}, {"old": None, "new": TEXT + "A\n"}, {"old": Program("B\n" + TEXT)})

    assert resolve(("old", 1, "a")) == {"old": ("100644", f"{TEXT}A\n".encode())}
    assert resolve(("old", "path", "a"), ("old", 0, "b")) == {"new": ("100644", f"B\n{TEXT}".encode())}
    assert resolve(("old", "path", "a"), ("old", "mode", "b")) == {"new": ("100755", TEXT.encode())}
    assert resolve(("old", "file", "a"), ("old", 0, "b")) == {"new": ("100644", f"B\n{TEXT}A\n".encode())}
    assert resolve(("old", "file", "b"), ("old", 1, "a")) == {"old": ("100755", f"B\n{TEXT}A\n".encode())}


def test_a_file_that_both_added_differently(git_repository, resolve):
    fork(git_repository, {}, {"a": f"A\n{LONG}"}, {"a": Program(f"B\n{LONG}")})

    assert resolve() == {}
    assert resolve(("a", "file", "b")) == {"a": ("100755", f"B\n{LONG}".encode())}
    assert resolve(("a", 0, "a")) == {"a": ("100644", f"A\n{LONG}".encode())}
    assert resolve(("a", 0, "ba"), ("a", "mode", "a")) == {"a": ("100644", f"B\nA\n{LONG}".encode())}
    assert resolve(("a", 0, "base")) == {}
    with pytest.raises(RefusedPicksError, match="nothing of what is in the file"):
        resolve(("a", "mode", "a"))


def test_both_added_it_under_names_of_their_own(git_repository, resolve):
    fork(git_repository, {}, {"here": f"A\n{LONG}"}, {"there": f"B\n{LONG}"})

    assert set(resolve(("here", 0, "b"))) == {"there"}
    assert set(resolve(("here", 0, "ab"), ("here", "path", "a"))) == {"here"}
    with pytest.raises(RefusedPicksError, match="different names") as error:
        resolve(("here", 0, "ab"))
    assert refusals_of(error)[0].place == "path"


def test_a_place_in_a_file_that_another_pick_deletes(git_repository, resolve):
    fork_text(git_repository, "1\n2\n3\n", None, "1\nB\n3\n")

    assert resolve(("a", "file", "a")) == {}
    assert resolve(("a", 0, "b"))["a"][1] == b"1\nB\n3\n"
    for picks in ([("file", "a"), (0, "b")], [(0, "a")], [(0, "ab")], [("path", "a")]):
        with pytest.raises(RefusedPicksError) as error:
            resolve(*(("a", *pick) for pick in picks))
        assert refusals_of(error)[0].path == "a"


def test_what_is_not_made_of_lines_is_picked_whole(git_repository, resolve):
    fork(git_repository, {"a": "1\n", "l": "1\n"}, {"a": b"\0A\n", "l": Link("x")}, {"a": "2\n", "l": "2\n"})

    assert resolve(("a", "file", "a"), ("l", "file", "b")) == {"a": ("100644", b"\0A\n"), "l": ("100644", b"2\n")}
    for pick in (("a", "0123456789ab", "a"), ("l", "0123456789ab", "b"), ("l", "mode", "a")):
        with pytest.raises(RefusedPicksError):
            resolve(pick)


def test_files_that_cannot_stand_beside_each_other(git_repository, resolve):
    fork(git_repository, {"x": TEXT, "y": "y\n"}, {"x": None, "z": TEXT}, {"z": "other\n", "y": None, "y/in": "in\n"})

    assert set(resolve(("x", "file", "a"), ("y", "file", "b"), ("y/in", "file", "b"))) == {"z", "y/in"}
    with pytest.raises(RefusedPicksError, match="Two files would stand at z"):
        resolve(("x", "file", "a"), ("z", "file", "b"))
    with pytest.raises(RefusedPicksError, match="y would be a file, and a folder that holds y/in"):
        resolve(("y/in", "file", "b"))


def test_both_renamed_it_differently(git_repository, resolve):
    fork(git_repository, {"x": TEXT}, {"x": None, "a": TEXT + "A\n"}, {"x": None, "b": TEXT + "B\n"})

    assert set(resolve(("x", "path", "b"), ("x", 0, "ab"))) == {"b"}
    assert resolve(("x", 0, "ab")) == {"x": ("100644", f"{TEXT}A\nB\n".encode())}
    with pytest.raises(RefusedPicksError, match="one side or the base"):
        resolve(("x", "path", "ab"))


def test_picks_that_know_no_place_are_refused(git_repository, resolve, tmp_path):
    fork_text(git_repository, "1\n", "A\n", "B\n")

    with pytest.raises(RefusedPicksError, match="no longer there"):
        resolve(("a", "0123456789ab", "a"))
    with pytest.raises(RefusedPicksError, match="does not have"):
        resolve(("a", 0, "c"))
    with pytest.raises(RefusedPicksError, match="one side or the base"):
        resolve(("a", "file", "c"))
    with (
        comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison),
        pytest.raises(RefusedPicksError, match="no side changes"),
    ):
        plan_stages(repository, read_matrix(repository, comparison), [make_pick("0" * 16, "file", "a")])


def test_everything_wrong_is_told_at_once(git_repository, resolve):
    fork(git_repository, {"a": "1\n", "b": "1\n"}, {"a": None, "b": None}, {"a": "2\n", "b": "2\n"})

    with pytest.raises(RefusedPicksError) as error:
        resolve(("a", 0, "a"), ("b", 0, "a"))

    assert [refusal.path for refusal in refusals_of(error)] == ["a", "b"]


def test_a_whole_function(git_repository, resolve, tmp_path):
    base = "def one():\n    first = 1\n    other = 2\n    third = 3\n    return first\n\n\ndef two():\n    return 2\n"
    left = base.replace("1\n", "A\n").replace("3\n", "A\n").replace("return 2", "return A")
    fork(git_repository, {"a.py": base}, {"a.py": left}, {"a.py": base.replace("1\n", "B\n")})
    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison)
        chunks = read_chunks(repository, matrix.rows[0])
        if not chunks.language:  # without the extra there are no functions
            return
        picks = pick_function(chunks, "one", "a")
        (stage,) = plan_stages(repository, matrix, picks)
        with pytest.raises(NotFoundError):
            pick_function(chunks, "three", "a")

    assert len(picks) == 2
    assert stage.change.files[0].content.decode() == left.replace("return A", "return 2")


def test_words_of_forms():
    assert make_pick("f", "p", "ba").sides == (1, 0)
    for word in ("", "aa", "z", "A", "base64", "a b"):
        with pytest.raises(InvalidRequestError):
            make_pick("f", "p", word)


def read_one(git_repository, tmp_path) -> FileChunks:
    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        return read_chunks(repository, read_matrix(repository, comparison).rows[0])


def test_written_text_takes_the_line_ends_of_its_place(git_repository, tmp_path):
    fork_text(git_repository, "1\r\n2\n3\n", "A\r\n2\n3\n", "1\r\n2\nB\n")
    chunks = read_one(git_repository, tmp_path)

    first, second = chunks.differences
    assert write_text(chunks, first, "x\r\ny") == b"x\r\ny\r\n"
    assert write_text(chunks, second, "x\r\nü") == "x\nü\n".encode()
    assert write_text(chunks, second, "") == b""
    assert first.kind is RegionKind.ONE


def test_text_in_another_encoding_stays_ascii(git_repository, tmp_path):
    fork_text(git_repository, b"gr\xfcn\n", b"bl\xe4u\n", b"B\n")
    chunks = read_one(git_repository, tmp_path)

    assert write_text(chunks, chunks.differences[0], "x") == b"x\n"
    with pytest.raises(InvalidRequestError, match="not UTF-8"):
        write_text(chunks, chunks.differences[0], "grün")


def test_each_side_is_a_stage_and_what_cannot_stand_alone_waits(git_repository, tmp_path):
    fork(git_repository, {"x": TEXT, "y": "y\n"}, {"y": "A\n", "x/in": "in\n", "x": None}, {"x": None, "z": TEXT})
    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison)
        rows = {row.path: row.key for row in matrix.rows}

        def stages_of(**words: str):
            picks = [make_pick(rows[path.replace("_", "/")], "file", word) for path, word in words.items()]
            return [stage.sides for stage in plan_stages(repository, matrix, picks)]

        assert stages_of(y="a", x="b") == [(0,), (1,)]
        assert stages_of(y="a") == [(0,)]
        assert stages_of(x_in="a", x="b") == [(0, 1)]
        assert stages_of() == [()]


def test_everything_at_once(git_repository, tmp_path):
    fork(git_repository, {"x": "x\n"}, {"x": "A\n", "y": "y\n"}, {"x": "B\n"})
    with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
        matrix = read_matrix(repository, comparison)

    assert [pick.word for pick in pick_everything(matrix, "b")] == ["b", "b"]
    assert [pick.word for pick in pick_everything(matrix, "base")] == ["base", "base"]
