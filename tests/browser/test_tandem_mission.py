"""A whole mission in a real browser, by the real claude and codex: from the form to its completion."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import log_in
from playwright.sync_api import Browser, Page, expect
from serving import RunningServer, running_server
from tandem_lanes import MISSION, play_mission

from tandemweb.agents.run_folder import list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.run import RunMode, RunStatus
from tandemweb.store.settings import save_settings
from tests.conftest import init_repository

pytestmark = [pytest.mark.browser, pytest.mark.agents, pytest.mark.timeout(1500)]

RUN_SECONDS = 400
DOCUMENTS = {
    "State.json",
    "Spec.md",
    "Summary.md",
    *(f"Planner-Discussion/{author}-0{step}.md" for author in ("Claude", "Codex") for step in (1, 2, 3)),
    "UserFeedback/Feedback-01.md",
}
OF_ROUND = """
Generator/Round-{0}.md Generator/ChangedFiles-{0}.txt Evaluator/Round-{0}.md
Evaluator/Round-{0}-Discussion/Claude-01.md Evaluator/Round-{0}-Discussion/Codex-01.md
Evaluator/Round-{0}-Discussion/Claude-02.md Evaluator/Round-{0}-Discussion/Codex-02.md
"""


@pytest.fixture
def project(agents_home: Path) -> Path:
    """Give a project without an archive, outside /tmp, where codex keeps its sandbox closed."""
    path = agents_home / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n"})
    return path


@pytest.fixture
def home(tmp_path, play_models, make_settings) -> Path:
    """Give a home whose settings lead both agents to played models."""
    save_settings(tmp_path / "home/tandemweb", make_settings(play_models({"lanes": play_mission()})))
    return tmp_path / "home"


@pytest.fixture
def patience():
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def follow_run(page: Page, gate: str) -> None:
    """Stay on the page of a run until it has come to a gate, and go on to the mission."""
    page.wait_for_url(re.compile(r"/runs/\d{8}-"))
    expect(page.locator("#run-head .chip").first).to_have_text("✓ done", timeout=RUN_SECONDS * 1000)
    expect(page.locator("#run-head")).to_contain_text(f"waits for you: {gate}")
    page.get_by_role("link", name="Decide").click()
    page.wait_for_url(re.compile(r"/missions/"))


def go_on_alone(page: Page) -> None:
    page.get_by_text("Go on until it needs me…").click()
    press(page, "Go on until it needs me")


def export(project: Path, home: Path) -> dict:
    told = subprocess.run(
        [sys.executable, "-m", "tandemweb", "export", "--json", str(project)],
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TANDEMWEB_HOME": str(home / "export")},
    )
    return json.loads(told.stdout)


@pytest.mark.usefixtures("patience")
def test_from_the_form_to_completion(project: Path, home: Path, chromium: Browser):
    with running_server(home, str(project), opens_browser=True) as server, chromium.new_context() as context:
        page = log_in(context.new_page(), server)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        create_mission(page, server)
        allow_agents(page)
        press(page, "Plan")
        follow_run(page, "Approve the spec")
        press(page, "Approve as the spec")
        expect(page.locator("#next")).to_contain_text("The spec is approved")
        go_on_alone(page)
        follow_run(page, "Your review")
        expect(page.locator("#next")).to_contain_text("It has passed")
        give_feedback(page)
        go_on_alone(page)
        follow_run(page, "Your review")
        press(page, "Draft the summary")
        page.wait_for_url(re.compile(r"/runs/\d{8}-"))
        expect(page.locator("#run-head .chip").first).to_have_text("✓ done", timeout=RUN_SECONDS * 1000)
        page.locator(".rail a").first.click()
        page.get_by_role("link", name="Complete the mission…").click()
        press(page, "Complete the mission")
        expect(page.locator(".headline .chip").first).to_have_text("complete")
        expect(page.locator("#runs")).to_contain_text("Runs 4")
        assert complaints == []
    check_files(project)
    check_export(export(project, home))
    runs = [read_run(folder) for folder in list_run_folders(home / "tandemweb")]
    assert [run.status for run in runs] == [RunStatus.DONE] * 4
    assert [run.mode for run in reversed(runs)] == [
        RunMode.STAGE,
        RunMode.AUTOPILOT,
        RunMode.AUTOPILOT,
        RunMode.STAGE,
    ]


def create_mission(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.origin}/missions/new")
    page.get_by_label("The goal, in your own words").fill("Say hello\nto everybody.")
    page.locator("input[name=name]").fill("SayHello")
    press(page, "Create the mission")
    page.wait_for_url(re.compile(r"/missions/tandemkit/001-SayHello"))


def allow_agents(page: Page) -> None:
    page.get_by_role("link", name="Look at the project before agents start in it").click()
    press(page, "Allow agents in this project")
    page.wait_for_url(re.compile(r"/missions/tandemkit/001-SayHello"))


def give_feedback(page: Page) -> None:
    details = page.locator("#write-feedback")
    details.locator("summary").click()
    details.locator("textarea").fill("Say it louder.")
    details.get_by_role("button", name="Give feedback", exact=True).click()
    expect(page.locator("#next")).to_contain_text("It is being built")


def check_files(project: Path) -> None:
    found = {str(path.relative_to(project / MISSION)) for path in (project / MISSION).rglob("*") if path.is_file()}
    expected = {*DOCUMENTS, *(name for number in ("01", "02", "03") for name in OF_ROUND.format(number).split())}
    assert found == expected
    state = json.loads((project / MISSION / "State.json").read_text())
    assert (state["phase"], state["round"], state["verdict"], state["completedBy"], state["userFeedbackRounds"]) == (
        "complete",
        3,
        "PASS",
        "user",
        1,
    )
    assert json.loads((project / "TandemKit/Config.json").read_text())["currentMission"] is None
    assert "Say it louder." in (project / MISSION / "UserFeedback/Feedback-01.md").read_text()


def check_export(exported: dict) -> None:
    (mission,) = exported["missions"]
    assert mission["problems"] == []
    assert (mission["phase"], mission["round"], mission["verdict"]) == ("complete", 3, "PASS")
    rounds = {one["round"]: one for one in mission["exchanges"] if one["stage"] == "evaluation"}
    assert [rounds[number]["final_verdict"] for number in (1, 2, 3)] == ["FAIL", "PASS", "PASS"]
