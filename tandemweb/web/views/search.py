"""Full-text search over documents."""

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, request
from markupsafe import Markup, escape

from tandemweb.store.search import HIT_END, HIT_START, SearchHit, search
from tandemweb.web.databases import get_index
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_page_number, find_text

blueprint = Blueprint("search", __name__)

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """One document that was found. ``title`` and ``excerpt`` are safe HTML with the hits in ``<mark>``."""

    found: SearchHit
    title: Markup
    excerpt: Markup


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one mission (or of a project's other documents) that follow each other in rank."""

    project: str
    project_name: str
    root: str | None
    mission: str | None
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class SearchResultsPage:
    query: str
    project: str | None
    number: int
    terms: tuple[str, ...]
    groups: tuple[HitGroup, ...]
    has_more: bool
    is_partial: bool


@page(blueprint, "/search", "search/show.html")
def show() -> SearchResultsPage:
    query, project, number = request.args.get("q", ""), find_text("project"), find_page_number()
    found = search(get_index(), query, project=project, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return SearchResultsPage(
        query, project, number, found.terms, group_hits(found.hits), found.has_more, found.is_partial
    )


def group_hits(hits: tuple[SearchHit, ...]) -> tuple[HitGroup, ...]:
    """Put hits of one mission under one heading, at the place of the best of them."""
    first: dict[tuple[str, str, str], int] = {}
    for position, hit in enumerate(hits):
        first.setdefault(_owner(hit), position)
    ordered = sorted(hits, key=lambda hit: first[_owner(hit)])
    groups = []
    for _, members in groupby(ordered, key=_owner):
        shown = tuple(Hit(hit, mark_hits(hit.title), mark_hits(hit.excerpt)) for hit in members)
        best = shown[0].found
        groups.append(HitGroup(best.project, best.project_name, best.root, best.mission, shown))
    return tuple(groups)


def _owner(hit: SearchHit) -> tuple[str, str, str]:
    return hit.project, hit.root or "", hit.mission or ""


def mark_hits(text: str) -> Markup:
    """Escape first, then turn the marks into tags: what a document says can never become HTML."""
    return Markup(str(escape(text)).replace(HIT_START, "<mark>").replace(HIT_END, "</mark>"))  # noqa: S704 escaped
