from tandemweb.analysis.anchoring import PASSAGE_LIMIT, find_nearest, normalise_passage

RANGE = "An empty range is accepted\n`report.py:20` gives an empty report and exit status 0 where the spec asks for 2."
TAX = "Totals forget tax\nThe sum of a cart is computed before tax is added, so the invoice is too low."


def test_an_edited_passage_is_found():
    edited = RANGE.replace("gives an empty report", "prints an empty report").replace("20", "24")
    assert find_nearest(RANGE, [("tax", TAX), ("range", edited)]) == "range"


def test_another_passage_is_not():
    assert find_nearest(RANGE, [("tax", TAX)]) is None
    assert find_nearest(RANGE, []) is None


def test_two_owners_of_the_same_words_are_no_answer():
    assert find_nearest(RANGE, [("one", RANGE), ("other", f"{RANGE} ")]) is None


def test_one_owner_may_say_it_twice():
    assert find_nearest(RANGE, [("one", RANGE), ("one", f"{RANGE} Still so."), ("tax", TAX)]) == "one"


def test_wrapping_does_not_matter():
    assert normalise_passage(" a\n  b\t\tc ") == "a b c"
    assert len(normalise_passage("word " * PASSAGE_LIMIT)) <= PASSAGE_LIMIT
