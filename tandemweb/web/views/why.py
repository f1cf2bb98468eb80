"""Why lines are as they are: the margin beside a file, the story of some lines, a file's history as missions."""

from dataclasses import dataclass

from flask import Blueprint, Response

from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.blaming import Contribution, MarginRun, build_margin, cut_runs, list_contributions
from tandemweb.services.why import LineStory, explain_lines
from tandemweb.store.database import Database
from tandemweb.store.repositories import get_repository_status
from tandemweb.store.revisions import get_revision
from tandemweb.web import urls
from tandemweb.web.databases import get_index, get_project
from tandemweb.web.fragments import vary_by_htmx, wants_fragment
from tandemweb.web.line_history import find_rendered, get_blame, keep_rendered, read_lines
from tandemweb.web.pages import page, render, wants_json
from tandemweb.web.repositories import find_oid, open_history
from tandemweb.web.source_lines import LineRange, find_line_range

blueprint = Blueprint("why", __name__)

MOST_LINES = 400  # that one page explains


@dataclass(frozen=True, slots=True)
class MarginPage:
    """Commit, mission and round of every line of a file at commit ``at``; the file's history as missions."""

    project: Project
    path: str
    at: str
    runs: tuple[MarginRun, ...]
    contributions: tuple[Contribution, ...]

    def story_address(self, run: MarginRun) -> str:
        return urls.why(self.project.slug, self.path, at=self.at, line=run.first, end=run.last)


@dataclass(frozen=True, slots=True)
class WhyPage:
    """The stories of the ``marked`` lines, in their order; ``code`` is what stands there, from ``marked.first`` on.

    ``left_out_count``: lines that were asked for and not explained, because there were too many.
    """

    project: Project
    path: str
    at: str
    marked: LineRange
    code: tuple[str, ...]
    stories: tuple[LineStory, ...]
    left_out_count: int


@page(blueprint, "/projects/<slug>/margin/<path:path>", "why/margin.html")
def margin(slug: str, path: str) -> MarginPage | Response:
    index, project, at = get_index(), get_project(slug), _find_commit(slug)
    if not wants_fragment() or wants_json():
        return _build_margin(index, project, path, at)
    key = (slug, path, at, get_revision(index, slug))
    html = find_rendered(key)
    if html is None:
        html = render("why/_margin.html", _build_margin(index, project, path, at, with_history=False))
        keep_rendered(key, html)
    return vary_by_htmx(Response(html, content_type="text/html; charset=utf-8"))


def _build_margin(index: Database, project: Project, path: str, at: str, *, with_history: bool = True) -> MarginPage:
    runs = build_margin(index, project.slug, get_blame(index, project, at, path))
    return MarginPage(project, path, at, runs, list_contributions(index, project.slug, path) if with_history else ())


@page(blueprint, "/projects/<slug>/why/<path:path>", "why/show.html", fragment="why/_stories.html")
def show(slug: str, path: str) -> WhyPage:
    index, project, at = get_index(), get_project(slug), _find_commit(slug)
    asked = find_line_range()
    if asked is None:
        raise InvalidRequestError("Say which line is meant: line=88, or line=88-92.")
    blamed = get_blame(index, project, at, path)
    with open_history(project) as repository:
        lines = read_lines(repository, at, path)
        if asked.first > len(lines):
            raise NotFoundError(
                f"{path} has {len(lines)} lines in commit {at[:12]}, so there is no line {asked.first}."
            )
        last = min(asked.last, len(lines))
        marked = LineRange(max(asked.first, 1), min(last, asked.first + MOST_LINES - 1))
        stories = explain_lines(index, repository, slug, cut_runs(blamed, marked.first, marked.last), lines)
    told = sum(story.last - story.first + 1 for story in stories)
    code = tuple(lines[marked.first - 1 : marked.last])
    return WhyPage(project, path, at, marked, code, stories, last - asked.first + 1 - told)


def _find_commit(slug: str) -> str:
    at = find_oid("at") or get_repository_status(get_index(), slug).head_oid
    if at is None:
        raise NotFoundError("This project has no commit, so nobody knows who wrote a line.")
    return at
