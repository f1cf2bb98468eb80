"""Prompts edited for one run: in the form of a mission's stage and in that of a workflow without missions."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from run_folders import wait_until
from services.examples import archive
from trusting import trust

from tandemweb.agents.run_folder import get_run_folder, list_run_folders
from tandemweb.agents.run_reading import find_request, read_run
from tandemweb.domain.run import RunStatus
from web.conftest import ORIGIN, Browser
from web.failing import plain

MISSION = "/projects/repository/missions/tandemkit/001-DateRanges/stages/tell"
ALONE = "/workflows/tell/try"
HOSTILE = "</textarea><script>alert(1)</script>"
WORKFLOW = """
name = "{name}"
title = "Tell"
mission = {mission}
[texts]
manners = "Be kind."
[stages.tell]
title = "Tell"
first = "one"
[steps.one]
title = "Tell one"
stage = "tell"
agent = "command"
argv = ["sh", "-c", "cat > one.md"]
access = "write"
output = "one.md"
prompt = "{{manners}} Write {{output}}.{{goal}}"
next = {{ "*" = "two" }}
[steps.two]
title = "Tell two"
stage = "tell"
agent = "command"
argv = ["sh", "-c", "cat > two.md"]
access = "write"
output = "two.md"
prompt = "Write {{output}}."
next = {{ "*" = "end" }}
"""


@dataclass
class Form:
    """A page with prompts: ``path`` shows it, ``send`` presses one of its buttons."""

    client: Browser
    data_folder: Path
    tree: Path
    path: str

    @property
    def query(self) -> str:
        return "?project=repository" if self.path == ALONE else "?workflow=tell-mission"

    def read(self) -> str:
        return self.client.get(f"{self.path}{self.query}").text

    def send(self, button: str, **fields: str):
        html = self.read()
        hidden = dict(re.findall(r'<input type="hidden" name="(request_key|workflow)" value="([^"]*)"', html))
        fields = {"project": "repository", "stage": "tell", "goal": "", **hidden, **fields}
        return self.client.send_form(f"{self.path}/{button}", **fields)

    def count_runs(self) -> int:
        return len(list_run_folders(self.data_folder))


@pytest.fixture(params=[MISSION, ALONE], ids=["mission", "alone"])
def form(request, client, configuration, git_repository, index_project) -> Form:
    git_repository.commit("Start", archive("001-DateRanges"))
    project = index_project(git_repository.path)
    trust(configuration.data_folder, project)
    folder = configuration.data_folder / "workflows"
    folder.mkdir()
    (folder / "tell.toml").write_text(WORKFLOW.format(name="tell", mission="false"))
    (folder / "tell-mission.toml").write_text(WORKFLOW.format(name="tell-mission", mission="true"))
    return Form(client, configuration.data_folder, git_repository.path, request.param)


def find_prompt(html: str, step: str) -> str:
    """Give what the field of a step's prompt holds."""
    return unescape(re.findall(rf'<textarea id="prompt-{step}"[^>]*>\n(.*?)</textarea>', html, re.DOTALL)[0])


def find_filled(html: str, step: str) -> str:
    """Give what the page says that would be sent."""
    return unescape(re.findall(rf'<pre id="sent-{step}"[^>]*>(.*?)</pre>', html, re.DOTALL)[0]).strip()


def test_the_field_holds_the_template_and_what_it_comes_to_stands_beside(form):
    html = form.read()
    assert find_prompt(html, "one") == "Be kind. Write {output}.{goal}"
    assert find_filled(html, "one").startswith("Be kind. Write `one.md`.> ")
    assert "prompt edited for this run" not in html


def test_an_edit_is_filled_in_and_kept_in_the_form(form):
    fields = {"prompt-one": f"Mine: {{output}}\r\n{HOSTILE}", "goal": "Say it", "note": "Softly", "budget": "2.5"}
    answer = form.send("preview", **fields)
    assert answer.status_code == 200
    assert find_prompt(answer.text, "one") == f"Mine: {{output}}\n{HOSTILE}"
    assert find_filled(answer.text, "one") == f"Mine: `one.md`\n{HOSTILE}"
    assert HOSTILE not in answer.text
    assert "prompt edited for this run" in plain(answer.text.partition('id="preview-one"')[2].partition("</header>")[0])
    assert "edited" not in answer.text.partition('id="preview-two"')[2].partition("</header>")[0]
    assert "Softly</textarea>" in answer.text
    assert 'name="budget" min="0.01" step="0.01" placeholder="none" value="2.5"' in answer.text
    assert form.count_runs() == 0


def test_an_edit_of_a_step_that_is_not_shown_goes_along(form):
    answer = form.send("preview", mode="step", **{"prompt-two": "Mine {output}", "argv-two": "tee two.md"})
    assert 'id="preview-two"' not in answer.text
    assert '<input type="hidden" name="prompt-two" value="Mine {output}">' in answer.text
    assert '<input type="hidden" name="argv-two" value="tee two.md">' in answer.text


@pytest.mark.parametrize("button", ["preview", "start"])
def test_a_placeholder_that_nobody_knows_is_named(form, button):
    answer = form.send(button, **{"prompt-one": "Write {outputs}", "goal": "Keep these words"})
    assert answer.status_code == (200 if button == "preview" else 400)
    text = plain(answer.text)
    assert "This prompt cannot be used: there is no placeholder {outputs}; did you mean 'output'?" in text
    assert ("The prompt of 'Tell one': there is no placeholder" in text) == (button == "start")
    assert find_prompt(answer.text, "one") == "Write {outputs}"
    assert "Keep these words" in answer.text
    assert form.count_runs() == 0


def test_what_an_edit_leaves_out_is_told(form):
    answer = form.send("preview", **{"prompt-one": "Say hello."})
    assert "It does not name one.md any more, which this step has to write, or it fails." in plain(answer.text)


def test_the_run_is_told_so_and_its_page_says_it(form):
    answer = form.send("start", goal="Say it", **{"prompt-one": "Mine: write {output}.\r\n{goal}"})
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    folder = get_run_folder(form.data_folder, address.rpartition("/")[2])
    wait_until(lambda: read_run(folder).status.is_end)
    assert read_run(folder).status is RunStatus.DONE
    assert find_request(folder).prompts == {"one": "Mine: write {output}.\n{goal}"}
    assert (form.tree / "one.md").read_text() == "Mine: write `one.md`.\n> Say it\n"
    assert (form.tree / "two.md").read_text() == "Write `two.md`.\n"
    html = form.client.get(address).text
    assert "Edited for this run Tell one" in plain(html)
    first, second = (html.partition(f'id="step-{number}"')[2].partition("</article>")[0] for number in (1, 2))
    assert "prompt edited for this run" in first
    assert 'id="template-1" tabindex="0" hx-disable>Mine: write {output}.\n{goal}</pre>' in first
    assert "edited" not in second


def test_a_command_is_edited_as_well(form):
    line = "sh -c 'tr a-z A-Z > one.md'"
    page = form.send("preview", **{"argv-one": f"{line}\r\n", "shown-argv-one": "sh -c 'cat > one.md'"})
    assert f"{line}</textarea>" in unescape(page.text)
    assert "command edited for this run" in page.text.partition('id="preview-one"')[2].partition("</header>")[0]
    answer = form.send("start", **{"argv-one": line, "shown-argv-one": "sh -c 'cat > one.md'"})
    folder = get_run_folder(form.data_folder, answer.headers["Location"].rpartition("/")[2])
    wait_until(lambda: read_run(folder).status.is_end)
    assert (form.tree / "one.md").read_text().startswith("BE KIND. WRITE `ONE.MD`.")
    html = form.client.get(answer.headers["Location"]).text
    assert "Edited for this run Tell one" in plain(html)
    assert "command edited for this run" in html.partition('id="step-1"')[2].partition("</header>")[0]


def test_what_was_not_changed_is_not_called_edited(form):
    html = form.read()
    fields = {f"prompt-{step}": find_prompt(html, step).replace("\n", "\r\n") for step in ("one", "two")}
    shown = dict(re.findall(r'<input type="hidden" name="(shown-argv-[a-z]+)" form="[a-z-]+" value="([^"]*)"', html))
    assert list(shown) == ["shown-argv-one", "shown-argv-two"]
    fields |= {name: unescape(line) for name, line in shown.items()}
    fields |= {name.removeprefix("shown-"): unescape(line) for name, line in shown.items()}
    address = form.send("start", **fields).headers["Location"]
    folder = get_run_folder(form.data_folder, address.rpartition("/")[2])
    assert (find_request(folder).prompts, find_request(folder).arguments) == ({}, {})
    wait_until(lambda: read_run(folder).status.is_end)


def test_another_prompt_is_another_press_where_no_mission_holds_them_together(form):
    places = [
        form.send("start", **{"prompt-one": f"Mine {number} {{output}}"}).headers["Location"] for number in (1, 2)
    ]
    wait_until(lambda: all(read_run(folder).status.is_end for folder in list_run_folders(form.data_folder)))
    assert form.count_runs() == len(set(places))
    assert len(set(places)) == (2 if form.path == ALONE else 1)


EDITS = {
    "prompt-one": f"Mine: {{output}}\r\n{HOSTILE}",
    "prompt-two": "Mine, too",
    "argv-one": "sh -c 'unclosed",
    "shown-argv-one": "sh -c 'cat > one.md'",
    "goal": "Grüße " * 800,
    "note": "Softly",
    "budget": "2.5",
    "retry": "1",
    "mode": "step",
}


@pytest.mark.parametrize("button", ["start", "look"])
def test_a_look_at_what_has_to_be_allowed_loses_nothing(form, button):
    """Over the page of trust, by its form, and back: all that was typed stands there, and nothing was started."""
    form.client.send_form("/projects/repository/trust/withdraw")
    edits = EDITS if button == "look" else EDITS | {"argv-one": "sh -c 'cat >one.md'"}
    way = form.send(button, **edits).headers["Location"]
    assert len(way) < 500
    html = form.client.get(way).text
    fields = dict(re.findall(r'name="(digest|tree|back)" value="([^"]*)"', html))
    answer = form.client.send_form(
        "/projects/repository/trust/allow", **{name: unescape(text) for name, text in fields.items()}
    )
    html = form.client.get(answer.headers["Location"]).text
    assert find_prompt(html, "one") == f"Mine: {{output}}\n{HOSTILE}"
    assert '<input type="hidden" name="prompt-two" value="Mine, too">' in html
    assert f"\n{edits['argv-one']}</textarea>" in unescape(html)
    assert edits["goal"].strip() in html
    assert "Softly</textarea>" in html
    assert 'placeholder="none" value="2.5"' in html
    assert 'name="retry" value="1" checked' in html
    assert '<option value="step" selected>' in html
    assert HOSTILE not in html
    assert form.count_runs() == 0
    lost = form.client.get(re.sub("draft=[0-9a-f]+", f"draft={'0' * 64}", answer.headers["Location"]))
    assert (lost.status_code, "What was typed here before is not kept any more." in lost.text) == (200, True)


@pytest.mark.parametrize("button", ["preview", "start"])
def test_a_command_that_cannot_be_read_is_named_at_its_field(form, button):
    answer = form.send(button, **EDITS)
    assert answer.status_code == (200 if button == "preview" else 400)
    step = answer.text.partition('id="preview-one"')[2].partition("</article>")[0]
    assert "This command cannot be read: No closing quotation." in step
    assert 'aria-invalid="true" aria-describedby="problem-of-one"' in step
    assert "\nsh -c 'unclosed</textarea>" in unescape(step)
    assert find_prompt(answer.text, "one") == f"Mine: {{output}}\n{HOSTILE}"
    assert ("The command of 'Tell one' cannot be read" in plain(answer.text)) == (button == "start")
    assert form.count_runs() == 0


def test_a_command_that_cannot_be_read_goes_along_where_its_step_is_not_shown(form):
    answer = form.send("preview", mode="step", **{"argv-two": "sh 'unclosed"})
    assert '<input type="hidden" name="argv-two" value="sh &#39;unclosed">' in answer.text


@pytest.mark.parametrize("button", ["preview", "start"])
def test_a_limit_that_is_no_number_is_said_and_loses_nothing(form, button):
    answer = form.send(button, **EDITS | {"budget": "much"})
    assert answer.status_code == (200 if button == "preview" else 400)
    assert find_prompt(answer.text, "one") == f"Mine: {{output}}\n{HOSTILE}"
    assert 'value="much"' in answer.text
    assert "sh -c &#39;unclosed</textarea>" in answer.text
    if button == "preview":
        assert "budget cannot be 'much'; it is a number above 0" in plain(answer.text)
    assert form.count_runs() == 0


@pytest.mark.security
@pytest.mark.parametrize("button", ["preview", "start", "look"])
def test_only_forms_of_our_own_pages_are_taken(form, app, button):
    path = f"{form.path}/{button}"
    own = {"csrf": form.client.token, "request_key": "k", "workflow": "tell-mission", "project": "repository"}
    fields = {**own, "stage": "tell", "prompt-one": "Mine {output}"}
    attempts = [
        form.client.get(path),
        form.client.get(f"{path}?csrf={form.client.token}&prompt-one=x"),
        form.client.post(path, data=fields, headers={"Origin": "http://evil.test"}),
        form.client.post(path, data=fields),
        form.client.post(path, data={**fields, "csrf": "x"}, headers={"Origin": ORIGIN}),
        app.test_client().post(path, data=fields, headers={"Origin": ORIGIN}),
    ]
    assert {answer.status_code for answer in attempts} <= {401, 403, 404, 405}
    assert form.count_runs() == 0
