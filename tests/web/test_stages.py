"""Stages on the page of a mission: shown with their prompts before they start, and started; agents are rehearsed."""

import json
import re
import threading
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

import pytest
from run_folders import make_run, wait_until
from services.examples import archive, state
from trusting import trust

from tandemweb.agents.run_folder import get_run_folder, list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.run import Usage
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import AgentKind
from tandemweb.services.stages import stop_run
from tandemweb.store.settings import read_settings, save_settings

MISSION = "TandemKit/001-DateRanges"
ADDRESS = "/projects/repository/missions/tandemkit/001-DateRanges"
STAGE = f"{ADDRESS}/stages/plan"
ORIGIN = {"Origin": "http://127.0.0.1:8710"}


@pytest.fixture
def project(git_repository, index_project, configuration):
    """Give a mission in planning, in a project in which rehearsed agents may start."""
    files = archive("001-DateRanges")
    files = {path: text for path, text in files.items() if "Planner-Discussion" not in path and "Spec" not in path}
    planning = {"phase": "planning", "round": 0, "generatorStatus": None, "evaluatorStatus": None}
    files[f"{MISSION}/State.json"] = state(**planning)
    files = {path: text for path, text in files.items() if "/Generator/" not in path and "/Evaluator/" not in path}
    git_repository.commit("Start", files)
    project = index_project(git_repository.path)
    quick = {
        kind: AgentSettings("rehearsal", (), {"REHEARSAL_PACE": "0"}) for kind in (AgentKind.CLAUDE, AgentKind.CODEX)
    }
    save_settings(configuration.data_folder, replace(read_settings(configuration.data_folder), agents=quick))
    return project


@pytest.fixture
def trusted(configuration, project):
    trust(configuration.data_folder, project)
    return project


@pytest.fixture
def runs(configuration):
    """Read all runs there are, the newest first; whatever runs at the end of the test is stopped."""

    def read_all():
        found = [read_run(folder) for folder in list_run_folders(configuration.data_folder)]
        return sorted(found, key=lambda run: run.created_at, reverse=True)  # ids say the second only

    yield read_all
    for run in read_all():
        if not run.status.is_end:
            stop_run(configuration.data_folder, run.id)
            wait_until(lambda run=run: next(one for one in read_all() if one.id == run.id).status.is_end)


def read(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def find_fields(html: str, action: str) -> dict[str, str]:
    """Give the hidden fields of the first form with this address."""
    (form, *_) = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', html, re.DOTALL)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in hidden if name != "csrf"}


class TestPanel:
    def test_offers_what_fits_the_phase(self, client, trusted):
        html = read(client, ADDRESS)
        panel = html.partition('id="stages"')[2].partition('id="other-stages"')[0]
        assert f'action="{STAGE}/start"' in panel
        assert "Rehearsal: a stand-in plays the agents" in panel
        assert "/stages/generate" not in panel
        assert "/stages/generate" in html
        assert "Go on until it needs me" in panel

    def test_without_trust_the_way_there_comes_first(self, client, project):
        panel = read(client, ADDRESS).partition('id="stages"')[2].partition('id="other-stages"')[0]
        assert "Look at the project before agents start in it" in panel
        assert f'href="/projects/repository/trust?back={ADDRESS.replace("/", "%2F")}%23next"' in panel
        assert "/start" not in panel

    def test_a_missing_agent_is_named_with_the_way_to_get_it(self, client, trusted, configuration):
        settings = read_settings(configuration.data_folder)
        nowhere = {kind: AgentSettings(f"/nowhere/{kind}") for kind in (AgentKind.CLAUDE, AgentKind.CODEX)}
        save_settings(configuration.data_folder, replace(settings, agents=nowhere))
        panel = read(client, ADDRESS).partition('id="stages"')[2].partition('id="other-stages"')[0]
        assert "cannot start yet" in panel
        assert "<code>npm install -g @anthropic-ai/claude-code</code>" in panel
        assert "<button" not in panel

    def test_while_a_run_is_at_work_it_leads_there(self, client, trusted, configuration):
        run = make_run(configuration.data_folder, trusted)
        panel = read(client, ADDRESS).partition('id="stages"')[2].partition("</div>")[0]
        assert f'href="{run.address}">A run is at work' in panel

    def test_a_run_that_broke_off_is_told_until_something_moves(
        self, client, trusted, configuration, git_repository, index_project
    ):
        def read_panel() -> str:
            return read(client, ADDRESS).partition('id="stages"')[2].partition("</div>")[0]

        run = make_run(configuration.data_folder, trusted)
        run.end("failed", reason="Plan: <b>claude</b> was not let in.")
        panel = read_panel()
        assert f'href="{run.address}">Evaluate</a>: <span hx-disable>Plan: &lt;b&gt;claude&lt;/b&gt; was not' in panel
        git_repository.write({f"{MISSION}/State.json": state(phase="planning", updated="2026-09-01T10:00:00Z")})
        index_project(git_repository.path)
        assert "broken-run" not in read_panel()
        make_run(configuration.data_folder, trusted).end("interrupted")
        make_run(configuration.data_folder, trusted).end("done")
        assert "broken-run" not in read_panel()

    def test_runs_and_what_they_took_are_listed(self, client, trusted, configuration):
        for number in (1, 2):
            run = make_run(configuration.data_folder, trusted)
            run.begin_step("generate", output=f"{MISSION}/Generator/Round-0{number}.md")
            run.end_step(1, usage=Usage(1000 * number, 0, 100, 0.5 * number, 3), seconds=60)
            run.end("failed" if number == 1 else "done", seconds=60 * number)
        html = read(client, ADDRESS)
        assert "2 together" in html
        assert "$1.50" in html
        rounds = client.get(f"{ADDRESS}.json").json["stages"]["rounds"]
        assert [(one["name"], one["seconds"], one["usage"]["cost_usd"]) for one in rounds] == [
            ("Round 1", 60, 0.5),
            ("Round 2", 60, 1.0),
        ]

    def test_it_costs_the_same_for_many_runs(self, client, trusted, configuration, costs):
        def measure() -> tuple[int, int]:
            read(client, ADDRESS)
            costs.update(queries=0, processes=0)
            read(client, ADDRESS)
            return costs["queries"], costs["processes"]

        make_run(configuration.data_folder, trusted).end("done")
        few = measure()
        for _ in range(8):
            make_run(configuration.data_folder, trusted).end("done")
        assert measure() == few


class TestPreview:
    def test_shows_every_prompt_and_command(self, client, trusted):
        html = unescape(read(client, STAGE))
        twin = client.get(f"{STAGE}.json").json
        assert [shown["step"]["name"] for shown in twin["steps"]][:2] == ["plan-claude", "plan-codex"]
        for shown in twin["steps"]:
            assert shown["step"]["prompt"].strip() in html
        assert f"{MISSION}/Planner-Discussion/Claude-01.md" in html
        assert 'name="argv-plan-codex"' in html
        assert "Copy as a shell command" in html

    @pytest.mark.parametrize(("mode", "count"), [("step", 2), ("stage", 4)])
    def test_goes_as_far_as_is_asked(self, client, trusted, mode, count):
        assert len(client.get(f"{STAGE}.json?mode={mode}").json["steps"]) == count

    def test_more_than_one_stage_on_autopilot(self, client, trusted):
        names = {one["step"]["name"] for one in client.get(f"{STAGE}.json?mode=autopilot").json["steps"]}
        assert {"plan-claude", "generate"} <= names
        assert "Rounds at most" in read(client, f"{STAGE}?mode=autopilot")

    def test_says_what_stands_in_the_way(self, client, project):
        html = read(client, STAGE)
        assert "cannot start yet" in html
        assert '<button class="btn primary" disabled>Start</button>' in html
        assert "is in the phase planning" in unescape(read(client, f"{ADDRESS}/stages/generate"))

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            (f"{ADDRESS}/stages/nothing", 404),
            (f"{STAGE}?workflow=nothing", 404),
            (f"{STAGE}?mode=x", 400),
            ("/projects/repository/missions/tandemkit/none/stages/plan", 404),
        ],
    )
    def test_what_is_not_there_is_told(self, client, trusted, path, status):
        assert client.get(path).status_code == status


class TestStart:
    def test_a_press_starts_one_run_and_leads_to_it(self, client, trusted, runs):
        fields = find_fields(read(client, ADDRESS), f"{STAGE}/start")
        first = client.send_form(f"{STAGE}/start", **fields)
        second = client.send_form(f"{STAGE}/start", **fields)
        assert first.status_code == second.status_code == 303
        (run,) = runs()
        assert first.headers["Location"] == second.headers["Location"] == f"/runs/{run.id}"
        assert (run.mission_path, run.stage, run.workflow) == (MISSION, "plan", "tandem")
        read(client, f"/runs/{run.id}")

    def test_two_browsers_at_once_start_one_run(self, app, client, trusted, runs):
        other = app.test_client()
        other.log_in()
        browsers = [client, other] * 3
        pages = [find_fields(read(browser, ADDRESS), f"{STAGE}/start") for browser in browsers]
        answers: list[str] = []
        barrier = threading.Barrier(len(browsers))

        def press(browser, fields) -> None:
            barrier.wait()
            answers.append(browser.send_form(f"{STAGE}/start", **fields).headers["Location"])

        threads = [threading.Thread(target=press, args=pair) for pair in zip(browsers, pages, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (run,) = runs()
        assert answers == [f"/runs/{run.id}"] * len(browsers)

    def test_a_late_press_of_an_old_page_starts_nothing_new(self, client, trusted, runs, configuration):
        fields = find_fields(read(client, ADDRESS), f"{STAGE}/start")
        client.send_form(f"{STAGE}/start", **fields)
        (run,) = runs()
        stop_run(configuration.data_folder, run.id)
        wait_until(lambda: runs()[0].status.is_end)
        answer = client.send_form(f"{STAGE}/start", **fields)
        assert answer.headers["Location"] == f"/runs/{run.id}"
        assert len(runs()) == 1
        assert find_fields(read(client, STAGE), f"{STAGE}/start")["request_key"] != fields["request_key"]

    def test_without_trust_nothing_starts(self, client, project, runs):
        answer = client.send_form(f"{STAGE}/start", request_key="x", workflow="tandem")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/projects/repository/trust?back=")
        assert runs() == []

    def test_what_was_edited_is_what_starts(self, client, trusted, runs, configuration):
        html = read(client, f"{STAGE}?mode=step")
        steps = {one["step"]["name"]: one for one in client.get(f"{STAGE}.json?mode=step").json["steps"]}
        same = steps["plan-codex"]["step"]["template"].replace("\n", "\r\n")
        client.send_form(
            f"{STAGE}/start",
            **find_fields(html, f"{STAGE}/start"),
            note="Be brief.",
            goal="Ranges of days",
            budget="2.5",
            hours="1.5",
            **{
                "prompt-plan-claude": "Only say hello.\r\nTwice.",
                "prompt-plan-codex": same,
                "argv-plan-claude": steps["plan-claude"]["argv"],
                "shown-argv-plan-claude": steps["plan-claude"]["argv"],
                "argv-plan-codex": f"{steps['plan-codex']['argv']} --more 'a b'",
            },
        )
        (run,) = runs()
        request = json.loads(get_run_folder(configuration.data_folder, run.id).request.read_text())
        assert request["prompts"] == {"plan-claude": "Only say hello.\nTwice."}
        assert list(request["arguments"]) == ["plan-codex"]
        assert request["arguments"]["plan-codex"][-2:] == ["--more", "a b"]
        assert (request["note"], request["goal"]) == ("Be brief.", "Ranges of days")
        assert (request["limits"]["budget_usd"], request["limits"]["seconds"]) == (2.5, 5400)

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"mode": "forever"}, "mode cannot be"),
            ({"budget": "-1"}, "budget cannot be"),
            ({"budget": "nan"}, "budget cannot be"),
            ({"hours": "x"}, "hours cannot be"),
            ({"rounds": "1000"}, "rounds cannot be"),
            ({"argv-plan-claude": "claude 'unclosed"}, "cannot be read"),
            ({"request_key": ""}, "no key of its own"),
        ],
    )
    def test_what_is_filled_in_wrongly_starts_nothing(self, client, trusted, runs, fields, told):
        answer = client.send_form(f"{STAGE}/start", **{"request_key": "k", "workflow": "tandem", **fields})
        assert answer.status_code == 400
        assert told in unescape(answer.text)
        assert runs() == []

    @pytest.mark.security
    def test_only_forms_of_our_own_pages_start_anything(self, app, client, trusted, runs):
        path = f"{STAGE}/start"
        fields = {"csrf": client.token, "request_key": "k", "workflow": "tandem"}
        attempts = [
            client.get(path),
            client.get(f"{path}?request_key=k&workflow=tandem&csrf={client.token}"),
            client.head(path),
            client.get(STAGE),
            client.get(f"{STAGE}?start=1"),
            client.post(STAGE, data=fields, headers=ORIGIN),
            client.post(path, data=fields, headers={"Origin": "http://evil.test"}),
            client.post(path, data=fields, headers={**ORIGIN, "Sec-Fetch-Site": "same-site"}),
            client.post(path, data=fields),
            client.post(path, data={**fields, "csrf": ""}, headers=ORIGIN),
            app.test_client().post(path, data=fields, headers=ORIGIN),
        ]
        assert [answer.status_code for answer in attempts if answer.status_code == 303] == []
        assert runs() == []


@pytest.fixture
def finish(client, runs):
    """Answer what the rehearsed planner asks, and give the newest run once it has come to its gate."""

    def finish_newest():
        wait_until(lambda: runs()[0].questions or runs()[0].status.is_end, seconds=90)
        for question in runs()[0].questions:
            client.send_form(f"/runs/{runs()[0].id}/questions/{question.id}", decision="answer", q0="0")
        wait_until(lambda: runs()[0].status.is_end, seconds=90)
        run = runs()[0]
        assert run.waits_for == "approve-spec", run.reason
        return run

    return finish_newest


class TestResume:
    @pytest.fixture
    def ended(self, client, trusted, finish):
        """Give a rehearsed plan that has come to its gate."""
        client.send_form(f"{STAGE}/start", **find_fields(read(client, ADDRESS), f"{STAGE}/start"))
        return finish()

    def test_a_message_goes_on_in_the_conversation_of_a_step(self, client, ended, runs, configuration):
        html = read(client, f"/runs/{ended.id}")
        assert "waits for you: Approve the spec" in html
        assert "rehearsal: no model is asked" in html
        fields = find_fields(html, f"/runs/{ended.id}/resume")
        step = next(step for step in ended.steps if step.session_id)
        form = {**fields, "step": str(step.number), "message": "Look\r\nagain."}
        first = client.send_form(f"/runs/{ended.id}/resume", **form)
        again = client.send_form(f"/runs/{ended.id}/resume", **form)
        new = runs()[0]
        assert first.headers["Location"] == again.headers["Location"] == f"/runs/{new.id}"
        request = json.loads(get_run_folder(configuration.data_folder, new.id).request.read_text())
        assert request["resumes"] == ended.id
        assert request["sessions"] == {step.name: step.session_id}
        assert (request["messages"], request["prompts"]) == ({step.name: "Look\nagain."}, {})

    @pytest.mark.parametrize("fields", [{"step": "x"}, {"step": "1", "message": "x" * 100_001}])
    def test_what_is_filled_in_wrongly_begins_nothing(self, client, ended, runs, fields):
        assert client.send_form(f"/runs/{ended.id}/resume", request_key="k", **fields).status_code == 400
        assert len(runs()) == 1

    def test_without_trust_it_leads_there_first(self, client, ended, runs, git_repository):
        git_repository.write({"AGENTS.md": "New.\n"})
        message = "Look </textarea><script>again"
        answer = client.send_form(f"/runs/{ended.id}/resume", request_key="k", step="1", message=message)
        place, _, back = answer.headers["Location"].partition("?back=")
        assert place == "/projects/repository/trust"
        assert unquote(back).startswith(f"/runs/{ended.id}?draft=")
        html = read(client, unquote(back))
        assert f"\n{message}</textarea>" in unescape(html)
        assert "<script>again" not in html
        assert len(runs()) == 1


def test_a_run_that_was_stopped_goes_on_from_there(client, trusted, runs, finish, configuration):
    client.send_form(f"{STAGE}/start", **find_fields(read(client, ADDRESS), f"{STAGE}/start"))
    wait_until(lambda: runs()[0].questions)
    stop_run(configuration.data_folder, runs()[0].id)
    wait_until(lambda: runs()[0].status.is_end)
    (stopped,) = runs()
    html = read(client, f"/runs/{stopped.id}")
    assert "Go on from here" in html
    client.send_form(f"/runs/{stopped.id}/resume", **find_fields(html, f"/runs/{stopped.id}/resume"))
    assert runs()[0].id != stopped.id
    assert finish().waits_for == "approve-spec"


class TestOfProject:
    TEXT = """\
name = "theirs"
title = "Theirs"
[parameters.focus]
title = "What to look at"
required = true
[stages.look]
title = "Look at it"
first = "look"
[steps.look]
title = "Look"
stage = "look"
agent = "claude"
prompt = "Look at {focus}."
next = { "*" = "end" }
"""

    def test_it_is_named_and_does_nothing_until_it_is_allowed(
        self, client, git_repository, configuration, project, runs
    ):
        git_repository.write({".tandemweb/workflows/theirs.toml": self.TEXT})
        trust(configuration.data_folder, project)
        address = f"{ADDRESS}/stages/look"
        html = read(client, f"{address}?workflow=theirs")
        assert "shown once it was allowed" in html
        assert "Look at ‹" not in html
        answer = client.send_form(f"{address}/start", request_key="k", workflow="theirs", **{"parameter-focus": "x"})
        assert answer.headers["Location"].startswith("/projects/repository/trust?back=")
        assert runs() == []

    def test_what_it_needs_is_asked_for_first(self, client, configuration, trusted, runs):
        folder = configuration.data_folder / "workflows"
        folder.mkdir()
        (folder / "theirs.toml").write_text(self.TEXT)
        others = read(client, ADDRESS).partition('id="other-stages"')[2]
        assert f'href="{ADDRESS}/stages/look?workflow=theirs">Look at it…</a>' in others
        assert f'action="{ADDRESS}/stages/look/start"' not in others
        assert "Look at ‹What to look at›." in read(client, f"{ADDRESS}/stages/look?workflow=theirs")
        fields = find_fields(read(client, f"{ADDRESS}/stages/look?workflow=theirs"), f"{ADDRESS}/stages/look/start")
        assert client.send_form(f"{ADDRESS}/stages/look/start", **fields).status_code == 400
        client.send_form(f"{ADDRESS}/stages/look/start", **fields, **{"parameter-focus": "the tests"})
        (run,) = runs()
        steps = get_run_folder(configuration.data_folder, run.id).list_steps
        wait_until(lambda: [step for step in steps() if step.prompt.exists()])
        assert steps()[0].prompt.read_text() == "Look at the tests.\n"
