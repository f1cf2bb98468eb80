from dataclasses import replace

import pytest

from tandemweb.domain.mission import Project
from tandemweb.web.file_links import DocumentLinks, Tree, Wanted
from tandemweb.web.markdown_slots import Slot, SlotKind

OID = "a" * 40
PATHS = frozenset(
    {
        "src/app/page.js",
        "src/util.js",
        "lib/util.js",
        "packages/core/main.py",
        "packages/core/TandemKit/001-A/Spec.md",
        "packages/core/TandemKit/001-A/Assets/x.png",
        "README.md",
        "packages/core/README.md",
    }
)
FOLDER = "packages/core/TandemKit/001-A"


def find_files(*mentioned: str) -> Tree:
    """Give the files of a commit that holds PATHS, as far as they are asked for."""
    return Tree(OID, PATHS, {one: tuple(path for path in PATHS if path.endswith(f"/{one}")) for one in mentioned})


LINKS = DocumentLinks(
    Project("demo", "demo", "/work/demo"), f"{FOLDER}/Round-01.md", frozenset({f"{FOLDER}/Spec.md"}), find_files()
)


@pytest.mark.parametrize(
    ("mentioned", "found"),
    [
        ("src/util.js", "src/util.js"),
        ("page.js", "src/app/page.js"),
        ("app/page.js", "src/app/page.js"),
        ("main.py", "packages/core/main.py"),
        ("README.md", "packages/core/README.md"),
        ("./Spec.md", f"{FOLDER}/Spec.md"),
        ("../001-A/Spec.md", f"{FOLDER}/Spec.md"),
        ("util.js", None),
        ("ge.js", None),
        ("core", None),
        ("../../../../../../etc/passwd", None),
        ("..", None),
        (".", None),
    ],
)
def test_the_nearest_or_the_only_file_is_meant(mentioned: str, found: str | None):
    assert find_files(mentioned).find_path(mentioned, FOLDER) == found


def test_what_is_wanted_of_a_document():
    slots = [
        Slot(SlotKind.REFERENCE, "app/page.js", 3, 4),
        Slot(SlotKind.LINK, "../x.md"),
        Slot(SlotKind.LINK, "/work/demo/src/util.js"),
        Slot(SlotKind.IMAGE, "/x.png"),
        Slot(SlotKind.SOURCE, line_start=1),
    ]
    links = replace(LINKS, path="packages/core/Round-01.md")
    assert links.list_wanted(slots) == Wanted(
        frozenset(
            {
                *("packages/core/app/page.js", "packages/app/page.js", "app/page.js"),
                *("packages/x.md", "x.md", "src/util.js", "x.png"),
            }
        ),
        frozenset({"app/page.js"}),
    )


@pytest.mark.parametrize(
    ("path", "fragment", "address"),
    [
        ("Spec.md", "", f"/projects/demo/documents/{FOLDER}/Spec.md"),
        ("Spec.md", "The-Goal", f"/projects/demo/documents/{FOLDER}/Spec.md#h-the-goal"),
        ("Spec.md", "L7", f"/projects/demo/documents/{FOLDER}/Spec.md?view=source#L7"),
        ("/src/util.js", "L2-L4", f"/projects/demo/files/src/util.js?at={OID}&lines=2-4#L2"),
        ("src/util.js", "", f"/projects/demo/files/src/util.js?at={OID}"),
        ("/work/demo/src/util.js", "L2", f"/projects/demo/files/src/util.js?at={OID}&lines=2#L2"),
        ("page.js", "", None),
        ("/etc/passwd", "", None),
        ("../../../../../etc/passwd", "", None),
    ],
)
def test_links(path: str, fragment: str, address: str | None):
    assert LINKS.find_link(path, fragment) == address


def test_pictures(tmp_path):
    (tmp_path / FOLDER / "Assets").mkdir(parents=True)
    (tmp_path / FOLDER / "Assets" / "not-in-git.png").touch()
    (tmp_path / FOLDER / "link.png").symlink_to("/etc/passwd")
    links = replace(LINKS, project=replace(LINKS.project, path=str(tmp_path)))
    assert links.find_image("Assets/x.png") == f"/blob/demo/{FOLDER}/Assets/x.png?at={OID}"
    assert links.find_image("Assets/not-in-git.png") == f"/blob/demo/{FOLDER}/Assets/not-in-git.png"
    for path in ("gone.png", "x.svg", "link.png", "../../../../../../x.png"):
        assert links.find_image(path) is None


def test_without_a_commit_everything_stays_plain():
    links = DocumentLinks(LINKS.project, LINKS.path, frozenset(), None)
    assert links.find_reference("README.md", 1, 2) is None
    assert links.find_link("README.md", "") is None
