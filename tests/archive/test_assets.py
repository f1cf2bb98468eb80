import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.archive.assets import extract_asset, is_asset
from tandemweb.archive.reading import NO_STAMP


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("R01-Gen-Before-en.png", (1, "gen", "Before", "en")),
        ("R12-Eval-TagSearch.webp", (12, "eval", "TagSearch", None)),
        ("r01-eval-tag-cpp.png", (1, "eval", "tag-cpp", None)),
        ("r02-gen-after-de.webp", (2, "gen", "after", "de")),
        ("R03-Gen-Ok.png", (3, "gen", "Ok", None)),
        ("r_03_gen_list.png", (None, None, "r_03_gen_list", None)),
        ("r03_gen_list_view.PNG", (3, "gen", "list_view", None)),
        ("R01-Other-Before.png", (None, None, "R01-Other-Before", None)),
        ("R01-Gen.png", (None, None, "R01-Gen", None)),
        ("screenshot", (None, None, "screenshot", None)),
        (".png", (None, None, ".png", None)),
        ("R99999999-Gen-X.png", (None, None, "R99999999-Gen-X", None)),
    ],
)
def test_what_a_name_says(name, expected):
    asset = extract_asset(f"T/001-X/Assets/{name}", NO_STAMP)
    assert (asset.round, asset.made_by, asset.slug, asset.locale) == expected


@given(st.text())
def test_any_name_has_an_answer(name):
    assert extract_asset(name, NO_STAMP).path == name


def test_what_counts_as_an_asset():
    assert all(map(is_asset, ("Assets/x.png", "assets/sub/notes.md", "shot.PNG", "Evaluator/flow.svg")))
    assert not any(map(is_asset, ("Assets", "Spec.md", "Generator/Round-01.md", "State.json", "png")))
