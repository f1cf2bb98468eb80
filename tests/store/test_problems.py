from collections.abc import Callable

import pytest

from store.examples import ROOT, make_mission
from tandemweb.domain.problem import Problem
from tandemweb.store.connections import IndexWriter
from tandemweb.store.problems import ProblemFilter, ProblemRow, list_problems, save_project_problems
from tandemweb.store.revisions import get_revision

CONFIG = Problem("TandemKit/Config.json", 2, "not-json", "Not 100% JSON.")
HISTORY = Problem("", None, "history-unreadable", "git failed.")


@pytest.fixture
def save_problems(writer: IndexWriter) -> Callable:
    def save(area: str, *problems: Problem) -> None:
        with writer.transaction() as index:
            save_project_problems(index, "shop", area, problems)

    return save


def test_problems_of_missions_and_projects(save: Callable, save_problems: Callable, ask: Callable):
    mission = make_mission()
    save(mission)
    save_problems("archive", CONFIG)
    save_problems("history", HISTORY)
    page = ask(list_problems, ProblemFilter())
    own = ("shop", "Shop", ROOT.slug, "001-AddCart")
    assert page.rows == (
        ProblemRow(HISTORY, "shop", "Shop", None, None),
        ProblemRow(CONFIG, "shop", "Shop", None, None),
        ProblemRow(mission.problems[1], *own),
        ProblemRow(mission.problems[0], *own, is_document=True),
    )
    assert page.total_count == 4
    assert page.codes == (("gone", 1), ("history-unreadable", 1), ("not-json", 1), ("odd-verdict", 1))


def test_areas_are_replaced_one_by_one(save_problems: Callable, ask: Callable):
    save_problems("archive", CONFIG)
    save_problems("history", HISTORY)
    save_problems("archive")
    assert [row.problem for row in ask(list_problems, ProblemFilter()).rows] == [HISTORY]


def test_the_same_problems_are_no_change(save_problems: Callable, ask: Callable):
    save_problems("archive", CONFIG, HISTORY)
    before = ask(get_revision)
    save_problems("archive", CONFIG, HISTORY)
    assert ask(get_revision) == before


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ProblemFilter(project="shop"), [HISTORY, CONFIG]),
        (ProblemFilter(project="attic"), []),
        (ProblemFilter(code="not-json"), [CONFIG]),
        (ProblemFilter(text="config.JSON"), [CONFIG]),
        (ProblemFilter(text="0% j"), [CONFIG]),
        (ProblemFilter(text="%"), [CONFIG]),
        (ProblemFilter(offset=1, limit=1), [CONFIG]),
    ],
)
def test_filters(save_problems: Callable, ask: Callable, wanted: ProblemFilter, found: list[Problem]):
    save_problems("archive", CONFIG)
    save_problems("history", HISTORY)
    page = ask(list_problems, wanted)
    assert [row.problem for row in page.rows] == found
    assert page.total_count == (2 if wanted.offset else len(found))
    assert ("not-json", 1) in page.codes or not found
