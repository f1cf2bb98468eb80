"""Registered projects, one project, its refs."""

import re
import shutil
from dataclasses import fields
from html import unescape

import pytest
from corpus.clones import clone_corpus
from services.examples import archive, mission

from tandemweb.store.connections import open_index_writer
from tandemweb.web.views.projects import ProjectPage, ProjectsPage, RefsPage


def read(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


@pytest.fixture
def project(git_repository, index_project):
    files = archive("001-DateRanges") | mission("001-same", root="web/tandem-kit")
    files |= {"web/tandem-kit/config.json": '{"currentMission": "001-same"}', "PLAN.md": "# Plan\n\n1. Step\n"}
    git_repository.commit("Start", files)
    return index_project(git_repository.path)


class TestList:
    def test_counts_what_each_holds(self, client, project):
        html = read(client, "/projects")
        assert f'<span class="sub mono">{project.path}</span>' in html
        cells = re.findall(r'data-label="([^"]+)" class="num">(?:<[^>]+>)?(\d+)', html)
        assert dict(cells) | {"Documents": "?"} == {
            "Archive roots": "2",
            "Missions": "2",
            "Active": "2",
            "Documents": "?",
            "Commits": "1",
            "Problems": dict(cells)["Problems"],
        }

    def test_worktrees_stand_together(self, client, project, git_repository, index_project, tmp_path):
        git_repository.git("worktree", "add", "-q", str(tmp_path / "second"), "-b", "second")
        other = index_project(tmp_path / "second")
        index_project(clone_corpus("papertrail", tmp_path / "papertrail"))
        html = read(client, "/projects")
        assert html.count("<tbody>") == 2
        assert "worktree of one repository with second" in html
        assert f'href="/projects/{other.slug}">second</a>' in read(client, "/projects/repository")

    def test_before_any_is_registered(self, client, configuration):
        with open_index_writer(configuration.data_folder):
            pass
        html = read(client, "/projects")
        assert "No project is registered yet." in html
        assert "tandemweb serve PATH" in html

    def test_the_json_holds_what_the_page_shows(self, client, project):
        twin = client.get("/projects.json").get_json()
        assert set(twin) == {field.name for field in fields(ProjectsPage)}
        assert [one["slug"] for group in twin["groups"] for one in group["projects"]] == ["repository"]

    def test_costs_do_not_grow_with_projects(self, client, index_project, tmp_path, costs):
        def measure(*names: str) -> tuple[int, int]:
            for name in names:
                (tmp_path / name).mkdir()
                index_project(tmp_path / name)
            costs.update(queries=0, processes=0)
            read(client, "/projects")
            return costs["queries"], costs["processes"]

        few = measure("a")
        assert measure("b", "c", "d <b>", "e'\"", "f\n", "g 名") == few
        assert few[1] == 0


class TestOne:
    def test_shows_missions_roots_and_documents(self, client, project):
        html = read(client, "/projects/repository")
        assert "<h1>repository</h1>" in html
        for name, root in (("001-DateRanges", "tandemkit"), ("001-same", "web-tandem-kit")):
            assert f'<a href="/projects/repository/missions/{root}/{name}">{name}</a>' in html
        assert "<code>web/tandem-kit</code>" in html
        assert '<td data-label="Naming">PascalCase</td>' in html
        assert '<a href="/projects/repository/documents/TandemKit/Planner.md">TandemKit/Planner.md</a>' in html

    def test_every_link_of_it_leads_somewhere(self, client, project):
        links = set(re.findall(r'href="(/[^"#]*)', read(client, "/projects/repository")))
        assert len(links) > 10
        broken = {link for link in links if client.get(unescape(link)).status_code not in {200, 303}}
        assert not broken - {"/decisions", "/statistics"}

    def test_a_current_mission_that_is_gone_is_no_link_to_nowhere(self, client, git_repository, index_project):
        git_repository.commit(
            "Start", archive("001-DateRanges") | {"TandemKit/Config.json": '{"currentMission": "009-Gone"}'}
        )
        index_project(git_repository.path)
        html = read(client, "/projects/repository")
        assert "009-Gone" in html
        assert "missions/tandemkit/009-Gone" not in html

    @pytest.mark.parametrize("name", ["<script>alert(1)<b>", "quo'te\"s", "new\nline", "ünï 名", "L" * 200])
    def test_hostile_folder_names(self, client, index_project, tmp_path, name):
        folder = tmp_path / name
        folder.mkdir()
        project = index_project(folder)
        assert "<script>alert" not in read(client, "/projects")
        html = read(client, f"/projects/{project.slug}")
        assert "<script>alert" not in html
        assert client.get(f"/projects/{project.slug}.json").get_json()["project"]["path"] == str(folder)
        assert re.fullmatch(r"[a-z0-9-]+", project.slug)

    def test_a_plain_folder_says_so(self, client, index_project, tmp_path):
        (tmp_path / "plain").mkdir()
        index_project(tmp_path / "plain")
        html = read(client, "/projects/plain")
        assert "This folder is no git repository" in html
        assert "No mission was found here." in html

    def test_an_empty_repository_says_so(self, client, git_repository, index_project):
        index_project(git_repository.path)
        assert "The repository has no commit yet." in read(client, "/projects/repository")

    def test_a_shallow_clone_says_so(self, client, git_repository, index_project, tmp_path):
        git_repository.commit("One", {"a": "1"})
        git_repository.commit("Two", {"a": "2"})
        git_repository.git("clone", "-q", "--depth=1", f"file://{git_repository.path}", str(tmp_path / "shallow"))
        index_project(tmp_path / "shallow")
        assert "git fetch --unshallow" in read(client, "/projects/shallow")

    def test_a_detached_head_says_so(self, client, project, git_repository, index_project):
        assert re.search(r"<dt>HEAD</dt><dd>main <a", read(client, "/projects/repository"))
        git_repository.git("checkout", "-q", "--detach")
        index_project(git_repository.path)
        assert re.search(r"<dt>HEAD</dt><dd>detached <a", read(client, "/projects/repository"))

    def test_a_folder_that_went_away_is_still_shown(self, client, project, git_repository):
        shutil.rmtree(git_repository.path)
        assert "001-DateRanges" in read(client, "/projects/repository")

    def test_unknown_ones_are_not_found(self, client, project):
        assert client.get("/projects/other").status_code == 404
        assert client.get("/projects/other/refs").status_code == 404

    def test_the_json_holds_what_the_page_shows(self, client, project):
        twin = client.get("/projects/repository.json").get_json()
        assert set(twin) == {field.name for field in fields(ProjectPage)}
        assert [root["path"] for root in twin["roots"]] == ["TandemKit", "web/tandem-kit"]

    def test_costs_do_not_grow(self, client, project, git_repository, index_project, costs):
        def measure() -> tuple[int, int]:
            costs.update(queries=0, processes=0)
            read(client, "/projects/repository")
            return costs["queries"], costs["processes"]

        few = measure()
        git_repository.commit("More", archive(*(f"{number:03}-M" for number in range(1, 30))))
        index_project(git_repository.path)
        assert measure() == few
        assert few[1] == 0
        html = read(client, "/projects/repository")
        assert '<a href="/?project=repository">All 31 missions</a>' in html


class TestRefs:
    def test_names_branches_tags_and_worktrees(self, client, project, git_repository, index_project, tmp_path):
        oid = git_repository.git("rev-parse", "HEAD")
        git_repository.git("tag", "v<1>")
        git_repository.git("tag", "-a", "v2", "-m", "Two")
        git_repository.git("branch", "side/ü")
        git_repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "second"))
        index_project(git_repository.path)
        html = read(client, "/projects/repository/refs")
        for name in ("main", "side/ü", "v&lt;1&gt;", "v2"):
            assert f'<th scope="row">{name}' in html
        assert html.count(f'href="/projects/repository/commits/{oid}"') >= 6
        assert re.search(r'main <span class="chip">HEAD</span>', html)
        assert '<td data-label="Branch">detached</td>' in html
        assert str(tmp_path / "second") in html

    def test_without_a_repository(self, client, index_project, tmp_path):
        (tmp_path / "plain").mkdir()
        index_project(tmp_path / "plain")
        html = read(client, "/projects/plain/refs")
        assert "This folder is no git repository" in html
        assert html.count("None.") == 2

    def test_the_json_holds_what_the_page_shows(self, client, project):
        twin = client.get("/projects/repository/refs.json").get_json()
        assert set(twin) == {field.name for field in fields(RefsPage)}
        assert [ref["name"] for ref in twin["status"]["refs"]] == ["refs/heads/main"]
