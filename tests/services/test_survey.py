import os
from pathlib import Path

from services.examples import archive
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import ArchiveRoot, Naming
from tandemweb.services.survey import PROJECT, fingerprint, sort_touched, survey_tree
from tandemweb.store.files import KnownFile


def root(path: str) -> ArchiveRoot:
    return ArchiveRoot(path, path.lower().replace("/", "-") or "top", Naming.PASCAL)


def known_after(path: Path):
    """Give what an index would know after a refresh of the project."""
    survey = survey_tree(read_tree(str(path)), {}, ())
    known = {name: KnownFile(survey.tree.files[name], "hash") for name in survey.changed}
    known[PROJECT] = KnownFile(survey.tree.files[next(iter(known))], survey.structure)
    return known, survey.roots


def test_a_first_look_finds_everything_new(git_repository):
    git_repository.write(archive("001-First") | {"src/app.py": "", "plans/a.md": "# A"})
    survey = survey_tree(read_tree(str(git_repository.path)), {}, ())
    assert survey.has_new_structure
    assert "plans/a.md" in survey.changed
    assert "src/app.py" not in survey.changed
    assert [found.path for found in survey.roots] == ["TandemKit"]


def test_a_known_project_is_only_compared(git_repository, activity):
    git_repository.write(archive("001-First"))
    known, roots = known_after(git_repository.path)
    with activity.listening():
        survey = survey_tree(read_tree(str(git_repository.path)), known, roots)
    assert survey.is_unchanged
    assert activity.opened == []


def test_changed_and_removed_files_are_named(git_repository):
    git_repository.write(archive("001-First"))
    known, roots = known_after(git_repository.path)
    git_repository.write({"TandemKit/001-First/Spec.md": "# New"})
    (git_repository.path / "TandemKit/Planner.md").unlink()
    survey = survey_tree(read_tree(str(git_repository.path)), known, roots)
    assert survey.changed == {"TandemKit/001-First/Spec.md"}
    assert survey.removed == {"TandemKit/Planner.md"}


def test_a_project_that_is_away_is_missing_and_not_empty(tmp_path: Path):
    assert survey_tree(read_tree(str(tmp_path / "away")), {}, ()).is_missing
    assert not survey_tree(read_tree(str(tmp_path)), {}, ()).is_missing


def test_structure_changes_with_names_and_with_the_configuration(git_repository):
    def current() -> str:
        return fingerprint(read_tree(str(git_repository.path)))

    git_repository.write(archive("001-First"))
    first = current()
    git_repository.write({"TandemKit/001-First/Spec.md": "# Other content"})
    assert current() == first
    os.utime(git_repository.path / "TandemKit/Config.json", ns=(1, 1))
    second = current()
    assert second != first
    (git_repository.path / "empty").mkdir()
    third = current()
    assert third != second
    git_repository.write({os.fsdecode(b"caf\xe9.md"): ""})
    assert current() != third


def test_touched_paths_belong_to_the_innermost_root():
    touched = sort_touched(
        ["kit/001-A/x.md", "kit/001-A/Assets/a.png", "kit/Config.json", "kit/001-A/kit2/002-B/y.md", "src/app.py"],
        [root("kit"), root("kit/001-A/kit2")],
    )
    assert touched.missions == {
        ("kit", "001-A"): {"kit/001-A/x.md", "kit/001-A/Assets/a.png"},
        ("kit/001-A/kit2", "002-B"): {"kit/001-A/kit2/002-B/y.md"},
    }
    assert touched.root_files == {"kit/Config.json"}
    assert touched.others == {"src/app.py"}


def test_a_root_may_be_the_project_itself():
    touched = sort_touched(["001-A/x.md", "Config.json"], [root("")])
    assert touched.missions == {("", "001-A"): {"001-A/x.md"}}
    assert touched.root_files == {"Config.json"}
