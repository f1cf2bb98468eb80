from collections.abc import Callable
from dataclasses import replace

from store.examples import PROJECT, ROOT, START, make_commit, make_mission
from tandemweb.domain.mission import ArchiveRoot, MissionState, Naming
from tandemweb.store.commits import save_commits
from tandemweb.store.connections import IndexWriter
from tandemweb.store.index_projects import (
    ProjectSummary,
    list_project_summaries,
    list_roots,
    mark_refreshed,
    save_indexed_project,
    save_roots,
)
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.revisions import get_revision

BARE = ArchiveRoot("HarnessKit", "harnesskit", Naming.KEBAB)


def test_roots_come_back_and_keep_their_missions(writer: IndexWriter, save: Callable, ask: Callable):
    save(make_mission())
    changed = replace(ROOT, current_mission=None, config={})
    with writer.transaction() as index:
        save_roots(index, "shop", (BARE, changed))
    assert ask(list_roots, "shop") == (BARE, changed)
    assert ask(get_mission, "shop", ROOT.slug, "001-AddCart").root == changed


def test_the_same_roots_and_project_are_no_change(writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_roots(index, "shop", (BARE,))
    before = ask(get_revision)
    with writer.transaction() as index:
        save_indexed_project(index, PROJECT)
        save_roots(index, "shop", (BARE,))
        mark_refreshed(index, "shop", START)
    assert ask(get_revision) == before


def test_summaries(writer: IndexWriter, save: Callable, ask: Callable):
    save(make_mission())
    save(make_mission("002-Done", state=MissionState(phase="complete"), documents=(), exchanges=(), problems=()))
    with writer.transaction() as index:
        save_commits(index, "shop", [make_commit(1)])
        mark_refreshed(index, "shop", START)
        save_indexed_project(index, replace(PROJECT, slug="attic", name="attic", path="/attic"))
    attic, shop = ask(list_project_summaries)
    assert (attic.slug, attic.mission_count, attic.refreshed_at) == ("attic", 0, None)
    assert shop == ProjectSummary("shop", "Shop", "/work/shop", 1, 2, 1, 3, 1, 2, START, shop.revision)
