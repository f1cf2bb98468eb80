"""A mission's steps in the order of the protocol."""

import pytest
from services.examples import PLACEHOLDER, REPORT, archive, state

NAME = "001-DateRanges"
FOLDER = f"TandemKit/{NAME}"
ADDRESS = f"/projects/repository/missions/tandemkit/{NAME}"
DOCUMENTS = f"/projects/repository/documents/{FOLDER}"


@pytest.fixture
def steps(client, git_repository, index_project):
    """Save files on top of a small archive and give the steps of one of the mission's pages."""

    def list_steps(changed: dict[str, str | None], page: str = "") -> list[dict]:
        files = archive(NAME)
        for path, text in changed.items():
            files.pop(f"{FOLDER}/{path}", None) if text is None else files.update({f"{FOLDER}/{path}": text})
        git_repository.commit("Start", files)
        index_project(git_repository.path)
        return client.get(f"{ADDRESS}{page}.json").get_json()["steps"]

    return list_steps


def test_a_whole_mission(steps):
    found = steps(
        {
            "UserFeedback/Feedback-01.md": "# Feedback\n\n- Faster.\n",
            "Generator/Round-02.md": f"{REPORT}\nIt answers Feedback-01.\n",
            "Summary.md": "# Summary\n",
            "Assets/r01-gen-before.png": "x",
            "State.json": state(phase="complete", round=2),
        }
    )
    assert [step["title"] for step in found] == [
        "Planning",
        "Spec",
        "Generator 1",
        "Evaluation 1",
        "Feedback 1",
        "Generator 2",
        "Summary",
        "Assets",
    ]
    addresses = {step["title"]: step["address"] for step in found}
    assert addresses["Planning"] == f"{ADDRESS}/planning"
    assert addresses["Spec"] == f"{DOCUMENTS}/Spec.md"
    assert addresses["Evaluation 1"] == f"{ADDRESS}/rounds/1"
    assert addresses["Feedback 1"] == f"{DOCUMENTS}/UserFeedback/Feedback-01.md"
    assert addresses["Assets"] == f"{ADDRESS}/assets"
    assert len({step["key"] for step in found}) == len(found)


def test_steps_say_what_they_hold(steps):
    details = {step["key"]: step["details"] for step in steps({})}
    assert details["planning"] == ["1 exchange"]
    assert details["spec"] == ["2 criteria", "1 decision"]
    assert details["generator-1"] == ["2 files"]
    assert details["evaluation-1"][0] == "2 exchanges"
    assert "finding" in details["evaluation-1"][1]


def test_rounds_carry_their_verdict(steps):
    assert {step["key"]: step["verdict"] for step in steps({})}["evaluation-1"] == "FAIL"


def test_silence_is_said(steps):
    found = steps(
        {
            "Evaluator/Round-01-Discussion/Codex-01.md": PLACEHOLDER,
            "Evaluator/Round-01-Discussion/Codex-02.md": None,
        }
    )
    assert "Codex did not answer" in {step["key"]: step["details"] for step in found}["evaluation-1"]


@pytest.mark.parametrize(("page", "key"), [("", None), ("/planning", "planning"), ("/rounds/1", "evaluation-1")])
def test_the_page_s_own_step_is_marked(steps, client, page, key):
    current = [step["key"] for step in steps({}, page) if step["is_current"]]
    assert current == ([key] if key else [])
    assert client.get(f"{ADDRESS}{page}").text.count('aria-current="step"') == len(current)


def test_a_mission_that_only_has_a_spec(steps):
    paths = ("Planner-Discussion", "Generator", "Evaluator")
    gone = {path.removeprefix(f"{FOLDER}/"): None for path in archive(NAME) if any(f"/{p}/" in path for p in paths)}
    assert [step["title"] for step in steps(gone)] == ["Spec"]
