"""Query parameters: what is wrong is named, never guessed."""

from enum import StrEnum

import pytest

from tandemweb.errors import InvalidRequestError
from tandemweb.web.parameters import LARGEST_PAGE, LONGEST_TEXT, find_choice, find_page_number, find_text


class Fruit(StrEnum):
    APPLE = "apple"
    RED_PEAR = "red-pear"


@pytest.fixture
def asked(app):
    """Ask as a request with a query string would."""

    def ask(query: dict[str, str], question, *arguments):
        with app.test_request_context("/", query_string=query):
            return question(*arguments)

    return ask


@pytest.mark.parametrize(("query", "found"), [({}, None), ({"text": ""}, None), ({"text": "ü 名"}, "ü 名")])
def test_texts(asked, query, found):
    assert asked(query, find_text, "text") == found


def test_a_text_has_a_largest_length(asked):
    assert asked({"text": "x" * LONGEST_TEXT}, find_text, "text") == "x" * LONGEST_TEXT
    with pytest.raises(InvalidRequestError, match=r"parameter text is longer than 4,096"):
        asked({"text": "x" * (LONGEST_TEXT + 1)}, find_text, "text")


def test_choices(asked):
    assert asked({"fruit": "red-pear"}, find_choice, "fruit", Fruit) is Fruit.RED_PEAR
    assert asked({}, find_choice, "fruit", Fruit) is None
    with pytest.raises(InvalidRequestError, match=r"fruit is 'Apple'; it can be one of: apple, red-pear"):
        asked({"fruit": "Apple"}, find_choice, "fruit", Fruit)


def test_page_numbers(asked):
    assert asked({}, find_page_number) == 1
    assert asked({"page": "007"}, find_page_number) == 7
    assert asked({"page": str(LARGEST_PAGE)}, find_page_number) == LARGEST_PAGE


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.0", "", " 1", "x", "٣", "²", "100001", "9" * 5000, "0" * 8 + "1" * 5000]
)
def test_wrong_page_numbers_are_named(asked, text):
    with pytest.raises(InvalidRequestError, match="The parameter page is") as raised:
        asked({"page": text}, find_page_number)
    assert len(str(raised.value)) < 200
