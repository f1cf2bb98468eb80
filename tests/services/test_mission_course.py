"""A mission led through all of its transitions, in every naming convention, and read back without a problem."""

import json
from datetime import timedelta
from functools import partial

import pytest
from archive.missions_on_disk import AT, Archive

from tandemweb.archive.approval import approve_spec
from tandemweb.archive.completion import complete
from tandemweb.archive.notes import Answer, answer_questions, give_feedback, send_back
from tandemweb.archive.transitions import (
    brief_user,
    hand_over,
    record_verdict,
    start_evaluation,
    start_generation,
    start_research,
    start_watching,
)
from tandemweb.domain.mission import Naming, Project
from tandemweb.services.exporting import export_project
from tandemweb.services.mission_changes import MissionOnDisk, apply_event, list_changes, undo_change
from tandemweb.services.new_missions import MissionRequest, create

PLAN = "# Dark mode\n\n## Goal\n\nA dark page.\n\n## Acceptance Criteria\n\n1. It is dark.\n"
REVIEW = "# Review\n\n## Agreement Status: APPROVED\n\n## High Disagreements\n\nNone\n"


def evaluation(verdict: str) -> str:
    word = "FAIL" if verdict == "FAIL" else "PASS"
    return f"# Evaluation\n\n**Verdict: {verdict}**\n\n## Acceptance Criteria Results\n\n1. {word}: `page.css:1`.\n"


@pytest.fixture(params=list(Naming), ids=str)
def archive(request, tmp_path) -> Archive:
    made = Archive(tmp_path / "project", tmp_path / "data", request.param)
    made.write_config()
    return made


def lead_round(archive: Archive, place: MissionOnDisk, number: int, verdict: str):
    apply_event(place, partial(start_generation, round_number=number), at=AT)
    archive.write({archive.spell("report", number): "# Report\n", archive.spell("manifest", number): "page.css\n"})
    apply_event(place, hand_over, at=AT)
    apply_event(place, start_evaluation, at=AT)
    for step in (1, 2):
        archive.write({archive.spell("discussion", number, step): evaluation(verdict)})
    archive.write({archive.spell("evaluation", number): evaluation(verdict)})
    apply_event(place, partial(record_verdict, verdict=verdict), at=AT)


def test_a_whole_mission_is_read_back_without_a_problem(archive: Archive):
    project = Project("project", "project", str(archive.project))
    wanted = MissionRequest("TandemKit", archive.name[4:], "A dark page, please.", "tandem")
    create(archive.data, project, wanted, at=AT)
    place = MissionOnDisk(archive.data, str(archive.project), archive.mission_path)
    for step in (1, 2):
        archive.write({archive.spell("plan", step): PLAN, archive.spell("review", step): REVIEW})
    apply_event(place, partial(send_back, text="Darker, and say how dark."), at=AT)
    archive.write({archive.spell("plan", 3): PLAN, archive.spell("review", 3): REVIEW})
    question = Answer(f"{archive.mission_path}/{archive.spell('plan', 3)}", 5, "How dark?", "Very.")
    apply_event(place, partial(answer_questions, answers=(question,)), at=AT)
    apply_event(place, approve_spec, at=AT)
    apply_event(place, start_research, at=AT)
    apply_event(place, start_watching, at=AT)
    lead_round(archive, place, 1, "FAIL")
    lead_round(archive, place, 2, "PASS")
    apply_event(place, brief_user, at=AT)
    apply_event(place, partial(give_feedback, text="The links are too bright."), at=AT)
    lead_round(archive, place, 3, "PASS_WITH_GAPS")
    apply_event(place, brief_user, at=AT)
    apply_event(place, partial(complete, summary="# Summary\n\nIt is dark.\n"), at=AT + timedelta(hours=1))

    exported = json.loads(json.dumps(export_project(archive.project)))
    (mission,) = exported["missions"]
    assert (mission["mission"], mission["phase"], mission["verdict"]) == (archive.name, "complete", "PASS_WITH_GAPS")
    assert (mission["round"], mission["user_feedback_rounds"]) == (3, 1)
    assert mission["problems"] == []
    assert [problem for problem in exported.get("problems", []) if problem] == []
    planning = next(exchange for exchange in mission["exchanges"] if exchange["stage"] == "planning")
    said = [(document["author"], document["role"]) for document in planning["documents"]]
    assert said.count(("user", "feedback")) == 2
    assert archive.read_config()["currentMission"] is None

    # All of it can be taken back, step by step, to an archive without a mission.
    for name in sorted((path for path in archive.mission.rglob("*.*") if path.is_file()), reverse=True):
        written = {file.path for change in list_changes(place, limit=None) for file in change.record.files}
        if str(name.relative_to(archive.project)) not in written:
            name.unlink()
    for change in [change for change in list_changes(place, limit=None) if not change.record.undoes]:
        undo_change(place, change.record.id, at=AT)
    assert archive.read_config()["nextMissionNumber"] == 1
    assert not (archive.mission / "State.json").exists()
