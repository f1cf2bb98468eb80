from collections.abc import Callable

from store.examples import PROJECT, ROOT, make_mission
from tandemweb.store.connections import IndexWriter
from tandemweb.store.index_projects import forget_project
from tandemweb.store.missions import delete_mission
from tandemweb.store.revisions import Changes, MissionChange, get_revision, list_changes

PLACE = ("shop", ROOT.slug, "001-AddCart")


def test_every_save_is_a_new_revision(save: Callable, ask: Callable):
    before = ask(get_revision)
    first, second = save(make_mission()), save(make_mission())
    other = save(make_mission("002-Other"))
    assert before < first < second < other
    assert ask(get_revision, *PLACE) == second
    assert ask(get_revision, "shop") == ask(get_revision) == other
    assert ask(list_changes, first) == Changes(
        other, ("shop",), (MissionChange(*PLACE, second), MissionChange("shop", ROOT.slug, "002-Other", other))
    )
    assert ask(list_changes, other) == Changes(other, (), ())


def test_what_is_not_there_has_none(ask: Callable):
    assert ask(get_revision, "nowhere") == ask(get_revision, *PLACE) == 0


def test_a_removed_mission_is_a_change_of_its_project(writer: IndexWriter, save: Callable, ask: Callable):
    saved = save(make_mission())
    with writer.transaction() as index:
        delete_mission(index, *PLACE)
    changes = ask(list_changes, saved)
    assert (changes.projects, changes.missions) == (("shop",), ())
    assert save(make_mission()) > changes.revision


def test_a_forgotten_project_is_a_change(writer: IndexWriter, ask: Callable):
    before = ask(get_revision)
    with writer.transaction() as index:
        forget_project(index, PROJECT.slug)
    assert ask(get_revision) > before
