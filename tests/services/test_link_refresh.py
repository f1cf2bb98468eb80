"""Links are as new as commits and documents, whether made at once or step by step."""

from pathlib import Path
from subprocess import run

import pytest
from corpus.clones import clone_corpus

from services.examples import archive, mission
from tandemweb.domain.mission import Project
from tandemweb.services import link_refresh
from tandemweb.services.indexing import refresh_project
from tandemweb.services.link_refresh import find_window, refresh_links
from tandemweb.services.registering import register_project
from tandemweb.store.connections import IndexWriter, open_index_reader, open_index_writer
from tandemweb.store.link_windows import LinkMark, take_link_mark
from tandemweb.store.links import list_links


def find_links(data_folder: Path, project: Project) -> dict[str, tuple[str, int | None]]:
    with open_index_reader(data_folder) as index:
        return {linked.link.oid: (linked.mission, linked.link.round) for linked in list_links(index, project.slug)}


def test_step_by_step_gives_what_all_at_once_gives(data_folder: Path, writer: IndexWriter, tmp_path: Path):
    whole = register_project(data_folder, clone_corpus("ledgerlite", tmp_path / "whole"))
    refresh_project(writer, whole)
    stepping = clone_corpus("ledgerlite", tmp_path / "stepping")
    tip = run(["git", "-C", stepping, "rev-parse", "main"], check=True, capture_output=True, text=True).stdout.strip()
    log = run(["git", "-C", stepping, "rev-list", "--reverse", tip], check=True, capture_output=True, text=True).stdout
    for ref in (
        ("remote", "rm", "origin"),
        ("branch", "-D", "impl/claude", "impl/codex"),
        ("tag", "-d", "v0.2.0", "v0.3.0"),
    ):
        run(["git", "-C", stepping, *ref], check=True, capture_output=True)
    project = None
    for oid in [*log.split()[8::7], tip]:
        run(["git", "-C", stepping, "reset", "-q", "--hard", oid], check=True)
        project = register_project(data_folder, stepping)
        refresh_project(writer, project)
    assert project
    assert find_links(data_folder, project) == find_links(data_folder, whole)
    assert len(find_links(data_folder, project)) == 18


def test_nothing_is_weighed_again_when_nothing_changed(
    data_folder: Path, writer: IndexWriter, project: Project, git_repository, activity
):
    git_repository.commit("Plan", archive("001-One"))
    git_repository.commit("Work", {"report.py": "1\n"})
    refresh_project(writer, project)
    with activity.listening():
        assert refresh_links(writer, project) is False
    assert activity.git_count == 0


def test_only_what_shares_the_history_is_weighed(
    data_folder: Path, writer: IndexWriter, project: Project, git_repository
):
    for number in range(1, 5):
        closed = mission(f"00{number}-Mission{number}", phase="complete", started=f"2026-0{number}-01T00:00:00Z")
        closed = {path: text.replace("2026-03-02", f"2026-0{number}-02") for path, text in closed.items()}
        git_repository.commit("Mission", closed, at=f"2026-0{number}-01T12:00:00Z")
    refresh_project(writer, project)
    with open_index_reader(data_folder) as index:
        before = take_link_mark(index, project.slug)
    git_repository.commit("More of it", {"TandemKit/004-Mission4/Summary.md": "# Sum\n"}, at="2026-04-03T00:00:00Z")
    refresh_project(writer, project)
    with open_index_reader(data_folder) as index:
        now = take_link_mark(index, project.slug)
        assert find_window(index, project.slug, before, now).missions == {"TandemKit/004-Mission4"}
        assert len(find_window(index, project.slug, LinkMark(), now).missions) == 4


def test_a_document_that_tells_nothing_of_commits_is_no_reason_to_weigh(
    data_folder: Path, writer: IndexWriter, project: Project, git_repository
):
    git_repository.commit("Plan", archive("001-One"))
    git_repository.commit("Work", {"report.py": "1\n"})
    refresh_project(writer, project)
    for name, is_evidence in (("Evaluator/Round-01.md", False), ("Generator/Round-01.md", True)):
        with open_index_reader(data_folder) as index:
            before = take_link_mark(index, project.slug)
        document = git_repository.path / "TandemKit/001-One" / name
        document.write_text(document.read_text() + "\nAnd more in report.py.\n")
        refresh_project(writer, project)
        with open_index_reader(data_folder) as index:
            now = take_link_mark(index, project.slug)
            assert now.revision > before.revision
            assert bool(find_window(index, project.slug, before, now).missions) is is_evidence


def test_any_changed_document_gives_what_a_new_index_gives(data_folder: Path, writer: IndexWriter, tmp_path: Path):
    path = clone_corpus("ledgerlite", tmp_path / "changing")
    project = register_project(data_folder, path)
    refresh_project(writer, project)
    oids = run(["git", "-C", path, "rev-list", "main"], check=True, capture_output=True, text=True).stdout.split()
    roots = [found for found in path.rglob("State.json") if "001" in found.parts[-2]]
    documents = [found for root in roots for found in sorted(root.parent.rglob("*")) if found.suffix in {".md", ".txt"}]
    assert len(documents) > 10
    for number, document in enumerate(documents[::3]):
        document.write_text(f"{document.read_text()}\nsrc/ledgerlite/cli.py\nCommit: {oids[number * 2][:10]}\n")
        refresh_project(writer, project)
        with open_index_writer(tmp_path / f"new{number}") as fresh:
            again = register_project(tmp_path / f"new{number}", path)
            refresh_project(fresh, again)
        assert find_links(data_folder, project) == find_links(tmp_path / f"new{number}", again), document


@pytest.mark.parametrize("is_squashed", [True, False])
def test_what_was_known_of_lost_commits_stays(
    data_folder: Path, writer: IndexWriter, project: Project, git_repository, is_squashed: bool
):
    git_repository.commit("Begin", {"app.py": "1\n"}, at="2026-03-01T09:00:00Z")
    git_repository.git("checkout", "-q", "-b", "work")
    files = archive("001-One")
    planned = {path: text for path, text in files.items() if "Planner" in path or "Spec" in path}
    git_repository.commit("Plan", planned, at="2026-03-01T11:00:00Z")
    oid = git_repository.commit("Filter by range", {"report.py": "1\n"}, at="2026-03-01T12:00:00Z")
    git_repository.commit("Ready", files, at="2026-03-01T13:00:00Z")
    refresh_project(writer, project)
    assert find_links(data_folder, project) == {oid: ("001-One", 1)}
    git_repository.git("checkout", "-q", "main")
    if is_squashed:
        git_repository.git("merge", "-q", "--squash", "work")
        new = git_repository.commit("Ranges of days")
    else:
        git_repository.commit("Other", {"other.py": "1\n"})
        git_repository.git("cherry-pick", "main..work", env={"GIT_COMMITTER_DATE": "2026-05-01T00:00:00Z"})
        new = git_repository.git("rev-parse", "HEAD~1")
    git_repository.git("branch", "-q", "-D", "work")
    refresh_project(writer, project)
    assert find_links(data_folder, project) == {oid: ("001-One", 1), new: ("001-One", 1)}


def test_many_missions_are_weighed_apart(data_folder: Path, writer: IndexWriter, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(link_refresh, "MANY", 1)
    project = register_project(data_folder, clone_corpus("ledgerlite", tmp_path / "apart"))
    refresh_project(writer, project)
    assert len(find_links(data_folder, project)) == 18
