import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.json_objects import JSON_LIMIT, extract_json_object, read_json_object


def codes(found):
    return [(problem.code, problem.line) for problem in found.problems]


def test_lines_of_the_outermost_keys():
    text = '{\n  "a": 1, "b": {"a": {\n "c": 2}},\n\n  "c\\n:": [{"d": "}"}],\n "d"\n:\n null}\n'
    found = extract_json_object(text, "State.json")
    assert found.lines == {"a": 2, "b": 2, "c\n:": 5, "d": 7}
    assert found.values == json.loads(text)
    assert found.problems == ()


@given(st.dictionaries(st.text(), st.recursive(st.integers() | st.text() | st.none(), st.lists, max_leaves=5)))
def test_every_key_has_its_line(values):
    found = extract_json_object(json.dumps(values, indent=1), "x.json")
    assert list(found.lines) == list(found.values)
    assert list(found.lines.values()) == sorted(found.lines.values())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        (" \n ", None),
        ('{\n "phase": "pla', 2),
        ('{"phase":\n\n}', 3),
        ("[]", None),
        ('"text"', None),
        ("null", None),
        ("{'phase': 1}", 1),
        ("[" * 100_000, None),
        ('{"a":' * 600 + "1" + "}" * 600, None),
        ('{"a": ' + "9" * 5000 + "}", None),
        ("\ufeff{}", 1),
    ],
)
@pytest.mark.faults
def test_what_is_no_object_is_unreadable(text, line):
    found = extract_json_object(text, "a/State.json")
    assert not found.is_readable
    assert found.values == {}
    assert codes(found) == [("json-unreadable", line)]
    assert found.problems[0].message.startswith("State.json cannot be read. ")


def test_the_last_of_duplicate_keys_counts_and_is_said():
    found = extract_json_object('{\n"a": 1,\n"b": {"c": 1, "c": 2},\n"a": 3\n}', "x.json")
    assert found.values == {"a": 3, "b": {"c": 2}}
    assert found.lines["a"] == 4
    assert sorted(codes(found), key=str) == [("json-duplicate-key", 4), ("json-duplicate-key", None)]


@pytest.mark.parametrize(
    ("text", "values", "line"),
    [
        ('{"a": "NaN",\n "b": NaN}', {"a": "NaN", "b": None}, 2),
        ('{"a": -Infinity}', {"a": None}, 1),
        ('{"a": [1e999]}', {"a": [None]}, None),
        ('{"a": "x\\ud800y"}', {"a": "x\ufffdy"}, None),
        ('{"\\udfff": 1}', {"\ufffd": 1}, None),
    ],
)
@pytest.mark.faults
def test_values_that_nothing_else_could_take_are_replaced(text, values, line):
    found = extract_json_object(text, "x.json")
    assert found.is_readable
    assert found.values == values
    assert codes(found) == [("json-odd-value", line)]
    json.dumps(found.values, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.faults
def test_files_that_cannot_be_read(write_project):
    project = write_project(
        {
            "folder.json/x": "",
            "binary.json": b"{\0}",
            "large.json": b'{"a": "' + b"x" * JSON_LIMIT + b'"}',
            "bom.json": b'\xef\xbb\xbf{"a": 1}\r\n',
            "latin.json": b'{"a": "caf\xe9"}',
        }
    )
    for name in ("folder.json", "binary.json", "large.json", "gone.json"):
        found = read_json_object(str(project), name)
        assert not found.is_readable
        assert codes(found) == [("json-unreadable", None)]
    assert read_json_object(str(project), "bom.json").values == {"a": 1}
    latin = read_json_object(str(project), "latin.json")
    assert latin.values == {"a": "caf\ufffd"}
    assert codes(latin) == [("text-replaced", 1)]


@given(st.text(st.sampled_from('{}[]":,\\ \n1eNa"ud8')))
def test_no_text_is_fatal(text):
    found = extract_json_object(text, "x.json")
    assert found.is_readable or found.problems


@pytest.mark.faults
@pytest.mark.parametrize("piece", ['"', "{", '{"a":', "\\", '"a":1,', "[1,", '{"\\', "\n"])
def test_a_megabyte_of_anything_takes_no_time(piece):
    start = time.perf_counter()
    extract_json_object("{" + piece * (JSON_LIMIT // len(piece)), "x.json")
    extract_json_object(
        '{"a": "' + json.dumps(piece)[1:-1] * (JSON_LIMIT // len(piece) // 2) + '", "b": NaN}', "x.json"
    )
    assert time.perf_counter() - start < 2
