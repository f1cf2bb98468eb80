"""The JSON of all pages as an OpenAPI document, made from the very dataclasses that the pages are."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from flask import Flask
from werkzeug.routing import Rule

from tandemweb import __version__
from tandemweb.web.errors_http import ErrorPage
from tandemweb.web.jsonable import to_jsonable

Schema = dict[str, Any]
_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Any: {},
    object: {},
}
_CONVERTERS = {"int": {"type": "integer", "minimum": 0}}
_PARAMETER = re.compile(r"<(?:(?P<converter>[a-z]+)(?:\([^)]*\))?:)?(?P<name>[a-z_]+)>")


@dataclass(slots=True)
class Schemas:
    """Schemas by type; dataclasses become components, named by module and class where a name alone is not clear."""

    components: dict[str, Schema] = field(default_factory=dict)
    _names: dict[type, str] = field(default_factory=dict)

    def describe(self, kind: Any) -> Schema:
        """Give the schema of what ``to_jsonable`` makes of a value of this type. Raises TypeError for unknown types."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in {Union, UnionType}:
            return {"anyOf": [self.describe(one) for one in arguments]}
        if origin is Literal:
            return {"enum": [to_jsonable(one) for one in arguments]}
        return self._describe_class(origin or kind, arguments)

    def _describe_class(self, kind: type, arguments: Sequence[Any]) -> Schema:
        if is_dataclass(kind):
            return {"$ref": f"#/components/schemas/{self._name_component(kind)}"}
        if issubclass(kind, Enum):
            return {"enum": [to_jsonable(one) for one in kind]}
        if issubclass(kind, str | PurePath):
            return {"type": "string"}
        if issubclass(kind, Mapping):
            return {"type": "object", "additionalProperties": self.describe(arguments[1]) if arguments else {}}
        if issubclass(kind, tuple) and arguments and arguments[-1] is not ...:
            return _fixed_array([self.describe(one) for one in arguments])
        if issubclass(kind, Sequence | AbstractSet):
            return {"type": "array", "items": self.describe(arguments[0]) if arguments else {}}
        raise TypeError(f"{kind!r} has no schema")

    def _name_component(self, kind: type) -> str:
        if kind in self._names:
            return self._names[kind]
        name = kind.__name__
        if name in self.components:
            name = f"{kind.__module__.rpartition('.')[2]}.{name}"
        self._names[kind] = name
        self.components[name] = {}  # stands in its place while its own fields are described: a type may hold itself
        hints = get_type_hints(kind)
        own = fields(kind)
        self.components[name] = {
            "type": "object",
            "properties": {one.name: self.describe(hints[one.name]) for one in own},
            "required": [one.name for one in own],
            "additionalProperties": False,
        }
        return name


def _fixed_array(items: list[Schema]) -> Schema:
    return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}


def describe_pages(app: Flask) -> Schema:
    """Give the OpenAPI 3.1 document of every page of ``app`` that has JSON."""
    schemas = Schemas()
    paths = {
        path: {"get": _describe_page(schemas, rule, value)}
        for rule, value in _list_pages(app)
        for path in [_PARAMETER.sub(r"{\g<name>}", rule.rule)]
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tandemweb",
            "version": __version__,
            "description": "Every page as JSON: ask with Accept: application/json, or add .json to its address.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.components.items()))},
    }


def _list_pages(app: Flask) -> Iterator[tuple[Rule, type]]:
    for rule in app.url_map.iter_rules():
        kind = _find_page_type(app.view_functions[rule.endpoint])
        if kind is not None and not rule.rule.endswith(".json"):
            yield rule, kind


def _find_page_type(view: Callable[..., Any]) -> type | None:
    """Give the dataclass that a view registered by ``pages.page`` answers."""
    own = getattr(view, "__wrapped__", None)
    kinds = [get_type_hints(own).get("return")] if own else []
    kinds = [one for kind in kinds for one in (get_args(kind) if get_origin(kind) is UnionType else (kind,))]
    return next((kind for kind in kinds if isinstance(kind, type) and is_dataclass(kind)), None)


def _describe_page(schemas: Schemas, rule: Rule, kind: type) -> Schema:
    error = {
        "description": "Why not, in one sentence",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"error": schemas.describe(ErrorPage)},
                    "required": ["error"],
                }
            }
        },
    }
    answer = {"description": kind.__name__, "content": {"application/json": {"schema": schemas.describe(kind)}}}
    return {
        "operationId": rule.endpoint,
        "parameters": [
            {
                "name": match["name"],
                "in": "path",
                "required": True,
                "schema": _CONVERTERS.get(match["converter"], {"type": "string", "minLength": 1}),
            }
            for match in _PARAMETER.finditer(rule.rule)
        ],
        "responses": {"200": answer, "default": error},
    }
