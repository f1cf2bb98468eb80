"""Frozen dataclasses to JSON and back. Reading takes what is there: a value of another type is left at its default."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


class UnreadableError(ValueError):
    """A value that cannot be made of this JSON."""


def to_json(value: Any) -> Any:
    """Make JSON of a dataclass, with times as ISO 8601, enums as their values and tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if isinstance(value, Enum) else value


def from_json(kind: type[Value], source: object, **instead: Any) -> Value:
    """Make a dataclass of a JSON object.

    What is missing or of another type is taken from ``instead``, else from its default. Raises UnreadableError where
    a field has none, or ``source`` is no object.
    """
    if not isinstance(source, Mapping):
        raise UnreadableError(f"{kind.__name__} should be a JSON object")
    values: dict[str, Any] = {}
    hints = _hints(kind)  # type: ignore[arg-type]
    for field in fields(kind):  # type: ignore[arg-type]
        try:
            values[field.name] = _take(hints[field.name], source[field.name])
        except (KeyError, UnreadableError):
            if field.name in instead:
                values[field.name] = instead[field.name]
            elif field.default is MISSING and field.default_factory is MISSING:
                raise UnreadableError(f"{kind.__name__} has no usable {field.name!r}") from None
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _take(wanted: Any, value: object) -> Any:
    origin = get_origin(wanted)
    if wanted is Any:
        return value
    if origin in {Union, types.UnionType}:
        return _take_optional(get_args(wanted), value)
    if origin is tuple and isinstance(value, list):
        return tuple(_take(get_args(wanted)[0], item) for item in value)
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, dict):
        return {str(key): _take(get_args(wanted)[1], item) for key, item in value.items()}
    if isinstance(wanted, type):
        return _take_plain(wanted, value)
    raise UnreadableError


def _take_optional(choices: tuple[Any, ...], value: object) -> Any:
    if value is None and type(None) in choices:
        return None
    return _take(next(choice for choice in choices if choice is not type(None)), value)


def _take_plain(wanted: type, value: object) -> Any:
    try:
        if is_dataclass(wanted):
            return from_json(wanted, value)
        if issubclass(wanted, datetime):
            time = datetime.fromisoformat(str(value))
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        if issubclass(wanted, Enum):
            return wanted(value)
    except (ValueError, OverflowError) as error:
        raise UnreadableError from error
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, wanted) and not (isinstance(value, bool) and wanted is not bool):
        return value
    raise UnreadableError
