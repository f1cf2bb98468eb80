"""Query parameters of pages. What a URL asks wrongly is an error that names the parameter, never a guess."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from tandemweb.errors import InvalidRequestError

Choice = TypeVar("Choice", bound=StrEnum)
LARGEST_PAGE = 100_000
LONGEST_NUMBER = 10
LONGEST_TEXT = 4_096  # what a path can be; SQLite refuses patterns that are much longer


def find_text(name: str) -> str | None:
    """Give the parameter, None when it is missing or empty."""
    text = request.args.get(name, "")
    if len(text) > LONGEST_TEXT:
        raise InvalidRequestError(f"The parameter {name} is longer than {LONGEST_TEXT:,} characters.")
    return text or None


def find_choice(name: str, choices: type[Choice]) -> Choice | None:
    text = find_text(name)
    if text is None:
        return None
    try:
        return choices(text)
    except ValueError:
        allowed = ", ".join(choices)
        raise InvalidRequestError(f"The parameter {name} is {text[:80]!r}; it can be one of: {allowed}.") from None


def find_page_number() -> int:
    """Give the parameter ``page``, counted from 1."""
    return find_number("page")


def find_number(name: str) -> int:
    """Give a parameter that counts from 1; 1 when it is missing."""
    text = request.args.get(name, "1")
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER and 1 <= int(text) <= LARGEST_PAGE):
        raise InvalidRequestError(f"The parameter {name} is {text[:80]!r}; it is a number from 1 to {LARGEST_PAGE:,}.")
    return int(text)
