from pathlib import PurePosixPath

from tandemweb.domain.mission import Asset, FileStamp
from tandemweb.web.asset_groups import group_assets


def asset(name: str, number: int | None = 1, locale: str | None = None, slug: str | None = None) -> Asset:
    return Asset(f"m/Assets/{name}.png", FileStamp(1, 1, 1), number, "gen", name if slug is None else slug, locale)


def shown(*assets: Asset) -> list[tuple]:
    return [
        (number, group.subject, group.locale, [PurePosixPath(member.path).stem for member in group.assets])
        for number, groups in group_assets(assets)
        for group in groups
    ]


def test_before_stands_beside_after_of_the_same_thing_and_locale():
    assert shown(
        asset("after-menu", locale="en"),
        asset("menu-BEFORE", locale="en"),
        asset("menu-after", locale="de"),
        asset("after"),
        asset("before"),
    ) == [
        (1, "menu", "en", ["menu-BEFORE", "after-menu"]),
        (1, "", None, ["before", "after"]),
        (1, "", None, ["menu-after"]),
    ]


def test_what_is_compared_with_nothing_stays_together():
    assert shown(asset("b"), asset("a"), asset("before-x")) == [(1, "", None, ["a", "b", "before-x"])]
    ((_, (group,)),) = group_assets((asset("a"),))
    assert not group.is_comparison


def test_several_afters_follow_their_before():
    assert shown(asset("x-after"), asset("x_after"), asset("before-x")) == [
        (1, "x", None, ["before-x", "x-after", "x_after"])
    ]


def test_rounds_in_order_and_files_without_one_last():
    found = shown(asset("c", None), asset("b", 10), asset("a", 2), asset("before", 2), asset("after", 10))
    assert [(number, names) for number, _, _, names in found] == [
        (2, ["a", "before"]),
        (10, ["after", "b"]),
        (None, ["c"]),
    ]


def test_nothing():
    assert group_assets(()) == ()


def test_names_without_words():
    assert shown(asset("x", slug=""), asset("y", slug="-_-")) == [(1, "", None, ["x", "y"])]
