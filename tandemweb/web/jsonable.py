"""Page values as JSON: the same dataclass that the template sees, field by field."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any

_SURROGATES = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Make any text encodable as UTF-8; bytes of a name that are no UTF-8 become U+FFFD."""
    try:
        text.encode()  # many times as fast as looking for what is hardly ever there
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


def to_jsonable(value: Any) -> Any:
    """Turn page values into what ``json.dumps`` takes: times as ISO 8601, enums as their values, tuples as lists."""
    result: Any
    match value:
        case Enum():
            result = to_jsonable(value.value)
        case str() | PurePath():
            result = replace_surrogates(str(value))
        case None | bool() | int() | float():
            result = value
        case date():
            result = value.isoformat()
        case Mapping():
            result = {replace_surrogates(str(to_jsonable(key))): to_jsonable(item) for key, item in value.items()}
        case AbstractSet():
            result = sorted((to_jsonable(item) for item in value), key=str)
        case Sequence() if not isinstance(value, bytes):
            result = [to_jsonable(item) for item in value]
        case _ if is_dataclass(value):
            result = {field.name: to_jsonable(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON form here")
    return result
