"""A mission led in a real browser, with and without JavaScript, while files change under the page."""

import json
import re
from pathlib import Path

import pytest
from archive.missions_on_disk import Archive, write_state
from playwright.sync_api import expect

from tandemweb.domain.mission import Naming

pytestmark = pytest.mark.browser

PLAN = "# Dark mode\n\n## Goal\n\nA dark page.\n\n## Acceptance Criteria\n\n1. It is dark.\n"
REVIEW = "# Review\n\n## Agreement Status: APPROVED\n"
EVALUATION = "# Evaluation\n\n**Verdict: PASS**\n\n## Acceptance Criteria Results\n\n1. PASS\n"
GOAL = "Add a dark mode to the settings page"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "shop", tmp_path / "unused", Naming.PASCAL)
    made.write_config()
    return made


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_mission_from_the_form_to_its_end(archive: Archive, start_server, open_page, has_script: bool):
    server = start_server(str(archive.project))
    if not has_script:
        open_page(server)  # logging in takes a script
    page = open_page(server, java_script_enabled=has_script)
    page.goto(server.origin)
    page.get_by_role("link", name="New mission").click()
    page.get_by_label("The goal, in your own words").fill(GOAL)
    page.get_by_role("button", name="Suggest names").click()
    page.get_by_label("AddDarkMode", exact=True).check()
    page.get_by_role("button", name="Show what changes").click()
    expect(page.get_by_role("heading", name=re.compile("What will be written"))).to_be_visible()
    assert not archive.mission.exists()
    page.get_by_role("button", name="Create the mission").click()
    expect(page).to_have_url(f"{server.origin}/projects/shop/missions/tandemkit/001-AddDarkMode")
    expect(page.get_by_text("The planner’s turn.")).to_be_visible()

    archive.write({f"Planner-Discussion/{who}-{step:02d}.md": PLAN for who in ("Claude", "Codex") for step in (1, 2)})
    archive.write({"Planner-Discussion/Codex-02.md": REVIEW})
    page.reload()
    page.get_by_role("button", name="Approve as the spec").click()
    expect(page.get_by_text("The generator’s turn.")).to_be_visible()
    assert (archive.mission / "Spec.md").read_text() == PLAN
    # The rest of the page is as new as the panel: the index took the change up before it was shown.
    expect(page.locator(".rail a", has_text="Spec")).to_be_visible()

    review(archive, 1)
    page.reload()
    page.get_by_text("Give feedback…").click()
    page.get_by_label("What is missing or wrong?").fill("The links are too bright.")
    page.get_by_role("button", name="Give feedback").click()
    expect(page.get_by_text("The generator’s turn.")).to_be_visible()
    assert (archive.mission / "UserFeedback/Feedback-01.md").read_text() == "The links are too bright.\n"

    review(archive, 2)
    page.reload()
    page.get_by_role("link", name="Complete the mission…").click()
    summary = page.get_by_label("The summary")
    assert summary.input_value().startswith("# 001-AddDarkMode — Summary")
    summary.fill("# 001-AddDarkMode — Summary\n\nIt is dark.\n")
    page.get_by_role("button", name="Complete the mission").click()
    expect(page.get_by_text("The mission is complete.").first).to_be_visible()
    assert (archive.mission / "Summary.md").read_text() == "# 001-AddDarkMode — Summary\n\nIt is dark.\n"
    assert archive.read_state()["completedBy"] == "user"
    assert archive.read_config()["currentMission"] is None

    page.get_by_text("Changes made from here").click()
    page.get_by_role("link", name="Undo…").first.click()
    page.get_by_role("button", name="Undo this change").click()
    expect(page.get_by_text("Your turn.")).to_be_visible()
    assert not (archive.mission / "Summary.md").exists()


def review(archive: Archive, number: int):
    """Let a round pass, as the two agents would write it."""
    feedback = archive.read_state()["userFeedbackRounds"]
    archive.write({f"Generator/Round-{number:02d}.md": "# Report\n", f"Evaluator/Round-{number:02d}.md": EVALUATION})
    values = {"round": number, "verdict": "PASS", "generatorStatus": "awaiting-user", "evaluatorStatus": "done"}
    archive.write({"State.json": write_state(phase="user-review", userFeedbackRounds=feedback, **values)})


def test_what_is_typed_stays_with_what_it_was_typed_on(archive: Archive, start_server, open_page):
    archive.write_mission(phase="user-review", round=1)
    archive.write({"Spec.md": PLAN})
    page = open_page(start_server(str(archive.project)))
    page.get_by_role("link", name="001-AddDarkMode").click()
    page.get_by_text("Give feedback…").click()
    text = page.get_by_label("What is missing or wrong?")
    text.fill("Half a thought")
    archive.write({"State.json": write_state(phase="user-review", round=7)})
    # The page follows the file, but the form is still the one that the words were written on.
    expect(page.locator(".facts").get_by_text("7", exact=True)).to_be_visible()
    assert text.input_value() == "Half a thought"
    page.get_by_role("button", name="Give feedback").click()
    expect(page.locator("#refusal")).to_contain_text("State.json was changed meanwhile")
    expect(page.locator(".diff .added")).to_contain_text('"round": 7')
    assert json.loads((archive.mission / "State.json").read_bytes())["phase"] == "user-review"
    assert page.get_by_label("What is missing or wrong?").input_value() == "Half a thought"
    page.get_by_role("button", name="Give feedback, as it stands now").click()
    expect(page.get_by_text("The generator’s turn.")).to_be_visible()
    assert archive.read_state()["round"] == 7


def test_everything_is_done_with_the_keyboard(archive: Archive, start_server, open_page):
    archive.write_mission(phase="user-review", round=1)
    page = open_page(start_server(str(archive.project)))
    page.get_by_role("link", name="001-AddDarkMode").focus()
    page.keyboard.press("Enter")
    page.locator("#write-feedback summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Louder.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Give feedback", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The generator’s turn.")).to_be_visible()
    assert (archive.mission / "UserFeedback/Feedback-01.md").read_text() == "Louder.\n"


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_runs_over_the_edge(archive: Archive, start_server, open_page, width: int):
    archive.write_mission(phase="user-review", round=1)
    archive.write({"Spec.md": PLAN, "Generator/Round-01.md": f"# {'W' * 300}\n\n## What Was Done\n\n{'w' * 500}\n"})
    server = start_server(str(archive.project))
    page = open_page(server, viewport={"width": width, "height": 900})
    mission = f"{server.origin}/projects/shop/missions/tandemkit/001-AddDarkMode"
    page.get_by_role("link", name="001-AddDarkMode").wait_for()
    for address in (mission, f"{mission}/next/complete", f"{mission}/next/abandon", f"{server.origin}/missions/new"):
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, address
