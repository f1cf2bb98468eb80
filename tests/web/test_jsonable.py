import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest

from tandemweb.web.jsonable import replace_surrogates, to_jsonable


class Colour(StrEnum):
    WARM = "warm"


@dataclass(frozen=True, slots=True)
class Inner:
    at: datetime | None
    colour: Colour


@dataclass(frozen=True, slots=True)
class Outer:
    name: str
    inner: tuple[Inner, ...]
    labels: frozenset[str]
    counts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    path: Path = Path("a/b")
    ratio: float = 0.5


def test_a_page_becomes_plain_json():
    page = Outer(
        "x\udce9y", (Inner(datetime(2026, 5, 4, 14, 2, tzinfo=UTC), Colour.WARM), Inner(None, Colour.WARM)),
        frozenset({"b", "a"}), {1: ("src/\udcffx.py",)},
    )  # fmt: skip
    assert json.loads(json.dumps(to_jsonable(page))) == {
        "name": "x\ufffdy",
        "inner": [{"at": "2026-05-04T14:02:00+00:00", "colour": "warm"}, {"at": None, "colour": "warm"}],
        "labels": ["a", "b"],
        "counts": {"1": ["src/\ufffdx.py"]},
        "path": "a/b",
        "ratio": 0.5,
    }


@pytest.mark.parametrize("value", [b"bytes", object(), Inner])
def test_what_has_no_json_form_says_so(value):
    with pytest.raises(TypeError, match="has no JSON form"):
        to_jsonable({"key": [value]})


def test_replaced_text_can_be_encoded():
    assert replace_surrogates("a\ud800b\udfffc😀").encode() == "a\ufffdb\ufffdc😀".encode()
