"""Searching by what a person typed: for pages, the command line and agents alike."""

from dataclasses import dataclass

from tandemweb.domain.search import SearchField, SearchHit, SearchQuery
from tandemweb.services.search_query import extract_query, list_completions
from tandemweb.store.database import Database
from tandemweb.store.index_projects import list_project_summaries
from tandemweb.store.search import search


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one mission (or of what a project has outside of missions), best first."""

    project: str
    project_name: str
    root: str | None
    mission: str | None
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """``is_partial``: the deadline passed, there may be more."""

    query: SearchQuery
    groups: tuple[HitGroup, ...]
    has_more: bool
    is_partial: bool


def answer_query(
    index: Database, text: str, *, offset: int = 0, limit: int = 30, deadline: float = 0.25
) -> SearchAnswer:
    """Search for what ``text`` means (see ``extract_query``); any text will do. ``deadline`` is in seconds."""
    query = extract_query(text)
    found = search(index, query, offset=offset, limit=limit, deadline=deadline)
    return SearchAnswer(query, group_hits(found.hits), found.has_more, found.is_partial)


def group_hits(hits: tuple[SearchHit, ...]) -> tuple[HitGroup, ...]:
    """Put hits of one mission under one heading, at the place of the best of them."""
    groups: dict[tuple[str, str | None, str | None], list[SearchHit]] = {}
    for hit in hits:
        groups.setdefault((hit.project, hit.root, hit.mission), []).append(hit)
    return tuple(
        HitGroup(members[0].project, members[0].project_name, members[0].root, members[0].mission, tuple(members))
        for members in groups.values()
    )


def complete_query(index: Database, text: str) -> tuple[str, ...]:
    """Give whole queries that go on from ``text`` by an operator or a value that exists."""
    projects = tuple(project.slug for project in list_project_summaries(index)) if "project:" in text.lower() else ()
    return list_completions(text, {SearchField.PROJECT: projects})
