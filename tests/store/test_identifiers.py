import pytest

from tandemweb.store.identifiers import extract_parts, join_identifier, split_identifier


def test_parts_show_what_words_do_not():
    text = "readCell reads plain words, read_cell twice: read_cell; HTTPServer MAX_SIZE __init__ parse_CSVFile"
    assert extract_parts(text).split("\n") == [
        "read Cell", "readcell", "HTTP Server", "MAXSIZE", "parseCSVFile parse CSV File",
    ]  # fmt: skip


def test_data_is_no_identifier():
    assert extract_parts(f"{'aB' * 40} plain Words ALL 12_") == ""
    assert len(extract_parts(" ".join(f"a_{number}" for number in range(5_000))).split("\n")) == 2_000


@pytest.mark.parametrize(
    ("word", "joined"),
    [
        ("read_cell", "readcell"),
        ("readCell()", "readCell"),
        ("parse_CSVFile,", "parseCSVFile"),
        ("parser", None),
        ("Parser", None),
        ("src/mod.py", None),
        ("_", None),
        ("", None),
    ],
)
def test_join(word: str, joined: str | None):
    assert join_identifier(word) == joined


def test_split():
    assert split_identifier("readHTTPCell") == "read HTTP Cell"
    assert split_identifier("read_cell2Value") == "read cell2 Value"
