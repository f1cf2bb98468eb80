"""A page is one frozen dataclass. Its template shows it as HTML, and the same value is its JSON twin.

A view module registers a page like this::

    @page(blueprint, "/projects/<slug>", "projects/show.html")
    def show(slug: str) -> ProjectPage: ...

and with that answers ``/projects/demo`` as HTML, ``/projects/demo.json`` and ``Accept: application/json`` as JSON,
with ETag and 304 for all of them. ``NotFoundError`` of the view becomes 404.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from flask import Blueprint, Response, current_app, g, request

from tandemweb.errors import NotFoundError
from tandemweb.web import urls
from tandemweb.web.fragments import vary_by_htmx, wants_fragment
from tandemweb.web.jsonable import replace_surrogates, to_jsonable
from tandemweb.web.shared_answers import share_answer

P = ParamSpec("P")
JSON_SUFFIX = ".json"
REVISION_MARK = "\ue0ffrevision\ue0ff"


def page(
    blueprint: Blueprint, rule: str, template: str, *, fragment: str | None = None
) -> Callable[[Callable[P, object]], Callable[P, object]]:
    """Register a view that answers a frozen dataclass (or a finished ``Response``) for GET, with its JSON twin.

    ``fragment`` names the partial that htmx gets instead of the whole page; it sees the same ``page``.
    A last parameter that takes any text may itself end in ``.json``; the exact name wins then, and only a name that is
    not found is tried again as the twin. The view must raise NotFoundError for what does not exist.
    """

    def register(view: Callable[P, object]) -> Callable[P, object]:
        open_ended = _open_ended_parameter(rule)

        @wraps(view)
        def answer(*arguments: P.args, **parameters: P.kwargs) -> Response:
            def make() -> Response:
                if open_ended is None:
                    return _respond_to(view(*arguments, **parameters), template, fragment, wants_json())
                return _answer_exact_or_twin(view, parameters, open_ended, template, fragment)

            return _make_conditional(share_answer(make))

        @wraps(view)
        def answer_twin(*arguments: P.args, **parameters: P.kwargs) -> Response:
            return _make_conditional(_respond_to(view(*arguments, **parameters), template, fragment, as_json=True))

        name = getattr(view, "__name__", "view")
        blueprint.add_url_rule(rule, name, answer, methods=["GET"])
        if open_ended is None:
            blueprint.add_url_rule(urls.json_twin(rule), f"{name}_json", answer_twin, methods=["GET"])
        return view

    return register


def _open_ended_parameter(rule: str) -> str | None:
    """Name the parameter that ends ``rule`` when it takes any text (``<slug>``, ``<path:path>``)."""
    last = rule.rpartition("<")[2] if rule.endswith(">") else ""
    converter, _, name = last.removesuffix(">").rpartition(":")
    return name if last and converter in {"", "default", "string", "path"} else None


def _answer_exact_or_twin(
    view: Callable[..., object], parameters: Any, last: str, template: str, fragment: str | None
) -> Response:
    try:
        return _respond_to(view(**parameters), template, fragment, wants_json())
    except NotFoundError:
        name = parameters[last]
        if not name.endswith(JSON_SUFFIX) or name == JSON_SUFFIX:
            raise
    twin = {**parameters, last: name.removesuffix(JSON_SUFFIX)}
    return _respond_to(view(**twin), template, fragment, as_json=True)


def wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def find_json_address() -> str | None:
    """Give the address of the JSON of the page that is being shown; None where there is none, as on error pages."""
    if not g.get("tandemweb_has_twin"):
        return None
    path, mark, query = urls.local_or_home(str(request.environ.get("REQUEST_URI", "/"))).partition("?")
    return f"{urls.json_twin(path)}{mark}{query}"


def _respond_to(value: object, template: str, fragment: str | None, as_json: bool) -> Response:
    if isinstance(value, Response):
        return value
    if as_json:
        return _write_json(value)
    g.tandemweb_has_twin = True
    return _write_html(value, fragment if fragment and wants_fragment() else template)


def render(template: str, value: object) -> str:
    """Render a template or partial that sees ``page`` and nothing of Flask; its blueprints would add the request."""
    return replace_surrogates(current_app.jinja_env.get_template(template).render(page=value))


def respond(value: object, template: str, *, status: int = 200) -> Response:
    """Render ``template`` with ``page=value``; 304 when the browser has the very same content."""
    return _make_conditional(_write_html(value, template, status))


def respond_json(value: object, *, status: int = 200) -> Response:
    return _make_conditional(_write_json(value, status))


def _write_html(value: object, template: str, status: int = 200) -> Response:
    html = render(template, value)
    return _finish(Response(html, status, content_type="text/html; charset=utf-8"))


def _write_json(value: object, status: int = 200) -> Response:
    text = json.dumps(to_jsonable(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _finish(Response(f"{text}\n", status, content_type="application/json; charset=utf-8"))


def _finish(response: Response) -> Response:
    vary_by_htmx(response).vary.add("Accept")
    content = response.get_data()
    # The revision is no part of the content: a page that only names a newer one is still the same page.
    response.set_data(content.replace(REVISION_MARK.encode(), str(g.get("tandemweb_revision", 0)).encode()))
    if response.status_code == HTTPStatus.OK:
        response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return response


def _make_conditional(response: Response) -> Response:
    if "ETag" in response.headers:
        response.make_conditional(request)
    return response
