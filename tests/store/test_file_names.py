"""Files found by what a document calls them."""

from collections.abc import Callable

import pytest

from tandemweb.store.connections import IndexWriter
from tandemweb.store.file_names import ENDING_LIMIT, NAME_LIMIT, find_known_paths, find_paths_ending
from tandemweb.store.search_items import save_file_items


@pytest.fixture
def keep(writer: IndexWriter) -> Callable[..., None]:
    def keep_paths(*paths: str) -> None:
        with writer.transaction() as index:
            save_file_items(index, "shop", paths)

    return keep_paths


def test_paths_that_were_ever_there_are_known(keep: Callable, ask: Callable):
    keep("src/a.py", "README.md")
    keep("src/b.py")
    asked = ["src/a.py", "src/b.py", "a.py", "src", "README.md", "/README.md", "\ud800"]
    assert ask(find_known_paths, "shop", asked) == {"src/a.py", "src/b.py", "README.md"}
    assert ask(find_known_paths, "shop", []) == frozenset()


def test_an_ending_begins_where_a_name_does(keep: Callable, ask: Callable):
    keep("src/app/page.js", "lib/page.js", "page.js", "src/homepage.js", "100%_page.js/x")
    found = ask(find_paths_ending, "shop", ["page.js", "app/page.js", "age.js", "_age.js", "%page.js", "src/app"])
    assert {ending: set(paths) for ending, paths in found.items()} == {
        "page.js": {"src/app/page.js", "lib/page.js"},
        "app/page.js": {"src/app/page.js"},
    }


def test_names_that_very_many_files_have_mean_none(keep: Callable, ask: Callable):
    many = [f"a/d{number}/State.json" for number in range(NAME_LIMIT + 1)]
    some = [f"a/e{number}/x.py" for number in range(ENDING_LIMIT + 1)]
    keep(*many, *some)
    found = ask(find_paths_ending, "shop", ["State.json", "d1/State.json", "x.py", "e1/x.py"])
    assert found == {"e1/x.py": ("a/e1/x.py",)}
