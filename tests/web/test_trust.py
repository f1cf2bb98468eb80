"""The page that a person sees before agents start in a project."""

import re

import pytest

from tandemweb.services.trusting import NotTrustedError, require_trust

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
