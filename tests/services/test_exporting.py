"""The export contract, measured with the corpus's own script."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from corpus.clones import CORPUS, OTHER_KINDS, clone_corpus, labels_path

from services.examples import archive
from tandemweb.errors import InvalidRequestError
from tandemweb.services.exporting import export_project

EXACT = ("missions_found", "exchanges_found", "document_author", "document_role", "mission_state", "criteria_count")


def measure(labels: Path, export: Path) -> dict[str, float]:
    finished = subprocess.run(
        [sys.executable, str(CORPUS / "score.py"), str(labels), str(export)], check=True, capture_output=True, text=True
    )
    print(finished.stdout)
    return {name: float(value) for name, value, *_ in map(str.split, finished.stdout.splitlines())}


@pytest.mark.parametrize("name", ["ledgerlite", "linkshelf"])
def test_what_the_archive_says_by_its_layout_is_all_found(name: str, tmp_path: Path):
    export = tmp_path / "export.json"
    export.write_text(json.dumps(export_project(clone_corpus(name, tmp_path / name))))
    figures = measure(labels_path(name), export)
    assert {figure: figures[figure] for figure in EXACT} == dict.fromkeys(EXACT, 1.0)


def test_labels_of_the_project_itself(tmp_path: Path):
    found = export_project(clone_corpus("ledgerlite", tmp_path / "elsewhere"))
    wanted = json.loads(labels_path("ledgerlite").read_text())
    for field in ("project", "archive_root", "naming"):
        assert found[field] == wanted[field]
    assert [mission["mission"] for mission in found["missions"]] == [m["mission"] for m in wanted["missions"]]
    assert [m["user_feedback_rounds"] for m in found["missions"]] == [
        m["user_feedback_rounds"] for m in wanted["missions"]
    ]


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_documents_of_other_workflows_are_listed_with_their_kind(name: str, tmp_path: Path):
    found = export_project(clone_corpus(name, tmp_path / name))
    wanted = json.loads(labels_path(name).read_text())
    kinds = {document["path"]: document["kind"] for document in found["documents"]}
    assert {d["path"]: kinds.get(d["path"]) for d in wanted["documents"]} == {
        d["path"]: d["kind"] for d in wanted["documents"]
    }


def test_phases_that_a_reviewer_rewrote_are_told(tmp_path: Path):
    found = export_project(clone_corpus("papertrail", tmp_path / "papertrail"))
    unchanged = {document["path"]: document["original_phases_unchanged"] for document in found["documents"]}
    assert unchanged["plans/rotation.md"] is True
    assert unchanged["plans/export-csv.md"] is False
    assert found["missions"] == []


def test_an_export_is_stable_and_leaves_nothing_behind(git_repository, own_home: Path):
    git_repository.commit("Missions", archive("001-First", "002-Second"))
    first = json.dumps(export_project(git_repository.path))
    assert json.dumps(export_project(git_repository.path)) == first
    assert not (own_home / "tandemweb").exists()
    assert git_repository.git("status", "--porcelain") == ""


def test_paths_are_relative_to_the_mission(git_repository):
    git_repository.write(archive("001-First"))
    (mission,) = export_project(git_repository.path)["missions"]
    evaluation = mission["exchanges"][1]
    assert evaluation["documents"][0]["path"] == "Generator/Round-01.md"
    assert {m["path"] for f in evaluation["findings"] for m in f["mentions"]} <= {
        document["path"] for document in evaluation["documents"]
    }
    assert mission["implementing_commits"] == []


def test_two_archives_in_one_project(git_repository):
    git_repository.write(archive("001-First", root="api/TandemKit") | archive("001-First", root="web/tandem-kit"))
    missions = export_project(git_repository.path)["missions"]
    assert [(mission["archive_root"], mission["mission"]) for mission in missions] == [
        ("api/TandemKit", "001-First"),
        ("web/tandem-kit", "001-First"),
    ]


def test_a_folder_without_archives_or_git(tmp_path: Path):
    found = export_project(tmp_path)
    assert found["missions"] == []
    assert found["documents"] == []
    assert found["archive_root"] is None


def test_a_path_that_is_no_folder(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidRequestError, match="is a file"):
        export_project(tmp_path / "file")
    with pytest.raises(InvalidRequestError, match="cannot be opened"):
        export_project(tmp_path / "nothing")
