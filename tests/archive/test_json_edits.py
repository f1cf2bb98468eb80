import json

import pytest

from tandemweb.archive.json_edits import set_keys
from tandemweb.errors import ArchiveError

STATE = b'{\n  "phase": "planning",\n  "own": {"a": [1,2 ,3]},\n  "round": 0\n}\n'


def test_only_the_given_values_change():
    changed = set_keys(STATE, {"phase": "generation", "round": 1}, "State.json")
    assert changed == STATE.replace(b'"planning"', b'"generation"').replace(b'"round": 0', b'"round": 1')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{\n  "a": 1\n}\n', b'{\n  "a": 1,\n  "new": "x"\n}\n'),
        (b'{\n\t"a": 1,\n\t"b": 2\n}', b'{\n\t"a": 1,\n\t"b": 2,\n\t"new": "x"\n}'),
        (b'{"a":1,"b":2}', b'{"a":1,"b":2,"new":"x"}'),
        (b'{"a": 1}\n', b'{"a": 1, "new": "x"}\n'),
        (b'{\r\n    "a": 1\r\n}\r\n', b'{\r\n    "a": 1,\r\n    "new": "x"\r\n}\r\n'),
        (b"{}\n", b'{\n  "new": "x"\n}\n'),
        (b'\xef\xbb\xbf{ "a" : 1 }', b'\xef\xbb\xbf{ "a" : 1, "new": "x" }'),
    ],
)
def test_a_missing_key_comes_last_in_the_style_of_the_file(before: bytes, after: bytes):
    assert set_keys(before, {"new": "x"}, "State.json") == after


def test_of_a_repeated_key_the_last_place_counts():
    changed = set_keys(b'{"phase": "a", "phase": "b"}', {"phase": "c"}, "State.json")
    assert changed == b'{"phase": "a", "phase": "c"}'
    assert json.loads(changed) == {"phase": "c"}


def test_odd_values_stay_as_they_are_written():
    odd = b'{"n": NaN, "big": ' + b"9" * 5000 + b', "half": "\\ud800", "f": 1.0e3, "phase": null}'
    assert set_keys(odd, {"phase": "x"}, "State.json") == odd.replace(b"null", b'"x"')


def test_names_with_quotes_and_other_letters_are_written_as_json():
    assert json.loads(set_keys(b"{}", {'a"b': "Füße\u2028"}, "State.json")) == {'a"b': "Füße\u2028"}


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b'{"a": 1',
        b'{"a" 1}',
        b'{"a": 1} x',
        b'{"a": 1,}',
        b"\xff\xfe{\x00}\x00",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": "' + b"x" * 2_000_000 + b'"}',
    ],
    ids=["empty", "list", "cut", "colon", "tail", "comma", "utf-16", "deep", "large"],
)
def test_what_is_no_json_object_is_never_rewritten(broken: bytes):
    with pytest.raises(ArchiveError, match=r"State\.json"):
        set_keys(broken, {"phase": "x"}, "State.json")
