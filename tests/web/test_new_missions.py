"""The form of a new mission: where, what, suggestions, what would be written, and writing it."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from archive.missions_on_disk import Archive

from tandemweb.domain.intent import WorkPlace
from tandemweb.domain.mission import Naming
from tandemweb.services.intents import find_intent

GOAL = "Add a dark mode to the settings page"
HOSTILE = "</textarea><img src=x onerror=alert(1)>\"'<b>"


@pytest.fixture
def archive(tmp_path, configuration, index_project) -> Archive:
    made = Archive(tmp_path / "shop", configuration.data_folder, Naming.PASCAL)
    made.write_config(nextMissionNumber=4)
    index_project(made.project)
    return made


def find_value(client, query: str = "") -> str:
    """Give the archive that the form has chosen."""
    html = client.get(f"/missions/new{query}").text
    return unescape(re.findall(r'<option value="([^"]+)" selected>', html)[0])


def send(client, what: str, **fields: str):
    form = {"place": find_value(client), "goal": GOAL, "workflow": "tandem", "work_place": "checkout", **fields}
    return client.send_form(f"/missions/new/{what}", **form)


def test_pages_lead_to_the_form(archive, client):
    assert 'href="/missions/new"' in client.get("/").text
    assert 'href="/missions/new?project=shop"' in client.get("/projects/shop").text
    html = client.get("/missions/new?project=shop").text
    assert "<code>004-AddDarkMode</code>" in html
    assert client.get("/missions/new.json").get_json()["places"][0]["place"]["root_path"] == "TandemKit"


def test_names_are_suggested_without_javascript(archive, client):
    was = archive.snapshot()
    answer = send(client, "preview", wanted="suggestions")
    assert answer.status_code == 200
    names = re.findall(r'name="suggestion" value="([^"]+)"', answer.text)
    assert len(names) == 3
    assert names[0] == "AddDarkMode"
    assert unescape(answer.text.partition('name="goal"')[2].partition(">\n")[2].partition("</textarea>")[0]) == GOAL
    assert archive.snapshot() == was


def test_what_would_be_written_is_shown(archive, client):
    was = archive.snapshot()
    answer = send(client, "preview", wanted="preview", name="AddDarkMode")
    assert answer.status_code == 200
    assert "TandemKit/004-AddDarkMode/State.json</code>" in answer.text
    assert "TandemKit/Config.json</code>" in answer.text
    assert archive.snapshot() == was


def test_a_mission_is_created_with_what_was_wanted(archive, client, configuration, index_project):
    answer = send(client, "create", name=" AddDarkMode ")
    assert answer.status_code == 303
    assert archive.read_config()["currentMission"] == "004-AddDarkMode"
    intent = find_intent(configuration.data_folder, str(archive.project), "TandemKit/004-AddDarkMode")
    assert intent is not None
    assert (intent.goal, intent.workflow, intent.work_place) == (GOAL, "tandem", WorkPlace.CHECKOUT)
    index_project(archive.project)
    page = client.get("/projects/shop/missions/tandemkit/004-AddDarkMode")
    assert "<strong>The planner’s turn.</strong>" in page.text
    assert GOAL in page.text
    assert client.get("/projects/shop/missions/tandemkit/004-AddDarkMode.json").get_json()["mission"]["problems"] == []


def test_a_chosen_suggestion_counts_where_no_name_is_typed(archive, client):
    assert send(client, "create", suggestion="ImproveDark").status_code == 303
    assert (archive.root / "004-ImproveDark/State.json").exists()


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"name": "AddTheDarkMode"}, 400, "has 4 words"),
        ({"name": "add-dark-mode"}, 400, "not written in this archive's PascalCase"),
        ({"name": "../../x"}, 400, "other characters than"),
        ({"name": ""}, 400, "needs a name"),
        ({"name": "AddDarkMode", "goal": " "}, 400, "needs a goal"),
        ({"name": "AddDarkMode", "workflow": "../x"}, 400, "There is no workflow"),
        ({"name": "AddDarkMode", "place": "shop:../outside"}, 400, "Choose the archive"),
        ({"name": "AddDarkMode", "place": "other:TandemKit"}, 400, "Choose the archive"),
        ({"name": HOSTILE, "goal": HOSTILE}, 400, "other characters than"),
    ],
)
def test_what_is_refused_comes_back_with_all_that_was_typed(archive, client, fields, status, sentence):
    was = archive.snapshot()
    answer = send(client, "create", **fields)
    assert answer.status_code == status
    assert sentence in unescape(answer.text)
    assert "<img src=x" not in answer.text
    typed = unescape(answer.text.partition('name="goal"')[2].partition(">\n")[2].partition("\n<p class")[0])
    assert fields.get("goal", GOAL).strip() in typed
    assert archive.snapshot() == was


def test_an_archive_with_a_current_mission_says_so(archive, client):
    archive.write_config(currentMission="003-Old", nextMissionNumber=4)
    html = client.get("/missions/new").text
    assert "003-Old is its current mission" in html
    answer = send(client, "create", name="AddDarkMode")
    assert answer.status_code == 409
    assert "003-Old is the current mission of TandemKit" in answer.text


def test_a_project_without_an_archive_gets_one(tmp_path, client, index_project):
    (tmp_path / "plain").mkdir()
    index_project(tmp_path / "plain")
    assert "(new archive)" in client.get("/missions/new").text
    assert send(client, "create", name="add-dark-mode", naming="kebab-case").status_code == 303
    config = json.loads((tmp_path / "plain/TandemKit/Config.json").read_text())
    assert (config["namingConvention"], config["projectName"]) == ("kebab-case", "plain")
    assert (tmp_path / "plain/TandemKit/001-add-dark-mode/planner-discussion").is_dir()


def test_one_of_several_archives_is_chosen(archive, client, index_project):
    web = archive.project / "web/tandem-kit"
    web.mkdir(parents=True)
    (web / "config.json").write_text('{"nextMissionNumber": 9, "namingConvention": "kebab-case"}')
    index_project(archive.project)
    assert send(client, "create", name="add-dark-mode", place="shop:web/tandem-kit").status_code == 303
    assert (web / "009-add-dark-mode/state.json").exists()
    assert not (archive.root / "009-add-dark-mode").exists()


def test_a_step_of_plankit_becomes_the_goal(archive, client, configuration):
    step = archive.project / "PlanKit/Features/006-SmartReminders.md"
    step.parent.mkdir(parents=True)
    step.write_text("# Smart Reminders\n\nRemind <b>gently</b>.\n")
    html = client.get("/missions/new").text
    (address,) = re.findall(r'<li><a href="(/missions/new\?[^"]+)"', html)
    html = client.get(unescape(address)).text
    goal = unescape(html.partition('name="goal"')[2].partition(">\n")[2].partition("</textarea>")[0])
    assert goal == "Smart Reminders\n\nRemind <b>gently</b>."
    (key,) = re.findall(r'name="plan_step" value="([^"]+)"', html)
    assert send(client, "create", goal=goal, plan_step=key, name="SmartReminders").status_code == 303
    intent = find_intent(configuration.data_folder, str(archive.project), "TandemKit/004-SmartReminders")
    assert intent is not None
    assert intent.plan_step == "PlanKit/Features/006-SmartReminders.md:1"


@pytest.mark.security
def test_nothing_is_created_from_elsewhere(archive: Archive, client, stranger):
    was = archive.snapshot()
    form = {"place": find_value(client), "goal": GOAL, "name": "AddDarkMode", "workflow": "tandem"}
    token, address = client.token, "/missions/new/create"
    ours = {"Origin": "http://127.0.0.1:8710"}
    assert client.post(address, data=form, headers=ours).status_code == 403
    assert client.post(address, data={"csrf": token, **form}, headers={"Origin": "http://evil.test"}).status_code == 403
    assert stranger.post(address, data={"csrf": token, **form}, headers=ours).status_code == 401
    assert client.get(address).status_code in {404, 405}
    assert archive.snapshot() == was


def test_without_projects_it_says_how_to_get_one(client, configuration):
    from tandemweb.store.connections import open_index_writer  # noqa: PLC0415 only this test has no project

    with open_index_writer(configuration.data_folder):
        pass
    assert "No project is registered yet" in client.get("/missions/new").text
    assert Path(configuration.data_folder).is_dir()
