"""Small archives of every convention and layout, with what is expected of them beside each."""

import json
from pathlib import Path

import pytest

from archive.descriptions import describe_project

GOLDEN = Path(__file__).parent / "golden"
ARCHIVES = ("kebab", "snake", "harnesskit", "monorepo", "broken")


@pytest.mark.parametrize("name", ARCHIVES)
def test_golden_archive(name):
    expected = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    assert describe_project(GOLDEN / name) == expected


def test_every_golden_archive_is_tested():
    assert {path.name for path in GOLDEN.iterdir() if path.is_dir()} == {*ARCHIVES, "workflows"}
