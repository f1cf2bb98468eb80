import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.manifests import extract_manifest, read_manifest


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b"", ()),
        (b"src/a.py\nsrc/b.py\n", ("src/a.py", "src/b.py")),
        (b"\xef\xbb\xbfsrc/a.py\r\n\r\nsrc/b.py\r\n", ("src/a.py", "src/b.py")),
        (b"src/a.py\nsrc/a.py\n", ("src/a.py",)),
        (b"src/a.py\0src/new\nline.py\0", ("src/a.py", "src/new\nline.py")),
        (b"only.py\0", ("only.py",)),
        (b"a.py\nb.py\0c.py\nd.py\n", ("a.py", "b.py", "c.py", "d.py")),
        (b'"src/\\303\\274ber \\"x\\".py"\n"a\\tb.py"\n', ('src/über "x".py', "a\tb.py")),
        (b"M\tsrc/a.py\nA\tsrc/b.py\n M src/c.py\n?? src/d.py\n", ("src/a.py", "src/b.py", "src/c.py", "src/d.py")),
        (b"# Changed\n- src/a.py\n- `src/b c.py`\n./x.py\n```\n", ("src/a.py", "src/b c.py", "x.py")),
        (b"with space.py\nA file.py\n", ("with space.py", "file.py")),
        ("ünï.py\n<script>.py\n".encode(), ("ünï.py", "<script>.py")),
    ],
)
def test_paths_in_all_forms(data, paths):
    reading = extract_manifest(data, "ChangedFiles-01.txt")
    assert (reading.paths, reading.problems) == (paths, ())


def test_odd_lines_are_said_and_left_out():
    reading = extract_manifest(b"a.py\n" + b"x" * 5000 + b"\ncaf\xe9.py\n", "ChangedFiles-01.txt")
    assert reading.paths == ("a.py", "caf\ufffd.py")
    assert [(problem.code, problem.line) for problem in reading.problems] == [
        ("text-replaced", 3),
        ("manifest-odd-line", 2),
    ]


def test_a_missing_manifest_is_a_problem(write_project):
    reading = read_manifest(str(write_project({})), "gone.txt")
    assert reading.paths == ()
    assert [problem.code for problem in reading.problems] == ["file-unreadable"]


@given(st.binary())
def test_any_bytes_give_paths_that_can_be_stored(data):
    for path in extract_manifest(data, "x.txt").paths:
        assert path
        assert "\0" not in path
        path.encode()
