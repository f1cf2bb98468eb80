import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from store.conftest import count_rows
from store.examples import PROJECT, ROOT, make_document, make_finding, make_mission, make_texts
from tandemweb.domain.mission import DocumentKind, FileStamp, MissionState
from tandemweb.errors import NotFoundError
from tandemweb.store.connections import IndexWriter
from tandemweb.store.documents import get_document, get_path_bytes, read_text, read_texts
from tandemweb.store.index_projects import forget_project, list_roots, save_roots
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.missions import delete_mission, find_mission_places, list_mission_paths, save_mission

PLACE = ("shop", ROOT.slug, "001-AddCart")


def test_a_mission_comes_back_whole(save: Callable, ask: Callable):
    mission = make_mission()
    save(mission)
    assert ask(get_mission, *PLACE) == mission


def test_a_bare_mission_comes_back_whole(save: Callable, ask: Callable):
    bare = make_mission(
        number=None,
        state=MissionState(),
        documents=(),
        exchanges=(),
        assets=(),
        criteria=(),
        decisions=(),
        changed_files={},
        problems=(),
    )
    save(bare)
    assert ask(get_mission, *PLACE) == bare


@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_of_document_can_be_saved(save: Callable, ask: Callable, kind: DocumentKind):
    mission = make_mission(documents=(make_document("x.md", kind=kind),), exchanges=())
    save(mission)
    assert ask(get_mission, *PLACE) == mission


def test_saving_again_replaces_everything(save: Callable, ask: Callable):
    save(make_mission())
    before = ask(count_rows)
    first = make_mission()
    changed = replace(
        first,
        title="Other",
        documents=first.documents[1:],
        exchanges=(replace(first.exchanges[1], documents=first.documents[1:2], findings=(make_finding("other"),)),),
        problems=(),
    )
    save(changed)
    assert ask(get_mission, *PLACE) == changed
    save(first)
    assert ask(get_mission, *PLACE) == first
    assert ask(count_rows) == before


def test_saving_one_mission_leaves_others_alone(save: Callable, ask: Callable):
    other = make_mission("002-Other")
    save(other)
    save(make_mission())
    save(make_mission(documents=(), exchanges=(), problems=()))
    assert ask(get_mission, "shop", ROOT.slug, "002-Other") == other
    assert ask(read_texts, "shop", [d.path for d in other.documents]) == make_texts(other)


def test_documents_keep_their_rows_and_texts(writer: IndexWriter, save: Callable, ask: Callable):
    def list_ids(index):
        return {row[0]: row[1] for row in index.rows("SELECT path, id FROM documents")}

    mission = make_mission()
    save(mission)
    ids = ask(list_ids)
    spec, *others = mission.documents
    edited = replace(spec, content_hash="new", title="New")
    with writer.transaction() as index:
        save_mission(index, "shop", replace(mission, documents=(edited, *others)), {spec.path: "new words"})
    assert ask(list_ids) == ids
    assert ask(read_text, "shop", spec.path) == "new words"
    assert ask(read_text, "shop", others[0].path) == make_texts(mission)[others[0].path]


def test_an_unreadable_document_loses_its_old_text(writer: IndexWriter, save: Callable, ask: Callable):
    mission = make_mission()
    save(mission)
    documents = tuple(replace(document, content_hash="") for document in mission.documents)
    with writer.transaction() as index:
        save_mission(index, "shop", replace(mission, documents=documents, exchanges=()), {})
    assert ask(read_text, "shop", documents[0].path) == ""
    assert ask(read_texts, "shop", [documents[0].path]) == {}


def test_a_document_may_move_from_the_project_into_a_mission(save: Callable, ask: Callable):
    save(make_mission(documents=(make_document("a.md"),), exchanges=()))
    save(make_mission("002-Other", documents=(make_document("a.md"),), exchanges=()))
    assert ask(get_document, "shop", "a.md").mission == "002-Other"
    assert ask(get_mission, *PLACE).documents == ()


def test_names_that_are_not_utf8_keep_their_bytes(save: Callable, ask: Callable):
    first, second = os.fsdecode(b"x/\xff.md"), os.fsdecode(b"x/\xfe.md")
    mission = make_mission(
        documents=(make_document(first), make_document(second)),
        exchanges=(),
        title="\ud800",
        state=MissionState("\udfff"),
    )
    save(mission)
    save(mission)
    got = ask(get_mission, *PLACE)
    assert [document.path for document in got.documents] == ["x/\ufffd.md"] * 2
    assert (got.title, got.state.phase) == ("\ufffd", "\ufffd")
    assert ask(get_path_bytes, "shop", "x/\ufffd.md") in (b"x/\xff.md", b"x/\xfe.md")


def test_absurd_numbers_are_no_reason_to_fail(save: Callable, ask: Callable):
    document = make_document("a.md", stamp=FileStamp(0, 0, 2**64 - 1))
    state = MissionState(round=10**30, unknown={"a": float("inf")})
    save(make_mission(documents=(document,), exchanges=(), state=state, number=10**40))
    got = ask(get_mission, *PLACE)
    assert got.state.round == got.number == 2**63 - 1
    assert got.documents == (document,)
    assert got.state.unknown == {"a": "Infinity"}


def test_deleting_leaves_nothing(writer: IndexWriter, save: Callable, ask: Callable):
    save(make_mission())
    with writer.transaction() as index:
        delete_mission(index, *PLACE)
        delete_mission(index, *PLACE)
    assert set(ask(count_rows).values()) == {0}
    with pytest.raises(NotFoundError, match="001-AddCart"):
        ask(get_mission, *PLACE)


@pytest.mark.parametrize("way", ["root", "project"])
def test_missions_go_with_what_holds_them(writer: IndexWriter, save: Callable, ask: Callable, way: str):
    save(make_mission())
    with writer.transaction() as index:
        if way == "root":
            save_roots(index, "shop", ())
        else:
            forget_project(index, PROJECT.slug)
    assert set(ask(count_rows).values()) == {0}
    assert ask(list_roots, "shop") == ()


def test_saved_and_deleted_in_one_transaction(writer: IndexWriter, ask: Callable):
    mission = make_mission()
    with writer.transaction() as index:
        save_mission(index, "shop", mission, make_texts(mission))
        delete_mission(index, *PLACE)
        save_mission(
            index, "shop", replace(mission, documents=mission.documents[:1], exchanges=()), make_texts(mission)
        )
    assert ask(count_rows)["document_texts"] == 1
    assert ask(read_text, "shop", mission.documents[0].path) == make_texts(mission)[mission.documents[0].path]


def test_list_mission_paths(save: Callable, ask: Callable):
    save(make_mission())
    assert ask(list_mission_paths, "shop") == {f"{ROOT.path}/001-AddCart": (ROOT.slug, "001-AddCart")}


def test_an_unknown_project_is_refused(writer: IndexWriter):
    with pytest.raises(NotFoundError, match="nowhere"), writer.transaction() as index:
        save_mission(index, "nowhere", make_mission(), {})


def test_reading_a_mission_takes_as_many_queries_whatever_its_size(save: Callable, ask: Callable):
    def count_queries(index):
        asked = []
        index.connection.set_trace_callback(asked.append)
        get_mission(index, *PLACE)
        return len(asked)

    save(make_mission(documents=(), exchanges=()))
    few = ask(count_queries)
    save(make_mission(exchanges=make_mission().exchanges * 20))
    assert ask(count_queries) == few


def test_missions_are_found_by_their_folders(save: Callable, ask: Callable):
    mission = make_mission()
    save(mission)
    asked = [mission.path, "elsewhere/001-AddCart", f"{ROOT.path}/002-Gone", "", "001-AddCart"]
    assert ask(find_mission_places, "shop", asked) == {mission.path: (ROOT.slug, "001-AddCart")}
    assert ask(find_mission_places, "shop", []) == {}
