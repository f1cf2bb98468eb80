"""Everything that could not be understood, over all projects."""

from dataclasses import dataclass

from flask import Blueprint

from tandemweb.store.index_projects import ProjectSummary, list_project_summaries
from tandemweb.store.problems import ProblemFilter, ProblemPage, list_problems
from tandemweb.web import urls
from tandemweb.web.databases import get_index
from tandemweb.web.pages import page
from tandemweb.web.parameters import find_page_number, find_text

blueprint = Blueprint("problems", __name__)

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    project: str | None
    code: str | None
    text: str
    number: int
    page_count: int
    problems: ProblemPage
    projects: tuple[ProjectSummary, ...]

    def address(self, *, code: str | None = None, number: int = 1) -> str:
        return urls.problems(
            project=self.project, code=code, text=self.text or None, page=None if number == 1 else number
        )


@page(blueprint, "/problems", "problems/list.html")
def index() -> ProblemsPage:
    database = get_index()
    project, code, text, number = find_text("project"), find_text("code"), find_text("text") or "", find_page_number()
    offset = (number - 1) * PAGE_SIZE
    found = list_problems(database, ProblemFilter(project, code, text, offset, PAGE_SIZE))
    page_count = max(1, -(-found.total_count // PAGE_SIZE))
    return ProblemsPage(project, code, text, number, page_count, found, list_project_summaries(database))
