import pytest

from analysis.exchanges import say
from tandemweb.analysis.similarity import compare_texts, overlap
from tandemweb.domain.finding import FileReference

ITEMS = [
    say("A zero in the debit column makes the credit disappear. The salary row is dropped without a message."),
    say("Zero in the debit column loses the credit. `imported 1, skipped 0`, the salary is missing."),
    say("Form feeds split rows. `str.splitlines` cuts at U+2028 as well."),
    say("The help text of `--credit-col` is empty."),
]


def compare(items):
    return {(left, right): alike for left, right, alike in compare_texts(items).list_pairs(0.0)}


def test_the_same_problem_is_nearer_than_any_other():
    likeness = compare(ITEMS)
    others = [alike for pair, alike in likeness.items() if pair != (0, 1)]
    assert likeness[0, 1] > 2 * max(others, default=0)


def test_likeness_is_symmetric():
    forward, backward = compare(ITEMS), compare(ITEMS[::-1])
    last = len(ITEMS) - 1
    assert {(last - right, last - left): pytest.approx(alike) for (left, right), alike in backward.items()} == forward


def test_equal_texts_are_wholly_alike_and_strangers_not_at_all():
    compared = compare_texts([ITEMS[0], ITEMS[0], say("Fenced. Nothing in common with it.")])
    assert compared.alike(0, 1) == compared.alike(1, 0) == 1.0
    assert compared.alike(0, 2) == 0.0
    assert list(compared.list_pairs(0.0)) == [(0, 1, 1.0)]


def test_a_word_that_all_items_have_says_less_than_one_that_two_have():
    common = [say(f"Importer stops at {word}, {name}.") for word, name in zip("aabc", "xyzw", strict=True)]
    shared = [say(item.text.replace(" a,", " umlauts,").replace(" b,", " quotes,")) for item in common]
    likeness = compare(shared)
    assert likeness[0, 1] > 2 * likeness[0, 2]


def test_code_in_fences_is_not_compared():
    transcript = "```\n$ run everything\nsame output everywhere\n```"
    assert compare([say(f"First fault.\n{transcript}"), say(f"Another trouble.\n{transcript}")]) == {}


def test_a_path_counts_as_one_word_and_numbers_that_only_count_as_none():
    assert compare([say("Criterion 4 fails."), say("Finding 4.")]) == {}
    near, far = compare([say("Cut in `shop/deep/orders.py:3-9`."), say("Lost in `shop/deep/orders.py`.")]), compare([])
    assert near[0, 1] < 0.5
    assert far == {}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (FileReference("a.py", 3, 9), FileReference("src/a.py", 3, 9), 1.0),
        (FileReference("a.py", 3, 9), FileReference("a.py", 9, 12), 0.5),
        (FileReference("a.py", 3), FileReference("a.py", 3, 3), 1.0),
        (FileReference("a.py", 3, 9), FileReference("a.py", 10, 12), 0.0),
        (FileReference("a.py", 3, 9), FileReference("b.py", 3, 9), 0.0),
        (FileReference("x/a.py", 3, 9), FileReference("y/a.py", 3, 9), 0.0),
        (FileReference("a.py"), FileReference("a.py"), 0.0),
    ],
)
def test_places_coincide_by_their_lines(left, right, expected):
    assert overlap([left], [right]) == overlap([right], [left]) == expected
