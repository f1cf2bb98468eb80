"""One box over missions, decisions, findings, documents, commits and files."""

import re
from dataclasses import dataclass

from flask import Blueprint, request
from markupsafe import Markup, escape

from tandemweb.domain.mission import Stage
from tandemweb.domain.search import HIT_END, HIT_START, SearchHit, SearchKind
from tandemweb.services.search_query import LONGEST_QUERY
from tandemweb.services.searching import HitGroup, answer_query, complete_query
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_page_number
from tandemweb.web.spans import render_spans

blueprint = Blueprint("search", __name__)

PAGE_SIZE = 30
_SPAN_TAG = re.compile(r"</?(?:code|strong)>")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found. ``title`` and ``excerpt`` are safe HTML with the hits in ``<mark>``."""

    found: SearchHit
    address: str
    title: Markup
    excerpt: Markup


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Hits of one mission; ``address`` is the mission's, or the project's for what belongs to no mission."""

    project_name: str
    mission: str | None
    address: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A query that goes on from this one."""

    text: str
    address: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class SearchResultsPage:
    """``completions`` go on from the last word; ``kinds`` narrow to one kind of thing."""

    query: str
    number: int
    terms: tuple[str, ...]
    notes: tuple[str, ...]
    completions: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    groups: tuple[ShownGroup, ...]
    has_more: bool
    is_partial: bool
    is_empty: bool

    def page_address(self, number: int) -> str:
        return urls.search(self.query, page=number)


@page(blueprint, "/search", "search/show.html", fragment="search/_results.html")
def show() -> SearchResultsPage:
    given, number = request.args.get("q", ""), find_page_number()
    index = get_index()
    answer = answer_query(index, given, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    query = given[:LONGEST_QUERY]
    return SearchResultsPage(
        query=query,
        number=number,
        terms=tuple(term.text for term in answer.query.terms),
        notes=answer.query.notes,
        completions=tuple(Choice(text, urls.search(text)) for text in complete_query(index, query)),
        kinds=list_kinds(query),
        groups=tuple(show_group(group) for group in answer.groups),
        has_more=answer.has_more,
        is_partial=answer.is_partial,
        is_empty=answer.query.is_empty,
    )


def list_kinds(query: str) -> tuple[Choice, ...]:
    """Offer each kind of thing; the one that the query asks for already leads back to all."""
    words = query.split(" ")
    current = {kind for kind in SearchKind if f"kind:{kind}" in words}
    rest = " ".join(word for word in words if not word.startswith("kind:")).strip()
    kinds = [Choice(f"{kind}s", urls.search(f"kind:{kind} {rest}"), kind in current) for kind in SearchKind]
    return (Choice("everything", urls.search(rest), not current), *kinds) if rest or current else ()


def show_group(group: HitGroup) -> ShownGroup:
    heads: dict[str, str | None] = {}
    hits = tuple(
        Hit(hit, find_address(hit, heads), mark_title(hit.title or hit.path.rpartition("/")[2]), mark_hits(hit.excerpt))
        for hit in group.hits
    )
    if group.mission and group.root:
        address = urls.mission(group.project, group.root, group.mission)
        return ShownGroup(group.project_name, group.mission, address, hits)
    return ShownGroup(group.project_name, None, urls.project(group.project), hits)


def find_address(hit: SearchHit, heads: dict[str, str | None]) -> str:
    """Say where a hit is shown. ``heads`` remembers the commit that each project stands on."""
    if hit.kind == SearchKind.COMMIT:
        return urls.commit(hit.project, hit.key)
    if hit.kind == SearchKind.DECISION:
        return urls.decision(hit.project, hit.key)
    if hit.kind == SearchKind.FILE:
        if hit.project not in heads:
            heads[hit.project] = get_repository_status(get_index(), hit.project).head_oid
        head = heads[hit.project]
        return urls.file(hit.project, hit.path, at=head) if head else urls.raw(hit.project, hit.path)
    if hit.root is None or hit.mission is None or hit.kind not in {SearchKind.MISSION, SearchKind.FINDING}:
        return urls.document(hit.project, hit.path)
    if hit.kind == SearchKind.MISSION:
        return urls.mission(hit.project, hit.root, hit.mission)
    return f"{exchange_address(hit.project, hit.root, hit.mission, hit.stage, hit.round)}#finding-{hit.key}"


def exchange_address(project: str, root: str, mission: str, stage: str | None, number: int | None) -> str:
    if stage == Stage.PLANNING:
        return urls.planning(project, root, mission)
    return urls.evaluation(project, root, mission, number or 1)


def mark_title(text: str) -> Markup:
    """Mark hits in a title whose code spans are shown as such, unless a hit reaches across the end of one."""
    html = render_spans(text)
    is_nested = all(part.count(HIT_START) == part.count(HIT_END) for part in _SPAN_TAG.split(html))
    return mark_hits(html if is_nested else text)


def mark_hits(text: str) -> Markup:
    """Escape first, then turn the marks into tags: what a document says can never become HTML."""
    return Markup(str(escape(text)).replace(HIT_START, "<mark>").replace(HIT_END, "</mark>"))  # noqa: S704 escaped
