"""One file as its picks make it, with where each of its lines comes from."""

import pytest
from conftest import GitRepository
from forking import Content, comparing, fork

from tandemweb.domain.chunk import FILE_PLACE
from tandemweb.services.chunking import read_chunks
from tandemweb.services.comparing import read_matrix
from tandemweb.services.picking import make_pick
from tandemweb.services.previewing import FilePreview, preview_file

pytestmark = pytest.mark.compare


@pytest.fixture
def preview(git_repository: GitRepository, tmp_path):
    def ask(base: Content, one: Content, other: Content, *picks: tuple[int | str, str]) -> FilePreview:
        fork(git_repository, {"a": base} if base is not None else {}, {"a": one}, {"a": other})
        with comparing(git_repository.path, tmp_path / "shadows") as (repository, comparison):
            row = next(row for row in read_matrix(repository, comparison).rows if row.path == "a")
            chunks = read_chunks(repository, row)
        named = ((chunks.differences[place].id if isinstance(place, int) else place, word) for place, word in picks)
        return preview_file(chunks, [make_pick(row.key, place, word) for place, word in named])

    return ask


def test_lines_say_where_they_come_from(preview):
    found = preview("1\n2\n3\n4\n", "x\n2\n3\n4\n", "1\n2\n3\ny\n", (0, "a"))
    told = [(piece.pick.word if piece.pick else "", piece.content) for piece in found.pieces if piece.content]
    assert told == [("a", b"x\n"), ("", b"2\n3\n"), ("", b"4\n")]
    assert found.made.content == b"x\n2\n3\n4\n"


def test_a_whole_file_names_its_version(preview):
    found = preview("1\n", "2\n", "3\n", (FILE_PLACE, "b"))
    assert (found.taken_from, found.made.content) == (2, None)


def test_nothing_picked_is_the_base_and_a_deleted_file_is_not_there(preview):
    found = preview("1\n", None, "3\n", (FILE_PLACE, "a"))
    assert found == FilePreview()


def test_what_does_not_hold_together_is_said(preview):
    long = "".join(f"a line that both of them have, number {number}\n" for number in range(5))
    found = preview("old\n", f"1\n{long}2\n", f"3\n{long}4\n", (0, "a"))
    assert found.made is None
    assert "overlap" in found.refusals[0].reason
