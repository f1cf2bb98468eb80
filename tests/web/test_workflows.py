"""The pages of workflows: listed, shown, copied, edited, tried, started; shipped ones never change."""

import re
from html import unescape

import pytest
from run_folders import wait_until

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.agents.run_reading import find_request
from tandemweb.services.rehearsing import set_up_rehearsal
from tandemweb.services.workflows import list_workflows
from web.conftest import ORIGIN
from web.test_stages import runs as runs
from web.test_trust import WORKFLOW, find_digest

HOSTILE = "<script>alert(1)</script>\\u202e<div hx-post='/logout' hx-trigger='load'>"
SMALL = """\
# A comment that must stay.
name = "mine"
title = "Mine"
mission = false

[parameters.subject]
title = "Subject"
required = true

[stages.all]
title = "All"
first = "ask"

[steps.ask] # and this one
title = "Ask Claude"
stage = "all"
agent = "claude"
output = "notes/{subject}.md"
delivery = "message"
next = { "*" = "user:done" }
prompt = '''
Look at {subject}.
'''

[gates.done]
title = "Done?"
choices = { again = "ask", finish = "end" }
"""


@pytest.fixture
def project(git_repository, index_project):
    git_repository.commit("Start", {"README.md": "x\n"})
    git_repository.git("branch", "impl/codex")
    return index_project(git_repository.path)


@pytest.fixture
def own(configuration):
    """Put a workflow of the user's into the data folder and give its path."""
    folder = configuration.data_folder / "workflows"
    folder.mkdir(parents=True)
    path = folder / "mine.toml"
    path.write_text(SMALL)
    return path


def read(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


def find_shown(html: str) -> str:
    return re.findall(r'name="shown" value="([0-9a-f]{64})"', html)[0]


class TestReading:
    def test_all_are_listed(self, client, project, own, git_repository):
        git_repository.write({".tandemweb/workflows/theirs.toml": WORKFLOW})
        html = read(client, "/workflows")
        for part in ("Mine", "Quick actions", "Tandem", "Theirs", "not allowed yet"):
            assert part in html
        assert len(client.get("/workflows.json").json["shipped"]) >= 9

    def test_each_shipped_one_is_drawn_and_told(self, client, configuration):
        for entry in list_workflows(configuration.data_folder):
            page = client.get(f"/workflows/{entry.name}.json").json
            shapes = [shape for shape in page["graph"]["shapes"] if shape["kind"] == "step"]
            assert len(shapes) == len(page["steps"]) == len(entry.workflow.steps)
            html = read(client, f"/workflows/{entry.name}")
            assert html.count('class="gate') == len(entry.workflow.gates)
            for step in entry.workflow.steps:
                assert f'id="step-{step.name}"' in html
            boxes = [(one["x"], one["y"], one["width"], one["height"]) for one in page["graph"]["shapes"]]
            assert not [(a, b) for a in boxes for b in boxes if a < b and overlap(a, b)]

    def test_claude_stands_left_of_codex(self, client):
        page = client.get("/workflows/tandem.json").json
        places = {shape["full_title"]: shape for shape in page["graph"]["shapes"]}
        claude, codex = places["Claude investigates"], places["Codex investigates"]
        assert claude["y"] == codex["y"]
        assert claude["x"] < codex["x"]

    def test_an_unknown_one_is_not_found(self, client):
        for address in ("/workflows/nothing", "/workflows/nothing/edit", "/workflows/nothing/try"):
            assert client.get(address).status_code == 404

    def test_nothing_of_a_text_is_active(self, client, own):
        own.write_text(SMALL.replace("Ask Claude", HOSTILE).replace("Done?", HOSTILE).replace('"Mine"', f'"{HOSTILE}"'))
        for address in ("/workflows", "/workflows/mine", "/workflows/mine/edit", "/workflows/mine/text"):
            html = read(client, address)
            assert "<script>alert" not in html
            assert "\u202e" not in html
            assert "<div hx-post" not in html


def overlap(one, other) -> bool:
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


class TestEditing:
    def test_a_copy_is_whole_but_for_its_name(self, client, configuration):
        answer = client.send_form("/workflows/tandem/copy", name="ours", title="Ours")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/workflows/ours/edit")
        entries = {entry.name: entry for entry in list_workflows(configuration.data_folder)}
        text = entries["tandem"].text.replace('name = "tandem"', 'name = "ours"', 1)
        assert entries["ours"].text == text.replace('title = "Tandem"', 'title = "Ours"', 1)

    @pytest.mark.parametrize(
        ("name", "status"), [("tandem", 409), ("Ours", 400), ("../x", 400), ("", 400), ("a" * 61, 400)]
    )
    def test_a_bad_or_taken_name_makes_nothing(self, client, configuration, name, status):
        assert client.send_form("/workflows/tandem/copy", name=name).status_code == status
        assert not list((configuration.data_folder / "workflows").glob("*.toml"))

    def test_only_what_was_changed_changes(self, client, own):
        shown = find_shown(read(client, "/workflows/mine/edit"))
        answer = client.send_form("/workflows/mine/edit/save", shown=shown, **{"agent-ask": "codex", "turns-ask": "9"})
        assert answer.status_code == 303
        text = SMALL.replace('agent = "claude"', 'agent = "codex"')
        assert own.read_text() == text.replace("subject}.\n'''\n", "subject}.\n'''\nlimits = { turns = 9 }\n")

    def test_prompt_next_and_gates_too(self, client, own):
        shown = find_shown(read(client, "/workflows/mine/edit"))
        fields = {"prompt-ask": "It's {subject}.\r\nLook.", "choices-done:again": "", "choices-done:": "stop"}
        fields |= {"choices-done::": "end", "repeat_limit-ask": "2", "next-ask:": "stuck", "next-ask::": "end"}
        assert client.send_form("/workflows/mine/edit/save", shown=shown, **fields).status_code == 303
        text = own.read_text()
        assert "prompt = '''\nIt's {subject}.\nLook.\n'''" in text
        assert 'choices = { finish = "end", stop = "end" }' in text
        assert 'next = { "*" = "user:done", stuck = "end" }' in text
        assert "# and this one" in text

    def test_mistakes_name_the_key_and_save_nothing(self, client, own):
        shown = find_shown(read(client, "/workflows/mine/edit"))
        answer = client.send_form("/workflows/mine/edit/save", shown=shown, **{"prompt-ask": "Look at {nobody}."})
        assert answer.status_code == 400
        assert "steps.ask.prompt" in answer.text
        assert "Look at {nobody}." in answer.text
        assert own.read_text() == SMALL

    @pytest.mark.parametrize("field", ["turns-ask", "repeat_limit-ask", "seconds-ask"])
    def test_a_number_that_is_none_is_told(self, client, own, field):
        shown = find_shown(read(client, "/workflows/mine/edit"))
        assert client.send_form("/workflows/mine/edit/save", shown=shown, **{field: "many"}).status_code == 400
        assert own.read_text() == SMALL

    def test_text_is_saved_or_its_mistakes_marked(self, client, own):
        shown = find_shown(read(client, "/workflows/mine/text"))
        broken = SMALL.replace("agent =", "agnet =")
        answer = client.send_form("/workflows/mine/text/save", shown=shown, text=broken)
        assert answer.status_code == 400
        assert '<li id="L17" class="wrong">' in answer.text
        assert "line 17, steps.ask.agnet" in unescape(answer.text)
        assert own.read_text() == SMALL
        mended = SMALL.replace("Ask Claude", "Ask again")
        answer = client.send_form("/workflows/mine/text/save", shown=shown, text=mended.replace("\n", "\r\n"))
        assert answer.status_code == 303
        assert own.read_text() == mended

    def test_a_broken_file_is_mended_as_text(self, client, own):
        own.write_text("name = ")
        assert client.get("/workflows/mine/edit").status_code == 409
        html = read(client, "/workflows/mine/text")
        assert "no valid TOML" in html
        assert client.send_form("/workflows/mine/text/save", shown=find_shown(html), text=SMALL).status_code == 303
        assert own.read_text() == SMALL

    def test_another_name_is_no_way_to_rename(self, client, own):
        shown = find_shown(read(client, "/workflows/mine/text"))
        text = SMALL.replace('name = "mine"', 'name = "tandem"')
        answer = client.send_form("/workflows/mine/text/save", shown=shown, text=text)
        assert answer.status_code == 400
        assert "must stay" in answer.text

    @pytest.mark.parametrize("form", ["edit", "text"])
    def test_what_changed_meanwhile_is_not_overwritten(self, client, own, form):
        shown = find_shown(read(client, f"/workflows/mine/{form}"))
        theirs = SMALL.replace("Ask Claude", "Asked by an editor")
        own.write_text(theirs)
        fields = {"text": SMALL.replace("Done?", "Over?"), "agent-ask": "codex"}
        answer = client.send_form(f"/workflows/mine/{form}/save", shown=shown, **fields)
        assert answer.status_code == 409
        assert own.read_text() == theirs
        assert "what stands there now" in answer.text
        assert "Asked by an editor" in answer.text
        again = client.send_form(f"/workflows/mine/{form}/save", shown=find_shown(answer.text), **fields)
        assert again.status_code == 303

    def test_line_ends_of_the_file_stay(self, client, own):
        own.write_bytes(SMALL.replace("\n", "\r\n").encode())
        shown = find_shown(read(client, "/workflows/mine/edit"))
        assert client.send_form("/workflows/mine/edit/save", shown=shown, **{"turns-ask": "3"}).status_code == 303
        assert own.read_bytes().count(b"\n") == own.read_bytes().count(b"\r\n") == SMALL.count("\n") + 1

    def test_the_last_change_is_taken_back_and_again(self, client, own):
        shown = find_shown(read(client, "/workflows/mine/text"))
        changed = SMALL.replace("Done?", "Over?")
        client.send_form("/workflows/mine/text/save", shown=shown, text=changed)
        for expected in (SMALL, changed):
            shown = find_shown(read(client, "/workflows/mine"))
            assert client.send_form("/workflows/mine/undo", shown=shown).status_code == 303
            assert own.read_text() == expected

    def test_what_was_deleted_comes_back(self, client, own):
        html = read(client, "/workflows/mine/delete")
        assert own.exists()
        assert client.send_form("/workflows/mine/delete/confirm", shown="0" * 64).status_code == 409
        assert client.send_form("/workflows/mine/delete/confirm", shown=find_shown(html)).status_code == 303
        assert not own.exists()
        assert "Bring back mine" in read(client, "/workflows")
        assert client.send_form("/workflows/mine/undo", shown="").status_code == 303
        assert own.read_text() == SMALL

    def test_shipped_ones_are_never_changed(self, client):
        for part, send in (("edit", "save"), ("text", "save"), ("delete", "confirm")):
            assert client.get(f"/workflows/tandem/{part}").status_code == 404
            answer = client.send_form(f"/workflows/tandem/{part}/{send}", shown="", text=SMALL)
            assert answer.status_code in {404, 409}
        assert client.send_form("/workflows/tandem/undo", shown="").status_code == 409

    def test_links_out_of_the_folder_are_not_followed(self, client, own, tmp_path):
        elsewhere = tmp_path / "elsewhere.toml"
        elsewhere.write_text(SMALL)
        shown = find_shown(read(client, "/workflows/mine/text"))
        own.unlink()
        own.symlink_to(elsewhere)
        client.send_form("/workflows/mine/text/save", shown=shown, text=SMALL.replace("Done?", "Over?"))
        assert elsewhere.read_text() == SMALL

    def test_reading_changes_nothing_and_strangers_nothing_at_all(self, client, own):
        before = own.read_text()
        shown = find_shown(read(client, "/workflows/mine/text"))
        text = SMALL.replace("Done?", "Over?")
        for part in ("copy", "edit/save", "text/save", "undo", "delete/confirm", "try/start", "try/preview"):
            client.get(f"/workflows/mine/{part}?shown={shown}&text=x&name=y")
            fields = {"shown": shown, "text": text, "name": "other"}
            assert client.post(f"/workflows/mine/{part}", data=fields, headers={"Origin": ORIGIN}).status_code == 403
            foreign = {"Origin": "http://evil.test"}
            fields["csrf"] = client.token
            assert client.post(f"/workflows/mine/{part}", data=fields, headers=foreign).status_code == 403
        assert own.read_text() == before
        assert [path.name for path in own.parent.glob("*.toml")] == ["mine.toml"]


class TestOfProjects:
    def test_it_is_shown_whole_and_copied_only_after_trust(self, client, project, git_repository):
        git_repository.write({".tandemweb/workflows/theirs.toml": WORKFLOW})
        address = "/workflows/theirs?project=repository"
        html = read(client, address)
        assert "argv = [&#34;true&#34;, &#34;&lt;b&gt;&#34;]" in html
        assert "Read it and allow it" in html
        assert 'action="/workflows/theirs/copy"' not in html
        answer = client.send_form("/workflows/theirs/copy", project="repository", name="ours")
        assert answer.headers["Location"].startswith("/projects/repository/trust?back=")
        trust = read(client, "/projects/repository/trust")
        digest = find_digest(trust.partition('id="workflows"')[2])
        client.send_form("/projects/repository/trust/workflow", name="theirs", digest=digest)
        assert "✓ allowed" in read(client, address)
        assert client.send_form("/workflows/theirs/copy", project="repository", name="ours").status_code == 303
        git_repository.write({".tandemweb/workflows/theirs.toml": WORKFLOW.replace("true", "false")})
        assert "Read it and allow it" in read(client, address)

    def test_it_is_not_known_elsewhere(self, client, project, git_repository):
        git_repository.write({".tandemweb/workflows/theirs.toml": WORKFLOW})
        assert client.get("/workflows/theirs").status_code == 404


class TestStarting:
    @pytest.fixture
    def ready(self, client, project, configuration, own):
        client.data_folder = configuration.data_folder
        set_up_rehearsal(configuration.data_folder)
        digest = find_digest(read(client, "/projects/repository/trust"))
        client.send_form("/projects/repository/trust/allow", digest=digest)
        return project

    def form(self, html: str) -> dict[str, str]:
        return {"project": "repository", "request_key": re.findall(r'name="request_key" value="([^"]+)"', html)[0]}

    def test_the_project_offers_what_needs_no_mission(self, client, project, own):
        html = read(client, "/projects/repository").partition('id="workflows"')[2]
        for name in ("mine", "parallel", "consensus-review"):
            assert f"/workflows/{name}/try?project=repository" in html
        assert "/workflows/tandem/try" not in html

    def test_a_dry_run_shows_every_prompt_and_starts_nothing(self, client, ready, runs, git_repository):
        before = git_repository.git("status", "--porcelain")
        for address in ("/workflows/mine/try", "/workflows/quick-actions/try?stage=adversarial&parameter-focus=races"):
            page = client.get(address.replace("try", "try.json")).json
            assert page["steps"]
            html = unescape(read(client, address))
            for step in page["steps"]:
                assert step["step"]["prompt"].strip() in html
        assert "races" in html
        given = {"project": "repository", "goal": "Be quick & good", "parameter-subject": "a-b"}
        answer = client.send_form("/workflows/mine/try/preview", **given)
        assert answer.status_code == 200
        assert "notes/a-b.md" in answer.text
        assert runs() == []
        assert git_repository.git("status", "--porcelain") == before

    def test_targets_are_suggested_and_filled_in(self, client, ready):
        for address in ("/projects/repository/refs", "/projects/repository/commits"):
            read(client, address)
        html = read(client, "/projects/repository/refs")
        link = unescape(re.findall(r'href="(/workflows/quick-actions/try[^"]*impl[^"]*)"', html)[0])
        page = read(client, link)
        assert 'name="parameter-target" value="impl/codex"' in page
        assert 'name="parameter-subject" value="impl-codex"' in page
        assert '<option value="impl/codex">' in page

    def test_one_press_is_one_run_and_its_gate_goes_on(self, client, ready, runs):
        html = read(client, "/workflows/mine/try?project=repository")
        fields = {**self.form(html), "parameter-subject": "verify", "goal": "Look", "stage": "all"}
        first = client.send_form("/workflows/mine/try/start", **fields)
        second = client.send_form("/workflows/mine/try/start", **fields)
        assert first.status_code == 303, first.text[:2000]
        assert first.headers["Location"] == second.headers["Location"]
        assert len(runs()) == 1

    def test_a_gate_goes_on_with_the_same_parameters(self, client, ready, runs, own):
        command = SMALL.replace('agent = "claude"', 'agent = "command"\nargv = ["sh", "-c", "true"]')
        command = command.replace('output = "notes/{subject}.md"\ndelivery = "message"\n', "")
        own.write_text(command)
        fields = {**self.form(read(client, "/workflows/mine/try")), "parameter-subject": "verify", "goal": "Look"}
        address = client.send_form("/workflows/mine/try/start", **fields, stage="all").headers["Location"]
        wait_until(lambda: runs()[0].status.is_end)
        html = read(client, address)
        assert "Again: Ask Claude" in html
        for _ in range(2):
            answer = client.send_form(f"{address}/choose", word="again", note="Once more")
            assert answer.status_code == 303
        assert len(runs()) == 2
        following = find_request(get_run_folder(client.data_folder, answer.headers["Location"].rpartition("/")[2]))
        assert (following.parameters, following.goal, following.note) == ({"subject": "verify"}, "Look", "Once more")
        assert f'href="{answer.headers["Location"]}">the run that it began' in read(client, address)
        assert client.send_form(f"{address}/choose", word="nothing").status_code == 404
        assert client.send_form(f"{address}/choose", word="finish").headers["Location"] == address
        assert len(runs()) == 2

    def test_what_is_required_is_asked_for(self, client, ready, runs):
        fields = self.form(read(client, "/workflows/mine/try"))
        answer = client.send_form("/workflows/mine/try/start", **fields, stage="all", goal="Keep these words")
        assert answer.status_code == 400
        assert "Subject is missing" in answer.text
        assert "Keep these words" in answer.text
        assert runs() == []

    def test_without_trust_it_leads_there_and_back(self, client, project, own, runs):
        fields = {"project": "repository", "request_key": "x", "stage": "all", "parameter-subject": "verify"}
        answer = client.send_form("/workflows/mine/try/start", **fields)
        assert answer.headers["Location"].startswith("/projects/repository/trust?back=%2Fworkflows%2Fmine%2Ftry")
        assert runs() == []

    def test_a_workflow_on_missions_is_tried_on_one(self, client, ready):
        html = read(client, "/workflows/tandem/try?project=repository")
        assert "the project has none yet" in html
        assert "/try/start" not in html
