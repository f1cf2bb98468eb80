"""Findings from round to round in a real history: the commits between are those that may have fixed them."""

from pathlib import Path

import pytest

from services.examples import CODEX_EVALUATION, EVALUATION, PLACEHOLDER, archive
from tandemweb.domain.mission import Author, Mission, Project
from tandemweb.services.following import FollowedFinding, follow_mission
from tandemweb.services.indexing import refresh_project
from tandemweb.store.connections import IndexWriter, open_index_reader
from tandemweb.store.mission_reading import get_mission

FOLDER = "TandemKit/001-Ranges"
PASSED = "# Evaluation — Round 02\n\n**Verdict: PASS**\n\n## Acceptance Criteria Results\n\n1. PASS\n2. PASS\n"
ISSUE = "## Issues Found (Not in Spec)\n\n- **The end day is counted twice (Medium).** `report.py:31` adds it again.\n"


def second_round(claude: str, codex: str) -> dict[str, str]:
    return {
        f"{FOLDER}/Evaluator/Round-02-Discussion/Claude-01.md": claude,
        f"{FOLDER}/Evaluator/Round-02-Discussion/Codex-01.md": codex,
        f"{FOLDER}/Evaluator/Round-02.md": claude,
    }


@pytest.fixture
def follow(project: Project, writer: IndexWriter, data_folder: Path):
    def follow_now() -> tuple[Mission, tuple[FollowedFinding, ...]]:
        refresh_project(writer, project)
        with open_index_reader(data_folder) as index:
            mission = get_mission(index, project.slug, "tandemkit", "001-Ranges")
            return mission, follow_mission(index, project.slug, mission)

    return follow_now


def find_course(followed: tuple[FollowedFinding, ...], words: str) -> FollowedFinding:
    return next(course for course in followed if words in course.title)


def statuses(course: FollowedFinding) -> list[tuple[int, str]]:
    return [(sighting.round, str(sighting.status)) for sighting in course.sightings]


def test_one_round_is_no_way(git_repository, follow):
    git_repository.commit("Evaluate", archive("001-Ranges"))
    assert follow()[1] == ()


def test_the_commit_that_touches_the_named_file_is_between(git_repository, follow):
    git_repository.commit("Begin", {"report.py": "a\n", "other.py": "a\n"})
    git_repository.commit("Evaluate", archive("001-Ranges"))
    git_repository.commit("Tidy something else", {"other.py": "b\n"})
    fix = git_repository.commit("Count the end day once", {"report.py": "b\n"})
    git_repository.commit("Evaluate again", second_round(PASSED, PASSED))
    git_repository.commit("Later work", {"report.py": "c\n"})
    mission, followed = follow()
    course = find_course(followed, "end day")
    assert statuses(course) == [(1, "new"), (2, "fixed")]
    new, fixed = course.sightings
    assert (new.commits, fixed.key, fixed.silent) == ((), None, ())
    assert [commit.oid for commit in fixed.commits] == [fix]
    assert fixed.names_files
    [finding] = [f for f in mission.exchanges[1].findings if f.key == new.key]
    assert (course.severity, course.keys) == (finding.final_severity, {new.key})


def test_without_a_touched_file_any_commit_outside_the_archive_may_be_it(git_repository, follow):
    git_repository.commit("Begin", {"other.py": "a\n"})
    git_repository.commit("Evaluate", archive("001-Ranges"))
    change = git_repository.commit("Change something", {"other.py": "b\n"})
    git_repository.commit("Only the state", {f"{FOLDER}/notes.md": "# Notes\n"})
    git_repository.commit("Evaluate again", second_round(PASSED, PASSED))
    [_, fixed] = find_course(follow()[1], "end day").sightings
    assert [commit.oid for commit in fixed.commits] == [change]
    assert not fixed.names_files


def test_what_is_still_said_is_still_there(git_repository, follow):
    git_repository.commit("Evaluate", archive("001-Ranges"))
    again = EVALUATION.replace("Round 01", "Round 02")
    git_repository.commit("Evaluate again", second_round(again, CODEX_EVALUATION))
    course = find_course(follow()[1], "end day")
    assert statuses(course) == [(1, "new"), (2, "still-there")]
    assert len(course.keys) == 2


def test_silence_of_who_raised_it_is_told(git_repository, follow):
    files = archive("001-Ranges")
    files[f"{FOLDER}/Evaluator/Round-01-Discussion/Codex-01.md"] = f"{CODEX_EVALUATION}\n{ISSUE}"
    files[f"{FOLDER}/Evaluator/Round-01-Discussion/Claude-01.md"] = EVALUATION.partition("## Issues")[0]
    git_repository.commit("Evaluate", files)
    git_repository.commit("Evaluate again", second_round(PASSED, PLACEHOLDER))
    [_, later] = find_course(follow()[1], "end day").sightings
    assert later.silent == (Author.CODEX,)


def test_rounds_that_git_does_not_hold_have_no_commits_between(git_repository, follow):
    git_repository.commit("Begin", {"report.py": "a\n"})
    git_repository.write(archive("001-Ranges") | second_round(PASSED, PASSED))
    [_, fixed] = find_course(follow()[1], "end day").sightings
    assert (str(fixed.status), fixed.commits) == ("fixed", ())


def test_a_round_not_yet_committed_lies_after_everything(git_repository, follow):
    git_repository.commit("Evaluate", archive("001-Ranges"))
    fix = git_repository.commit("Count the end day once", {"report.py": "b\n"})
    git_repository.write(second_round(PASSED, PASSED))
    [_, fixed] = find_course(follow()[1], "end day").sightings
    assert [commit.oid for commit in fixed.commits] == [fix]
