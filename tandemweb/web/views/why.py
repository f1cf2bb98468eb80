"""Why lines are as they are: the margin beside a file, the story of some lines, a file's history as missions."""

from dataclasses import dataclass

from flask import Blueprint

from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.contents import find_file_at, read_blob
from tandemweb.history.opening import Repository
from tandemweb.services.blaming import Contribution, MarginRun, build_margin, cut_runs, list_contributions
from tandemweb.services.why import LineStory, explain_lines
from tandemweb.store.repositories import get_repository_status
from tandemweb.web import urls
from tandemweb.web.databases import get_index, get_project
from tandemweb.web.highlighting import split_lines
from tandemweb.web.line_history import get_blame
from tandemweb.web.pages import page
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


@page(blueprint, "/projects/<slug>/margin/<path:path>", "why/margin.html", fragment="why/_margin.html")
def margin(slug: str, path: str) -> MarginPage:
    index, project, at = get_index(), get_project(slug), _find_commit(slug)
    with open_history(project) as repository:
        lines = _read_lines(repository, at, path)
        runs = get_blame(index, repository, project, at, path, line_count=len(lines))
    return MarginPage(project, path, at, build_margin(index, slug, runs), list_contributions(index, slug, path))


@page(blueprint, "/projects/<slug>/why/<path:path>", "why/show.html", fragment="why/_stories.html")
def show(slug: str, path: str) -> WhyPage:
    index, project, at = get_index(), get_project(slug), _find_commit(slug)
    asked = find_line_range()
    if asked is None:
        raise InvalidRequestError("Say which line is meant: line=88, or line=88-92.")
    with open_history(project) as repository:
        lines = _read_lines(repository, at, path)
        if asked.first > len(lines):
            raise NotFoundError(
                f"{path} has {len(lines)} lines in commit {at[:12]}, so there is no line {asked.first}."
            )
        last = min(asked.last, len(lines))
        marked = LineRange(max(asked.first, 1), min(last, asked.first + MOST_LINES - 1))
        runs = cut_runs(
            get_blame(index, repository, project, at, path, line_count=len(lines)), marked.first, marked.last
        )
        stories = explain_lines(index, repository, slug, runs, lines)
    told = sum(story.last - story.first + 1 for story in stories)
    code = tuple(lines[marked.first - 1 : marked.last])
    return WhyPage(project, path, at, marked, code, stories, last - asked.first + 1 - told)


def _find_commit(slug: str) -> str:
    at = find_oid("at") or get_repository_status(get_index(), slug).head_oid
    if at is None:
        raise NotFoundError("This project has no commit, so nobody knows who wrote a line.")
    return at


def _read_lines(repository: Repository, at: str, path: str) -> list[str]:
    entry = find_file_at(repository, at, path)
    if entry is None or not entry.mode.startswith("100"):
        raise NotFoundError(f"There is no file {path} in commit {at[:12]}.")
    return split_lines(read_blob(repository, entry.oid).data.decode("utf-8", "replace"))
