import shutil

import pytest

from services.examples import archive, mission
from tandemweb.services.changes import document_topic, mission_topic, project_topic
from tandemweb.services.indexing import refresh_project
from tandemweb.services.touching import refresh_paths
from tandemweb.store.connections import open_index_reader
from tandemweb.store.mission_reading import get_mission

SPEC = "TandemKit/001-First/Spec.md"


@pytest.fixture
def repository(git_repository, writer, project):
    """Give a repository that is indexed."""
    git_repository.write(archive("001-First", "002-Second"))
    refresh_project(writer, project)
    return git_repository


def documents(writer, project) -> dict[str, str]:
    with open_index_reader(writer.data_folder) as index:
        found = get_mission(index, project.slug, "tandemkit", "001-First")
    return {document.path: document.title for document in found.documents}


def test_only_the_touched_mission_is_read(repository, writer, project, activity):
    repository.write({SPEC: "# Ranges of days\n"})
    with activity.listening():
        refresh = refresh_paths(writer, project, [SPEC])
    assert "002-Second" not in activity.opened
    assert activity.git_count == 0
    assert refresh is not None
    assert refresh.topics == {
        project_topic(project.slug),
        mission_topic(project.slug, "tandemkit", "001-First"),
        document_topic(project.slug, SPEC),
    }
    assert documents(writer, project)[SPEC] == "Ranges of days"


def test_a_look_at_the_whole_finds_nothing_left_to_do(repository, writer, project):
    repository.write({SPEC: "# Ranges of days\n"})
    refresh_paths(writer, project, [SPEC])
    assert refresh_project(writer, project).topics == frozenset()


def test_added_and_removed_files(repository, writer, project):
    added = "TandemKit/001-First/Evaluator/Round-02-Discussion/Claude-01.md"
    repository.write({added: "# Second round\n"})
    (repository.path / SPEC).unlink()
    refresh_paths(writer, project, ["TandemKit/001-First/Evaluator/Round-02-Discussion", SPEC])
    assert added in documents(writer, project)
    assert SPEC not in documents(writer, project)


def test_code_of_the_project_is_nothing_to_read(repository, writer, project):
    repository.write({"src/report.py": "print()\n"})
    refresh = refresh_paths(writer, project, ["src/report.py"])
    assert refresh is not None
    assert refresh.topics == frozenset()


@pytest.mark.parametrize(
    "path",
    [
        "TandemKit/Config.json",
        "TandemKit/003-Third/Spec.md",
        "TandemKit/002-Second/Spec.md",
        "plans/rotation.md",
        "plans",
        "web/TandemKit",
    ],
)
def test_what_concerns_more_than_one_mission_asks_for_the_whole(repository, writer, project, path: str):
    repository.write(
        mission("003-Third") | mission("001-First", root="web/TandemKit") | {"plans/rotation.md": "# Plan\n"}
    )
    shutil.rmtree(repository.path / "TandemKit/002-Second")
    assert refresh_paths(writer, project, [path]) is None


def test_a_mission_that_became_a_link_is_not_followed(repository, writer, project, tmp_path):
    shutil.move(repository.path / "TandemKit/001-First", tmp_path / "elsewhere")
    (repository.path / "TandemKit/001-First").symlink_to(tmp_path / "elsewhere")
    assert refresh_paths(writer, project, [SPEC]) is None
