from collections.abc import Callable
from dataclasses import replace

import pytest

from store.examples import ROOT, make_document, make_mission, make_texts
from tandemweb.errors import NotFoundError
from tandemweb.store.connections import IndexWriter
from tandemweb.store.documents import (
    get_document,
    get_path_bytes,
    list_project_documents,
    read_text,
    read_texts,
    save_project_documents,
)
from tandemweb.store.revisions import get_revision

PLAN = make_document("plans/cart.md")
NOTES = make_document("PLAN.md", content_hash="n")


def test_a_document_says_where_it_belongs(save: Callable, ask: Callable):
    mission = make_mission()
    save(mission)
    place = ask(get_document, "shop", mission.documents[1].path)
    assert place.document == mission.documents[1]
    assert (place.root, place.mission, place.mission_path) == (ROOT.slug, "001-AddCart", mission.path)


def test_texts(save: Callable, ask: Callable):
    mission = make_mission()
    save(mission)
    texts = make_texts(mission)
    assert {path: ask(read_text, "shop", path) for path in texts} == texts
    assert ask(read_texts, "shop", [*texts, "absent.md"]) == texts


def test_documents_of_no_mission(writer: IndexWriter, save: Callable, ask: Callable):
    save(make_mission())
    with writer.transaction() as index:
        save_project_documents(index, "shop", [(PLAN, "the plan"), (NOTES, "the notes")])
    assert ask(list_project_documents, "shop") == (PLAN, NOTES)
    assert ask(get_document, "shop", "PLAN.md").mission is None
    later = replace(PLAN, title="Later")
    with writer.transaction() as index:
        save_project_documents(index, "shop", [(later, None)])
    assert ask(list_project_documents, "shop") == (later,)
    assert ask(read_text, "shop", PLAN.path) == "the plan"
    assert ask(get_document, "shop", make_mission().documents[0].path).mission == "001-AddCart"


def test_the_same_documents_are_no_change(writer: IndexWriter, ask: Callable):
    revisions = set()
    for _ in range(2):
        with writer.transaction() as index:
            save_project_documents(index, "shop", [(PLAN, "the plan"), (NOTES, None)])
        revisions.add(ask(get_revision))
    assert len(revisions) == 1


@pytest.mark.parametrize("question", [get_document, read_text, get_path_bytes])
def test_what_is_not_there_is_said(ask: Callable, question: Callable):
    with pytest.raises(NotFoundError, match=r"absent\.md"):
        ask(question, "shop", "absent.md")


def test_path_bytes_of_a_plain_name(save: Callable, ask: Callable):
    mission = make_mission(documents=(make_document("Zürich/a b.md"),), exchanges=())
    save(mission)
    assert ask(get_path_bytes, "shop", "Zürich/a b.md") == "Zürich/a b.md".encode()
