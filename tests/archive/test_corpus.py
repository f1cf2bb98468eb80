"""The places of the labelled corpus: every document with its author and role."""

import json

import pytest
from corpus.clones import clone_corpus, labels_path

from tandemweb.archive.checks import check_mission, check_root
from tandemweb.archive.missions import list_missions
from tandemweb.archive.others import list_candidates, recognise_document
from tandemweb.archive.reading import read_text
from tandemweb.archive.roots import find_roots
from tandemweb.archive.state import read_state
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import DocumentKind

# The labels name inserted phases, a plan's own feature, as a kind.
LABELLED_KINDS = {"inserted-phases": DocumentKind.PLAN, "review-json": DocumentKind.CODEX_REVIEW}
# In the project, but without labels.
UNLABELLED = {"REQUIREMENTS.md": DocumentKind.REQUIREMENTS, "SPEC.md": DocumentKind.PARALLEL_SPEC}


def read(project):
    tree = read_tree(str(project))
    (root,) = find_roots(tree)
    return tree, root, list_missions(tree, root)


@pytest.mark.parametrize("name", ["ledgerlite", "linkshelf"])
def test_every_labelled_document_is_found_in_its_place(tmp_path, name):
    _, root, missions = read(clone_corpus(name, tmp_path / name))
    labels = json.loads(labels_path(name).read_text(encoding="utf-8"))
    assert (root.path, root.naming.value) == (labels["archive_root"], labels["naming"])
    assert [mission.name for mission in missions] == [mission["mission"] for mission in labels["missions"]]
    places = {file.path: file.place for mission in missions for file in mission.documents}
    for mission in labels["missions"]:
        for exchange in mission["exchanges"]:
            for document in exchange["documents"]:
                place = places[f"{root.path}/{mission['mission']}/{document['path']}"]
                assert (place.stage, place.author) == (exchange["stage"], document["author"])
                assert place.round in {exchange["round"], None}
                # Which review is a placeholder only its text tells.
                assert place.role == document["role"] or document["role"] == "placeholder"


@pytest.mark.parametrize("name", ["ledgerlite", "linkshelf"])
def test_state_is_as_labelled_and_nothing_is_wrong(tmp_path, name):
    project = clone_corpus(name, tmp_path / name)
    tree, root, missions = read(project)
    labels = {mission["mission"]: mission for mission in json.loads(labels_path(name).read_text())["missions"]}
    states = {mission.path: read_state(str(project), mission.state_path) for mission in missions}
    assert check_root(tree, root, missions, states) == ()
    for mission in missions:
        state, label = states[mission.path], labels[mission.name]
        assert (state.state.phase, state.state.verdict, state.state.round) == (
            label["phase"],
            label["verdict"],
            label["round"],
        )
        texts = {file.path: read_text(str(project), file.path).text for file in mission.documents}
        assert check_mission(mission, state, texts) == ()


def test_other_kinds_are_as_labelled(tmp_path):
    project = clone_corpus("papertrail", tmp_path / "papertrail")
    tree = read_tree(str(project))
    found = {path: recognise_document(path, read_text(str(project), path).text) for path in list_candidates(tree, ())}
    labels = json.loads(labels_path("papertrail").read_text(encoding="utf-8"))["documents"]
    labelled = {label["path"]: LABELLED_KINDS.get(label["kind"], label["kind"]) for label in labels}
    assert {path: kind for path, kind in found.items() if kind} == labelled | UNLABELLED


@pytest.mark.parametrize("name", ["ledgerlite", "linkshelf"])
def test_documents_of_other_kinds_beside_an_archive(tmp_path, name):
    project = clone_corpus(name, tmp_path / name)
    tree, root, _ = read(project)
    found = {
        path: recognise_document(path, read_text(str(project), path).text) for path in list_candidates(tree, (root,))
    }
    expected = {"SPEC.md": DocumentKind.PARALLEL_SPEC} if name == "ledgerlite" else {}
    assert {path: kind for path, kind in found.items() if kind} == expected
