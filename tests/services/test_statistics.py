from collections import Counter

import pytest

from tandemweb.domain.finding import Outcome
from tandemweb.domain.mission import Stage
from tandemweb.services.statistics import TOLD_FROM, Share, build_statistics
from tandemweb.store.statistics import ExchangeSum, FindingSum, MissionSum, Slot, Sums
from tandemweb.store.tallies import ExchangeKind, FindingKind

SHOP_MARCH, SHOP_APRIL = Slot("shop", "Shop", "2026-03"), Slot("shop", "Shop", "2026-04")
ATTIC = Slot("attic", "Attic", "")


def finding(slot: Slot, raised_by: str, outcome: str, count: int, *, stage="evaluation", is_alone=False) -> FindingSum:
    return FindingSum(slot, FindingKind(stage, raised_by, outcome, is_alone), count)


def exchange(slot: Slot, step: int | None, count: int, *, stage="evaluation", is_alone=False) -> ExchangeSum:
    return ExchangeSum(slot, ExchangeKind(stage, step, is_alone), count)


SUMS = Sums(
    missions=(MissionSum(SHOP_MARCH, 4, 3, 2), MissionSum(SHOP_APRIL, 1, 0, 0), MissionSum(ATTIC, 2, 2, 0)),
    findings=(
        finding(SHOP_MARCH, "codex", "confirmed", 30),
        finding(SHOP_MARCH, "codex", "downgraded", 6),
        finding(SHOP_MARCH, "codex", "dismissed", 4),
        finding(SHOP_MARCH, "claude", "unresolved", 5),
        finding(SHOP_APRIL, "both", "confirmed", 5, stage="planning"),
        finding(ATTIC, "claude", "confirmed", 7, is_alone=True),
    ),
    exchanges=(
        exchange(SHOP_MARCH, 2, 3),
        exchange(SHOP_APRIL, 4, 1, stage="planning"),
        exchange(SHOP_MARCH, None, 2),
        exchange(ATTIC, None, 2, is_alone=True),
    ),
)


def test_all_missions_together():
    total = build_statistics(SUMS).total
    assert (total.name, total.mission_count, total.finding_count) == ("All projects", 7, 50)
    assert (total.exchange_count, total.alone_count) == (6, 2)
    claude, both, codex = total.sources
    assert (claude.count, both.count, codex.count) == (5, 5, 40)
    assert codex.right == Share(36, 40)
    assert claude.right == Share(0, 0)
    assert codex.outcomes[Outcome.DISMISSED] == 4
    assert total.added_by_codex == Share(40, 50)
    assert total.failed_first == Share(2, 5)


def test_steps_without_an_approval_stand_between():
    convergence = build_statistics(SUMS).total.convergence
    assert [(entry.step, entry.count) for entry in convergence] == [(1, 0), (2, 3), (3, 0), (4, 1), (None, 2)]


def test_one_project_and_one_kind_of_exchange():
    statistics = build_statistics(SUMS, project="shop", stage=Stage.PLANNING)
    assert (statistics.total.name, statistics.total.mission_count, statistics.total.finding_count) == ("Shop", 5, 5)
    assert [tally.key for tally in statistics.projects] == ["attic", "shop"]
    assert [tally.name for tally in statistics.months] == ["2026-03", "2026-04"]


def test_groups_add_up():
    statistics = build_statistics(SUMS)
    for groups in (statistics.projects, statistics.months):
        assert sum(tally.mission_count for tally in groups) == statistics.total.mission_count
        counted = sum((Counter({s.raised_by: s.count for s in tally.sources}) for tally in groups), Counter())
        assert counted == Counter({s.raised_by: s.count for s in statistics.total.sources})
    assert [tally.name for tally in statistics.months] == ["no date", "2026-03", "2026-04"]


def test_few_cases_are_not_told():
    assert not Share(TOLD_FROM - 1, TOLD_FROM - 1).is_told
    assert Share(0, TOLD_FROM).is_told


@pytest.mark.parametrize(
    ("count", "total", "low", "high"), [(10, 20, 0.299, 0.701), (0, 20, 0.0, 0.161), (20, 20, 0.839, 1.0)]
)
def test_the_range_of_a_share(count: int, total: int, low: float, high: float):
    share = Share(count, total)
    assert (share.low, share.high) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_nothing_is_known_of_no_cases():
    assert (Share(0, 0).value, Share(0, 0).low, Share(0, 0).high) == (0.0, 0.0, 1.0)
