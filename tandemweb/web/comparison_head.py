"""What every page of a comparison is built from."""

from collections import Counter
from dataclasses import dataclass

from tandemweb.domain.commit import Commit
from tandemweb.domain.comparison import Comparison, FileMatrix
from tandemweb.domain.mission import Project
from tandemweb.errors import NotFoundError
from tandemweb.store.commit_list import list_commits_by_oid
from tandemweb.store.comparisons import get_comparison, list_picks, list_viewed
from tandemweb.web import urls
from tandemweb.web.databases import get_index, get_project, get_state
from tandemweb.web.matrix_rows import MatrixTable, build_table
from tandemweb.web.sides import ShownSide, show_sides


@dataclass(frozen=True, slots=True)
class ComparisonHead:
    """``base`` is None when the index does not know that commit."""

    project: Project
    comparison: Comparison
    sides: tuple[ShownSide, ...]
    base: Commit | None

    @property
    def address(self) -> str:
        return urls.comparison(self.project.slug, self.comparison.id)

    @property
    def name(self) -> str:
        return " \u21c4 ".join(side.name for side in self.sides)


def get_head(slug: str, number: int) -> ComparisonHead:
    """Raise NotFoundError for a project or comparison that is not there."""
    project, comparison = get_project(slug), get_own_comparison(slug, number)
    oids = [comparison.base, *(side.oid for side in comparison.sides)]
    commits = list_commits_by_oid(get_index(), slug, oids)
    return ComparisonHead(project, comparison, show_sides(comparison, commits), commits.get(comparison.base))


def get_own_comparison(slug: str, number: int) -> Comparison:
    """Give a comparison of this project. Raises NotFoundError."""
    comparison = get_comparison(get_state(), number)
    if comparison.project != get_project(slug).slug:
        raise NotFoundError(f"There is no comparison {number} in this project.")
    return comparison


def build_matrix_table(head: ComparisonHead, matrix: FileMatrix, *, kind: str = "", text: str = "") -> MatrixTable:
    """Build the table of files with what was picked of them and looked at."""
    state, number = get_state(), head.comparison.id
    return build_table(
        matrix,
        head.project.slug,
        number,
        head.sides,
        list_viewed(state, number),
        Counter(pick.file for pick in list_picks(state, number)),
        kind=kind,
        text=text,
    )
