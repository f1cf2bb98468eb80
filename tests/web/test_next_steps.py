"""What a person does with a mission in the browser: forms, previews, conflicts, undoing; on real archives."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from archive.missions_on_disk import Archive, write_state
from run_folders import make_run

from tandemweb.domain.mission import Naming, Project
from tandemweb.web import urls

HOSTILE = '</textarea><script>alert(1)</script> \u2028 hx-post="/x"'
PLAN = "# Dark mode\n\n## Goal\n\nA dark page.\n\n## Acceptance Criteria\n\n1. It is dark.\n"
QUESTION = "## Open Questions\n\n- Which colour is the night?\n- Is grey allowed?\n"
Open = Callable[..., "Mission"]


class Mission(Archive):
    """A mission of a registered project, with the browser that looks at it."""

    client: object
    index: Callable[[], object]
    address = "/projects/project/missions/tandemkit/001-AddDarkMode"

    def read(self, path: str = "", status: int = 200) -> str:
        answer = self.client.get(self.address + path)
        assert answer.status_code == status, answer.text
        return answer.text

    def list_shown(self, action: str) -> list[str]:
        """List what the form of an action says that it was built from."""
        html = self.read(f"/next/{action}")
        return [unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', html)]

    def send(self, action: str, what: str = "write", shown: list[str] | None = None, **fields: str):
        shown = self.list_shown(action) if shown is None else shown
        return self.client.send_form(f"{self.address}/next/{action}/{what}", shown=shown, **fields)

    def do(self, action: str, **fields: str):
        answer = self.send(action, **fields)
        assert answer.status_code == 303, answer.text
        assert answer.headers["Location"] == f"{self.address}#next"
        self.index()


@pytest.fixture
def open_mission(tmp_path, client, configuration, index_project) -> Open:
    """Write a mission with this State.json and these files, and show it."""

    def open_one(files: dict[str, str] | None = None, **state: object) -> Mission:
        mission = Mission(tmp_path / "project", configuration.data_folder, Naming.PASCAL)
        object.__setattr__(mission, "client", client)
        object.__setattr__(mission, "index", lambda: index_project(mission.project))
        mission.write_mission(**state)
        mission.write(files or {})
        mission.index()
        return mission

    return open_one


@pytest.fixture
def planned(open_mission: Open) -> Mission:
    return open_mission(
        {
            "Planner-Discussion/Claude-01.md": "# Investigation\n",
            "Planner-Discussion/Claude-02.md": PLAN,
            "Planner-Discussion/Codex-01.md": "# Investigation\n",
            "Planner-Discussion/Codex-02.md": f"# Review\n\n## Agreement Status: APPROVED\n\n{QUESTION}",
        }
    )


@pytest.fixture
def reviewed(open_mission: Open) -> Mission:
    return open_mission(
        {
            "Spec.md": PLAN,
            "Planner-Discussion/Claude-01.md": "# Investigation\n",
            "Planner-Discussion/Claude-02.md": PLAN,
            "Generator/Round-01.md": "# Report\n\n## What Was Done\n\nIt is dark now.\n",
            "Generator/ChangedFiles-01.txt": "page.css\n",
            "Evaluator/Round-01.md": "# Evaluation\n\n**Verdict: PASS**\n\n## Acceptance Criteria Results\n\n1. PASS\n",
        },
        phase="user-review",
        round=1,
        verdict="PASS",
        generatorStatus="awaiting-user",
        evaluatorStatus="done",
    )


def test_the_panel_says_whose_turn_it_is(planned: Mission):
    html = planned.read()
    assert "<strong>Your turn.</strong> Read the plan; approve it as the spec, or send it back." in html
    assert "Answer 2 open questions" in html
    twin = json.loads(planned.read(".json"))["next"]
    assert twin["step"]["actions"] == ["approve", "send-back", "answer", "abandon"]
    assert twin["step"]["plan"] | {"path": ""} == {"path": "", "number": 2, "is_ready": True, "approved": True}


def test_approving_writes_the_plan_and_the_phase(planned: Mission):
    planned.do("approve")
    assert (planned.mission / "Spec.md").read_text() == PLAN
    assert planned.read_state()["phase"] == "ready-for-execution"
    assert "<strong>The generator’s turn.</strong> Start with round 1." in planned.read()


def test_the_difference_is_shown_before_anything_is_written(planned: Mission):
    was = planned.snapshot()
    answer = planned.send("approve", "preview")
    assert answer.status_code == 200
    assert "What will be written" in answer.text
    assert "Spec.md</code>" in answer.text
    assert "ready-for-execution" in answer.text
    assert planned.snapshot() == was


def test_the_spec_can_be_edited(planned: Mission):
    html = planned.read("/next/approve")
    assert unescape(html.partition('name="text"')[2].partition(">\n")[2].partition("</textarea>")[0]) == PLAN
    planned.do("approve", text=PLAN.replace("dark page", "black page"))
    assert "A black page." in (planned.mission / "Spec.md").read_text()


def test_a_plan_is_sent_back_and_the_planner_is_to_move(planned: Mission):
    planned.do("send-back", text=HOSTILE)
    assert HOSTILE in (planned.mission / "Planner-Discussion/User-02.md").read_text()
    html = planned.read()
    assert "<strong>The planner’s turn.</strong>" in html
    assert "<script>alert" not in html
    assert "/Planner-Discussion/User-02.md" in html
    assert json.loads(planned.read(".json"))["mission"]["problems"] == []


def test_answered_questions_are_asked_no_more(planned: Mission):
    html = planned.read("/next/answer")
    keys = re.findall(r'<textarea[^>]* name="(answer-[0-9a-f]+)"', html)
    assert len(keys) == 2
    planned.do("answer", **{keys[0]: "Blue.", keys[1]: ""})
    assert "> Which colour is the night?" in (planned.mission / "Planner-Discussion/User-02.md").read_text()
    assert "Answer 1 open question…" in planned.read()
    assert "Which colour" not in planned.read("/next/answer")
    answer = planned.send("answer", **{keys[1]: " "})
    assert answer.status_code == 400
    assert "Nothing was answered" in answer.text


def test_feedback_opens_another_loop(reviewed: Mission):
    reviewed.do("feedback", text="Blacker, please.")
    assert (reviewed.mission / "UserFeedback/Feedback-01.md").read_text() == "Blacker, please.\n"
    assert reviewed.read_state()["phase"] == "generation"
    assert reviewed.read_state()["userFeedbackRounds"] == 1


def test_completing_begins_with_a_summary_of_what_is_known(reviewed: Mission):
    html = reviewed.read("/next/complete")
    text = unescape(html.partition('name="text"')[2].partition(">\n")[2].partition("</textarea>")[0])
    assert text.startswith("# 001-AddDarkMode — Summary\n\n**Goal:** A dark page.\n**Started:** 2026-11-01\n")
    assert "**Rounds:** 1 total (1 AI iterations + 0 user feedback rounds)" in text
    assert "## What Was Built\n\nIt is dark now.\n" in text
    assert "- `page.css`" in text
    assert "1. It is dark. — PASS" in text
    reviewed.do("complete", text=text)
    assert (reviewed.mission / "Summary.md").read_text() == text
    assert reviewed.read_state()["completedBy"] == "user"
    assert reviewed.read_config()["currentMission"] is None
    html = reviewed.read()
    assert "<strong>Closed.</strong> The mission is complete." in html
    assert json.loads(reviewed.read(".json"))["mission"]["problems"] == []


def test_a_completion_that_was_cut_off_can_be_finished(reviewed: Mission):
    reviewed.write({"Summary.md": "# Own summary\n", "State.json": write_state(phase="complete", round=1)})
    reviewed.index()
    assert "closed by half" in reviewed.read()
    html = reviewed.read("/next/complete")
    assert "# Own summary" in html
    reviewed.do("complete", text="# Own summary\n")
    assert (reviewed.read_state()["completedBy"], reviewed.read_config()["currentMission"]) == ("user", None)


def test_abandoning_is_confirmed_on_a_page_of_its_own(reviewed: Mission):
    html = reviewed.read("/next/abandon")
    assert "What will be written" in html
    assert 'abandoned</mark>"' in html or "abandoned" in html
    assert reviewed.read_state()["phase"] == "user-review"
    reviewed.do("abandon")
    assert reviewed.read_state()["phase"] == "abandoned"


def test_what_was_changed_can_be_undone(reviewed: Mission):
    was = reviewed.snapshot()
    reviewed.do("feedback", text="Blacker.")
    (address,) = set(re.findall(rf'href="({reviewed.address}/changes/[^"#]+)"', reviewed.read()))
    html = reviewed.client.get(address).text
    assert "Undo this change" in html
    answer = reviewed.client.send_form(f"{address}/undo")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{reviewed.address}#next")
    assert reviewed.snapshot() == was
    reviewed.index()
    assert '<span class="chip">undone</span>' in reviewed.read()
    answer = reviewed.client.send_form(f"{address}/undo")
    assert answer.status_code == 409
    assert "undone already" in answer.text


def test_undoing_over_a_later_change_is_refused_with_the_difference(reviewed: Mission):
    reviewed.do("feedback", text="Blacker.")
    (address,) = set(re.findall(rf'href="({reviewed.address}/changes/[^"#]+)"', reviewed.read()))
    reviewed.write({"State.json": write_state(phase="generation", round=2)})
    was = reviewed.snapshot()
    assert "Undo this change" not in reviewed.client.get(address).text
    answer = reviewed.client.send_form(f"{address}/undo")
    assert answer.status_code == 409
    assert "from then (−) to now (+)" in answer.text
    assert reviewed.snapshot() == was


@pytest.mark.parametrize("action", ["feedback", "complete", "abandon"])
def test_a_state_that_changed_meanwhile_is_not_overwritten(reviewed: Mission, action: str):
    shown = reviewed.list_shown(action)
    reviewed.write({"State.json": write_state(phase="user-review", round=7)})
    was = reviewed.snapshot()
    answer = reviewed.send(action, shown=shown, text=HOSTILE)
    assert answer.status_code == 409
    assert "State.json was changed meanwhile, so nothing was written" in unescape(answer.text)
    lines = re.findall(r'<td class="line (\w+)">.*?</span>(.*?)</td>', answer.text)
    assert ("added", '  "round": <mark>7</mark>,') in [(kind, unescape(text)) for kind, text in lines]
    assert "<script>alert" not in answer.text
    assert reviewed.snapshot() == was
    # What was typed is still there, and the form is built from what stands there now.
    again = re.findall(r'name="shown" value="([^"]+)"', answer.text)
    if action != "abandon":
        assert "alert(1)" in unescape(answer.text.partition("<textarea")[2])
    assert reviewed.send(action, shown=[unescape(field) for field in again], text="Fine.").status_code == 303


def test_a_new_plan_is_not_approved_unseen(planned: Mission):
    shown = planned.list_shown("approve")
    planned.write({"Planner-Discussion/Claude-03.md": "# Another plan\n"})
    answer = planned.send("approve", shown=shown)
    assert answer.status_code == 409
    assert "Claude-03.md was created meanwhile" in unescape(answer.text)
    assert "# Another plan" in answer.text
    assert not (planned.mission / "Spec.md").exists()


def test_a_plan_is_not_approved_while_a_run_is_at_work_on_it(planned: Mission, configuration):
    shown = planned.list_shown("approve")
    project = Project("project", "project", str(planned.project))
    run = make_run(configuration.data_folder, project, mission=planned.mission_path, stage="plan")
    html = planned.read()
    assert "Approve as the spec" not in html
    assert "The plan can be approved once the run that is at work on it has ended." in html
    assert "<strong>The planner’s turn.</strong>" in html
    for what in ("preview", "write"):
        answer = planned.send("approve", what, shown=shown, text="# Mine\n")
        assert answer.status_code == 409
        assert "A run is still at work on the plan; wait for its end, or stop it" in answer.text
        assert "# Mine" in answer.text
    assert not (planned.mission / "Spec.md").exists()
    assert f'href="{run.address}"' in planned.read("/next/approve")
    run.end()
    assert planned.send("approve", shown=shown).status_code == 303


@pytest.mark.parametrize("shown", [[], ["x"], ["zz<> y"], ["- TandemKit/001-AddDarkMode/State.json"]])
def test_a_form_that_does_not_say_what_it_was_built_from_changes_nothing(reviewed: Mission, shown: list[str]):
    was = reviewed.snapshot()
    assert reviewed.send("abandon", shown=shown).status_code in {400, 409}
    assert reviewed.snapshot() == was


@pytest.mark.security
def test_nothing_is_changed_from_elsewhere(reviewed: Mission, stranger):
    was, shown = reviewed.snapshot(), reviewed.list_shown("abandon")
    address = f"{reviewed.address}/next/abandon/write"
    form = {"csrf": reviewed.client.token, "shown": shown}
    origin = "http://127.0.0.1:8710"
    assert reviewed.client.post(address, data=form, headers={"Origin": "http://evil.test"}).status_code == 403
    assert reviewed.client.post(address, data=form, headers={"Origin": "http://127.0.0.1:9999"}).status_code == 403
    assert reviewed.client.post(address, data=form).status_code == 403
    assert reviewed.client.post(address, data={"shown": shown}, headers={"Origin": origin}).status_code == 403
    assert stranger.post(address, data=form, headers={"Origin": origin}).status_code == 401
    assert reviewed.client.get(address).status_code in {404, 405}
    assert reviewed.snapshot() == was


@pytest.mark.security
def test_a_state_that_is_a_link_is_shown_but_not_written(reviewed: Mission, tmp_path):
    shown = reviewed.list_shown("abandon")
    outside = tmp_path / "outside.json"
    (reviewed.mission / "State.json").rename(outside)
    (reviewed.mission / "State.json").symlink_to(outside)
    was = outside.read_bytes()
    answer = reviewed.send("abandon", shown=shown)
    assert answer.status_code == 409
    assert "symbolic link" in answer.text
    assert outside.read_bytes() == was
    reviewed.index()
    assert "cannot be changed" in reviewed.read()


@pytest.mark.parametrize("action", ["approve", "complete", "nonsense"])
def test_what_does_not_fit_is_said(open_mission: Open, action: str):
    mission = open_mission(phase="generation", round=1, generatorStatus="working")
    if action == "nonsense":
        mission.read(f"/next/{action}", status=404)
        return
    assert "This cannot be done now." in mission.read(f"/next/{action}")
    was = mission.snapshot()
    answer = mission.send(action, shown=[], text="Kept words")
    assert answer.status_code == 409
    assert "Kept words" in answer.text
    assert mission.snapshot() == was


def test_a_mission_without_a_state_says_so(open_mission: Open):
    mission = open_mission()
    (mission.mission / "State.json").unlink()
    (mission.mission / "Spec.md").write_text("# Spec")
    mission.index()
    assert "has no State.json" in mission.read()


def test_a_mission_at_which_nobody_works_says_what_to_do(open_mission: Open):
    html = open_mission(phase="generation", round=1, generatorStatus="working").read()
    assert "Start the stage generate again." in html


@pytest.mark.security
def test_a_mission_of_a_hostile_name_is_led_like_any_other(tmp_path, client, configuration, index_project):
    name = "001-<script>alert(1)<b>'\"&\n%2e 名 #?"
    folder = tmp_path / "project/TandemKit" / name
    folder.mkdir(parents=True)
    (folder / "State.json").write_text(write_state(phase="user-review"))
    index_project(tmp_path / "project")
    address = urls.mission("project", "tandemkit", name)
    html = client.get(f"{address}/next/abandon").text
    assert "<script>alert" not in client.get(address).text + html
    shown = [unescape(value) for value in re.findall(r'name="shown" value="([^"]+)"', html)]
    answer = client.send_form(f"{address}/next/abandon/write", shown=shown)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}#next")
    assert json.loads((folder / "State.json").read_text())["phase"] == "abandoned"


def test_open_pages_hear_of_it(reviewed: Mission, configuration):
    revision = configuration.broker.revision
    reviewed.do("feedback", text="Blacker.")
    change = configuration.broker.find_change(revision, 1)
    assert {
        "project:project",
        f"mission:project/tandemkit/{reviewed.name}",
        f"document:project/{reviewed.mission_path}/State.json",
    } <= change.topics
