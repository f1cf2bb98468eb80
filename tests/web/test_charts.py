from tandemweb.web.charts import (
    FOOT,
    HEAD,
    HEIGHT,
    NARROWEST_BAR,
    TARGET_WIDTH,
    BarInput,
    Part,
    build_bar_chart,
)


def bar(label: str, *counts: int) -> BarInput:
    return BarInput(label, tuple(Part(f"part {n}", "low", count) for n, count in enumerate(counts)))


def test_parts_are_stacked_from_the_base():
    chart = build_bar_chart([("Round 1", [bar("1", 3, 1), bar("2", 0, 2)])])
    first, second = chart.bars
    assert chart.height == HEAD + HEIGHT + FOOT
    assert [(s.y, s.height) for s in first.segments] == [(HEAD + HEIGHT / 4, HEIGHT * 3 / 4), (HEAD, HEIGHT / 4)]
    assert [(s.part.count, s.y) for s in second.segments] == [(2, HEAD + HEIGHT / 2)]
    assert (first.total, second.total, first.top) == (4, 2, HEAD)


def test_groups_stand_apart_and_inside():
    chart = build_bar_chart([("a", [bar("1", 1), bar("2", 1)]), ("b", [bar("1", 1)])])
    one, other = chart.groups
    assert one.x == chart.bars[0].x
    assert one.end == chart.bars[1].x + chart.bar_width < other.x
    assert other.end < chart.width


def test_many_bars_get_narrow_but_stay_bars():
    chart = build_bar_chart([("a", [bar(str(n), n) for n in range(30)])])
    assert chart.width <= TARGET_WIDTH + 1
    assert build_bar_chart([("a", [bar(str(n), n) for n in range(300)])]).bar_width == NARROWEST_BAR


def test_nothing_to_draw_is_a_chart_too():
    assert build_bar_chart([]).bars == ()
    assert build_bar_chart([("a", [bar("1", 0)])]).bars[0].segments == ()
