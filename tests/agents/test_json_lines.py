"""Values of agents' streams that nothing after them could count with, or write again."""

import json

import pytest

from tandemweb.agents.json_lines import DEEPEST, parse_object, take_count, take_number, write_json


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, "1", None])
def test_what_is_no_finite_number_is_none(value):
    assert take_number({"cost": value}, "cost") is None


@pytest.mark.parametrize("value", [10**400, 2**63, -1, 1.5, True])
def test_what_is_no_count_is_nothing(value):
    assert take_count({"tokens": value}, "tokens") == 0


def test_numbers_are_taken_as_they_are():
    assert (take_number({"n": 3}, "n"), take_number({"n": 0.5}, "n"), take_count({"n": 2**62}, "n")) == (3, 0.5, 2**62)


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_what_is_too_deep_to_be_written_again_is_no_object(begin, end):
    for depth in (DEEPEST + 1, 990, 100_000):
        assert parse_object(f'{{"a":{begin * depth}1{end * depth}}}'.encode()) is None
    deep = parse_object(f'{{"a":{begin * (DEEPEST - 2)}1{end * (DEEPEST - 2)}}}'.encode())
    assert json.loads(write_json(deep)) == deep


def test_a_wide_object_is_not_deep():
    assert parse_object(json.dumps({"a": [[]] * 1000}).encode()) == {"a": [[]] * 1000}
