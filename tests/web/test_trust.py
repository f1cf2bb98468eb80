"""The page that a person sees before agents start in a project."""

import re

import pytest

from tandemweb.services.trusting import NotTrustedError, require_trust
from tandemweb.services.workflows import list_workflows

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e<div hx-post='/logout' hx-trigger='load'>"
ADDRESS = "/projects/repository/trust"


@pytest.fixture
def project(git_repository, index_project):
    git_repository.commit("Start", {"README.md": "x\n"})
    return index_project(git_repository.path)


def read(client, path: str = ADDRESS) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def find_digest(html: str) -> str:
    return re.findall(r'name="digest" value="([0-9a-f]{64})"', html)[0]


def is_allowed(configuration, project) -> bool:
    try:
        require_trust(configuration.data_folder, project)
    except NotTrustedError:
        return False
    return True


def test_says_what_would_run_and_what_steers(client, project, git_repository):
    git_repository.git("config", "core.fsmonitor", "watch-everything")
    git_repository.write({".claude/settings.json": '{"hooks": "here"}', "AGENTS.md": "Be kind.\n"})
    html = read(client)
    assert str(git_repository.path) in html
    assert "which is you" in html
    for text in ("core.fsmonitor", "watch-everything", "{&#34;hooks&#34;: &#34;here&#34;}", "Be kind."):
        assert text in html
    twin = client.get(f"{ADDRESS}.json").json
    assert [file["path"] for file in twin["status"]["examination"]["files"]] == [".claude/settings.json", "AGENTS.md"]


def test_nothing_of_it_is_active(client, project, git_repository):
    git_repository.git("config", "alias.x", HOSTILE)
    git_repository.write({"CLAUDE.md": HOSTILE})
    html = read(client)
    assert "<script>alert" not in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩&lt;div hx-post=") == 2


def test_allowing_leads_back_and_holds_until_something_changes(client, project, git_repository, configuration):
    html = read(client, f"{ADDRESS}?back=/projects/repository%3Fx=1")
    assert 'name="back" value="/projects/repository?x=1"' in html
    answer = client.send_form(f"{ADDRESS}/allow", digest=find_digest(html), back="/projects/repository?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/projects/repository?x=1")
    assert is_allowed(configuration, project)
    assert "✓ allowed" in read(client)
    git_repository.write({"CLAUDE.md": "New.\n"})
    assert "changed since it was allowed" in read(client)
    assert not is_allowed(configuration, project)


def test_what_was_not_seen_is_not_allowed(client, project, git_repository, configuration):
    digest = find_digest(read(client))
    git_repository.write({"CLAUDE.md": "New.\n"})
    answer = client.send_form(f"{ADDRESS}/allow", digest=digest)
    assert answer.status_code == 409
    assert "Look at the page again" in answer.text
    assert not is_allowed(configuration, project)


def test_it_can_be_taken_back(client, project, configuration):
    client.send_form(f"{ADDRESS}/allow", digest=find_digest(read(client)))
    assert client.send_form(f"{ADDRESS}/withdraw").status_code == 303
    assert not is_allowed(configuration, project)


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
def test_it_leads_nowhere_else(client, project, back):
    html = read(client, f"{ADDRESS}?back={back}")
    assert 'name="back" value="/"' in html
    answer = client.send_form(f"{ADDRESS}/allow", digest=find_digest(html), back=back)
    assert answer.headers["Location"] == "/"


def test_reading_allows_nothing(client, project, configuration):
    for method in ("GET", "HEAD"):
        client.open(f"{ADDRESS}?digest=x", method=method)
        client.open(f"{ADDRESS}/allow", method=method)
    assert not is_allowed(configuration, project)


def test_an_unknown_project_has_none(client, project):
    assert client.get("/projects/other/trust").status_code == 404
    assert client.send_form("/projects/other/trust/allow", digest="x").status_code == 404


WORKFLOW = """\
name = "theirs"
title = "Theirs"
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "One"
stage = "all"
agent = "command"
argv = ["true", "<b>"]
next = { "*" = "end" }
"""


class TestWorkflows:
    @pytest.fixture
    def offer(self, git_repository, project):
        """Put a workflow into the project and give what a page shows of it."""
        return lambda text=WORKFLOW: git_repository.write({".tandemweb/workflows/theirs.toml": text})

    def fields(self, html: str) -> dict[str, str]:
        form = html.partition("/trust/workflow")[2].partition("</form>")[0]
        return dict(re.findall(r'name="(name|digest)" value="([^"]+)"', form))

    def is_usable(self, configuration, project) -> bool:
        entries = list_workflows(configuration.data_folder, project)
        return next(entry for entry in entries if entry.path.endswith("theirs.toml")).is_usable

    def test_it_is_shown_whole_and_used_only_as_it_was_seen(self, client, project, configuration, offer):
        offer()
        html = read(client)
        assert "argv = [&#34;true&#34;, &#34;&lt;b&gt;&#34;]" in html
        assert not self.is_usable(configuration, project)
        fields = self.fields(html)
        offer(WORKFLOW.replace("true", "false"))
        assert client.send_form(f"{ADDRESS}/workflow", **fields).status_code == 409
        assert not self.is_usable(configuration, project)
        assert client.send_form(f"{ADDRESS}/workflow", **self.fields(read(client))).status_code == 303
        assert self.is_usable(configuration, project)
        assert "✓ allowed" in read(client).partition('id="workflows"')[2]
        offer(WORKFLOW)
        assert not self.is_usable(configuration, project)

    @pytest.mark.parametrize("text", ["", "name = ", 'name = "tandem"\n', "\x1b[31m<script>alert(1)</script>"])
    def test_one_with_mistakes_is_told_and_cannot_be_allowed(self, client, project, offer, text):
        offer(text)
        html = read(client).partition('id="workflows"')[2]
        assert "cannot be used" in html
        assert "/trust/workflow" not in html
        assert "<script>alert" not in html
        assert "\x1b" not in html
        assert client.send_form(f"{ADDRESS}/workflow", name="theirs", digest="x").status_code == 404

    def test_the_way_back_outlasts_allowing_it(self, client, project, offer):
        offer()
        fields = self.fields(read(client, f"{ADDRESS}?back=/workflows"))
        answer = client.send_form(f"{ADDRESS}/workflow", back="/workflows", tree="", **fields)
        assert answer.headers["Location"] == f"{ADDRESS}?back=%2Fworkflows"
        html = read(client, answer.headers["Location"])
        assert html.count('name="back" value="/workflows"') == 1
        assert '<a class="btn" href="/workflows">' in html


def test_another_work_tree_is_looked_at_and_allowed_by_itself(
    client, project, git_repository, configuration, tmp_path, index_project
):
    tree = str(tmp_path / "tree")
    git_repository.git("worktree", "add", "-q", tree)
    (tmp_path / "tree" / "AGENTS.md").write_text("Only here.\n")
    index_project(git_repository.path)
    html = read(client, f"{ADDRESS}?tree={tree}")
    assert "Only here." in html
    assert f'name="tree" value="{tree}"' in html
    client.send_form(f"{ADDRESS}/allow", digest=find_digest(html), tree=tree)
    require_trust(configuration.data_folder, project, tree)
    assert not is_allowed(configuration, project)


@pytest.mark.parametrize("tree", ["/etc", "..", "/nonexistent", "\x00"])
def test_no_other_folder_is_looked_at(client, project, tree):
    assert client.get(ADDRESS, query_string={"tree": tree}).status_code == 400
    assert client.send_form(f"{ADDRESS}/allow", digest="x", tree=tree).status_code == 400
