"""A workflow copied, edited, broken, mended and tried in a real browser, with and without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from run_folders import wait_until
from serving import RunningServer

pytestmark = pytest.mark.browser

TELL = """
name = "tell"
title = "Tell"
mission = false
[texts]
manners = "Be kind."
[stages.tell]
title = "Tell"
first = "tell"
[steps.tell]
title = "Tell"
stage = "tell"
agent = "command"
argv = ["sh", "-c", "cat > told.tmp && mv told.tmp told.md"]
access = "write"
output = "told.md"
prompt = "{manners} Write {output}."
next = { "*" = "end" }
"""


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_workflow_made_by_a_person(git_repository, start_server, open_page, has_script):
    git_repository.commit("Start", {"app.py": "print(1)\n"})
    git_repository.git("branch", "impl/codex")
    server = start_server(str(git_repository.path))
    own = server.home / "tandemweb/workflows/my-review.toml"
    if not has_script:
        open_page(server)  # logging in takes a script
    page = open_page(server, java_script_enabled=has_script, viewport={"width": 1440, "height": 1000})

    copy(page, server)
    assert own.exists()
    saved = edit(page, own)
    break_and_mend(page, own, saved)
    try_dry(page)
    assert not list((server.home / "tandemweb").glob("runs/2*"))
    page.goto(f"{server.origin}/workflows/my-review")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Bring back my-review")).to_be_visible()
    assert not own.exists()


def copy(page: Page, server: RunningServer) -> None:
    page.goto(f"{server.origin}/workflows")
    page.get_by_role("link", name="Quick actions").click()
    expect(page.locator(".graph svg")).to_be_visible()
    page.locator(".graph a", has_text="Codex reviews").click()
    expect(page).to_have_url(re.compile("#step-review$"))
    page.get_by_text("Copy", exact=True).first.click()
    page.get_by_label("Name of your copy").fill("my-review")
    page.get_by_label("Its title").fill("My review")
    page.get_by_role("button", name="Copy to my workflows").click()
    expect(page).to_have_url(f"{server.origin}/workflows/my-review/edit")


def edit(page: Page, own: Path) -> str:
    """Change a step in the form, with a mistake first; give the text that was saved."""
    step = page.locator("#edit-review")
    step.get_by_label("Agent").select_option("claude")
    step.get_by_label("Turns").fill("12")
    step.get_by_text("Prompt", exact=True).click()
    step.get_by_label("Prompt of Codex reviews").fill("Judge it kindly:\n{inputs}\n{nonsense}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#refusal")).to_contain_text("steps.review.prompt")
    assert "kindly" not in own.read_text()
    step.get_by_text("Prompt", exact=True).click()
    step.get_by_label("Prompt of Codex reviews").fill("Judge it kindly:\n{inputs}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="My review")).to_be_visible()
    saved = own.read_text()
    assert saved.startswith("# Small things on any branch")
    assert saved.count("turns = 12") == 1
    return saved


def break_and_mend(page: Page, own: Path, saved: str) -> None:
    page.get_by_role("link", name="Edit as text").click()
    text = page.get_by_label("TOML of my-review")
    text.fill(saved.replace('agent = "claude"', 'agnet = "claude"'))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#refusal")).to_contain_text("steps.review.agnet: this key is not known")
    page.locator("#refusal").get_by_role("link").first.click()
    expect(page.locator(".numbered .wrong").first).to_be_in_viewport()
    assert own.read_text() == saved
    text.fill(saved.replace("My review", "My kind review"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="My kind review")).to_be_visible()
    page.get_by_role("button", name="Take back the last change").click()
    expect(page.get_by_role("heading", name="My review")).to_be_visible()
    assert own.read_text() == saved


def try_dry(page: Page) -> None:
    page.get_by_role("link", name="Dry run and start").click()
    page.locator("#form").get_by_label("Subject").fill("verify")
    page.locator("#form").get_by_label("What to look at").fill("impl/codex")
    page.get_by_role("button", name="Show prompts and commands").click()
    expect(page.locator("#preview-review")).to_contain_text("reviews/codex/verify.patch")
    expect(page.locator("#sent-review")).to_contain_text("Judge it kindly:")
    expect(page.locator("#form").get_by_label("What to look at")).to_have_value("impl/codex")


def test_a_narrow_screen_has_the_table_and_nothing_sideways(git_repository, start_server, open_page):
    git_repository.commit("Start", {"app.py": "print(1)\n"})
    server = start_server(str(git_repository.path))
    page = open_page(server, viewport={"width": 390, "height": 800})
    for address in ("/workflows", "/workflows/tandem", "/workflows/parallel/try", "/worktrees"):
        page.goto(f"{server.origin}{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    page.goto(f"{server.origin}/workflows/tandem")
    expect(page.locator(".graph")).to_be_hidden()
    expect(page.get_by_role("link", name="Claude merges").first).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_prompt_is_edited_for_one_run(git_repository, start_server, open_page, has_script):
    git_repository.commit("Start", {"app.py": "print(1)\n"})
    server = start_server(str(git_repository.path))
    (server.home / "tandemweb/workflows").mkdir(parents=True, exist_ok=True)
    (server.home / "tandemweb/workflows/tell.toml").write_text(TELL)
    page = open_page(server)  # logging in takes a script
    page = page if has_script else open_page(server, java_script_enabled=False)
    page.goto(f"{server.origin}/workflows/tell/try?project=repository")
    step = page.locator("#preview-tell")
    prompt = step.get_by_label("Prompt of Tell")
    expect(prompt).to_have_value("Be kind. Write {output}.")
    expect(step.locator("#sent-tell")).to_have_text("Be kind. Write `told.md`.")

    prompt.fill("Mine {outputs}")
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("button", name="Allow agents in this project").click()
    expect(prompt).to_have_value("Mine {outputs}")
    step.get_by_role("button", name="Fill it in").click()
    expect(step.get_by_role("alert")).to_contain_text("there is no placeholder {outputs}; did you mean 'output'?")
    prompt.fill("Mine. Write {output}.")
    step.get_by_role("button", name="Fill it in").click()
    expect(step.locator("#sent-tell")).to_have_text("Mine. Write `told.md`.")
    expect(step.locator("header")).to_contain_text("prompt edited for this run")
    page.locator("#form").get_by_role("button", name="Start").click()
    page.wait_for_url(re.compile(r"/runs/\d{8}-"))
    wait_until((git_repository.path / "told.md").exists)
    if not has_script:
        page.reload()
    expect(page.locator("#step-1 header")).to_contain_text("prompt edited for this run")
    assert (git_repository.path / "told.md").read_text() == "Mine. Write `told.md`.\n"
