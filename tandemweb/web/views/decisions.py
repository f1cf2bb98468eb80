"""Key decisions of all missions: the list with its filters, each one's permalink, and its text for copying."""

import re
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request

from tandemweb.domain.decision import DecisionSource
from tandemweb.errors import InvalidRequestError
from tandemweb.services.decision_text import render_decision
from tandemweb.services.search_query import extract_query
from tandemweb.store.decision_list import DecisionFilter, DecisionPage, DecisionRow, get_decision, list_decisions
from tandemweb.store.index_projects import ProjectSummary, list_project_summaries
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.jsonable import replace_surrogates
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_choice, find_page_number, find_text

blueprint = Blueprint("decisions", __name__)

PAGE_SIZE = 50
DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class DecisionQuery:
    """What the URL asks for. ``after`` and ``before`` are days, months or years; the second is not included."""

    text: str = ""
    project: str | None = None
    source: DecisionSource | None = None
    file: str = ""
    after: str = ""
    before: str = ""
    superseded: bool = False
    number: int = 1

    def address(self, **changes: object) -> str:
        """Give the URL of the list with some parameters changed; of its first page unless one is named."""
        wanted = replace(self, **{"number": 1, **changes})  # type: ignore[arg-type]  # names are checked by replace
        return urls.decisions(
            q=wanted.text or None,
            project=wanted.project,
            source=wanted.source,
            file=wanted.file or None,
            after=wanted.after or None,
            before=wanted.before or None,
            superseded=1 if wanted.superseded else None,
            page=wanted.number if wanted.number > 1 else None,
        )

    @property
    def is_narrowed(self) -> bool:
        return replace(self, number=1) != DecisionQuery()


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    query: DecisionQuery
    decisions: DecisionPage
    projects: tuple[ProjectSummary, ...]
    sources: tuple[DecisionSource, ...]
    page_count: int


@dataclass(frozen=True, slots=True)
class DecisionDetailPage:
    """One decision; ``markdown`` is the text that its copy holds."""

    row: DecisionRow
    markdown: str


@page(blueprint, "/decisions", "decisions/list.html", fragment="decisions/_list.html")
def index() -> DecisionsPage:
    query = read_query()
    wanted = DecisionFilter(
        project=query.project,
        source=query.source,
        file=query.file,
        after=query.after,
        before=query.before,
        terms=extract_query(query.text).terms,
        only_superseded=query.superseded,
        offset=(query.number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
    )
    decisions = list_decisions(get_index(), wanted)
    page_count = max(1, -(-decisions.total_count // PAGE_SIZE))
    return DecisionsPage(query, decisions, list_project_summaries(get_index()), tuple(DecisionSource), page_count)


@page(blueprint, "/projects/<slug>/decisions/<key>", "decisions/show.html")
def show(slug: str, key: str) -> DecisionDetailPage:
    row = get_decision(get_index(), slug, key)
    return DecisionDetailPage(row, render_decision(row))


@blueprint.get("/projects/<slug>/decisions/<key>/text.md")
def text(slug: str, key: str) -> Response:
    """Give a decision as Markdown, shown as plain text: a copy that needs no script."""
    markdown = render_decision(get_decision(get_index(), slug, key))
    return Response(replace_surrogates(markdown), content_type="text/plain; charset=utf-8")


def read_query() -> DecisionQuery:
    return DecisionQuery(
        text=request.args.get("q", ""),
        project=find_text("project"),
        source=find_choice("source", DecisionSource),
        file=find_text("file") or "",
        after=find_day("after"),
        before=find_day("before"),
        superseded=find_text("superseded") is not None,
        number=find_page_number(),
    )


def find_day(name: str) -> str:
    given = find_text(name) or ""
    if given and not DAY.fullmatch(given):
        raise InvalidRequestError(f"The parameter {name} is {given[:80]!r}; it is a day, month or year, as 2026-03-14.")
    return given
