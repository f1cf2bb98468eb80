from collections.abc import Callable
from dataclasses import replace

from store.examples import ROOT, START, make_document, make_finding, make_mission
from tandemweb.domain.finding import Outcome
from tandemweb.domain.mission import Author, Exchange, Mission, MissionState, Role, Stage
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Database
from tandemweb.store.index_projects import save_roots
from tandemweb.store.missions import delete_mission
from tandemweb.store.statistics import ExchangeSum, FindingSum, MissionSum, Slot, Sums, sum_up
from tandemweb.store.tallies import ExchangeKind, FindingKind, count_exchanges, count_findings

MAY = Slot("shop", "Shop", "2026-05")


def discuss(*, is_alone: bool = False) -> tuple:
    said = [(Author.CLAUDE, Role.INDEPENDENT), (Author.CODEX, Role.PLACEHOLDER if is_alone else Role.REVIEW)]
    return tuple(
        make_document(f"{author}-{is_alone}.md", author=author, role=role, approved=role is Role.REVIEW or None)
        for author, role in said
    )


def mission(name: str, verdict: str | None = "FAIL", **changes) -> Mission:
    findings = (
        make_finding("a", raised_by=("codex",), outcome=Outcome.CONFIRMED),
        make_finding("b", raised_by=("codex", "generator"), outcome=Outcome.CONFIRMED),
        make_finding("c", raised_by=("claude", "codex"), outcome=Outcome.DISMISSED),
        make_finding("d", raised_by=("user",)),
    )
    both = discuss()
    alone = discuss(is_alone=True)
    exchanges = (
        Exchange(Stage.EVALUATION, 1, both, verdict, findings=findings),
        Exchange(Stage.EVALUATION, 2, alone, findings=findings[:1]),
        Exchange(Stage.EVALUATION, 3, ()),
    )
    whole = make_mission(name, documents=(*both, *alone), exchanges=exchanges, state=MissionState(started_at=START))
    return replace(whole, **changes)


def test_a_mission_is_summed_up(save: Callable, ask: Callable):
    save(mission("001-A"))
    assert ask(sum_up) == Sums(
        missions=(MissionSum(MAY, 1, 1, 1),),
        findings=(
            FindingSum(MAY, FindingKind("evaluation", "both", "dismissed", is_alone=False), 1),
            FindingSum(MAY, FindingKind("evaluation", "codex", "confirmed", is_alone=False), 2),
            FindingSum(MAY, FindingKind("evaluation", "codex", "confirmed", is_alone=True), 1),
        ),
        exchanges=(
            ExchangeSum(MAY, ExchangeKind("evaluation", None, is_alone=True), 1),
            ExchangeSum(MAY, ExchangeKind("evaluation", 2, is_alone=False), 1),
        ),
    )


def test_saving_again_counts_once(save: Callable, ask: Callable):
    save(mission("001-A"))
    save(mission("001-A", exchanges=mission("001-A").exchanges[:1]))
    sums = ask(sum_up)
    assert sum(entry.count for entry in sums.findings) == 3
    assert sum(entry.count for entry in sums.exchanges) == 1


def test_a_mission_without_dates_or_verdict_is_counted(save: Callable, ask: Callable):
    save(mission("001-A", None, state=MissionState()))
    assert ask(sum_up).missions == (MissionSum(Slot("shop", "Shop", ""), 1, 0, 0),)


def test_sums_are_those_of_the_missions(save: Callable, ask: Callable):
    missions = [mission(f"{number:03}-A") for number in range(1, 4)]
    for one in missions:
        save(one)
    sums = ask(sum_up)
    assert sum(entry.count for entry in sums.findings) == sum(sum(count_findings(one).values()) for one in missions)
    assert sum(entry.count for entry in sums.exchanges) == sum(sum(count_exchanges(one).values()) for one in missions)


def test_three_queries_whatever_there_is(save: Callable, ask: Callable):
    def count_queries(index: Database) -> int:
        asked: list[str] = []
        index.connection.set_trace_callback(asked.append)
        sum_up(index)
        index.connection.set_trace_callback(None)
        return len(asked)

    few = ask(count_queries)
    for number in range(5):
        save(mission(f"{number:03}-A"))
    assert ask(count_queries) == few == 3


def test_what_goes_takes_its_sums_along(writer: IndexWriter, save: Callable, ask: Callable):
    save(mission("001-A"))
    once = ask(sum_up)
    save(mission("002-B", state=MissionState(started_at=START.replace(month=7))))
    save(mission("002-B", state=MissionState(started_at=START.replace(month=8))))
    assert {entry.slot.month for entry in ask(sum_up).findings} == {"2026-05", "2026-08"}
    with writer.transaction() as index:
        delete_mission(index, "shop", ROOT.slug, "002-B")
    assert ask(sum_up) == once
    with writer.transaction() as index:
        save_roots(index, "shop", [])
    assert ask(sum_up) == Sums((), (), ())
