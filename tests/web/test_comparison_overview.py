"""One comparison: the sides in numbers, the matrix of files, and what both cost."""

import re
from dataclasses import replace

import pytest
from forking import SIDES, Link, Program, fork
from run_folders import make_run

from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare

HOSTILE = '<script>alert(1)</script> "quoted" \u00e9\u00fc.txt'
LONG = "".join(f"a line of text, number {number}\n" for number in range(30))


@pytest.fixture
def address(client, git_repository, index_project):
    base = {"same.txt": "1\n", "moved.txt": LONG, "gone.txt": "1\n", "tool.sh": "x\n", "b.bin": b"\0\1"}
    one = {"same.txt": "2\n", HOSTILE: "a\n", "gone.txt": None, "tool.sh": Program("x\n"), "both.txt": "a\n"}
    other = {"same.txt": "2\n", "moved.txt": None, "dir/moved on.txt": LONG + "more\n", "both.txt": "b\n"}
    fork(git_repository, base, one, {**other, "b.bin": b"\0\2", "link": Link("/etc/passwd"), "uv.lock": "1\n"})
    index_project(git_repository.path)
    return open_comparison(client)


def list_rows(client, address: str) -> dict[str, dict]:
    return {row["row"]["key"]: row for row in client.get(f"{address}.json").get_json()["table"]["rows"]}


def find(client, address: str, how: str) -> list[str]:
    return [row["address"].partition("/files/")[2] for row in list_rows(client, address).values() if row["how"] == how]


def test_every_file_with_what_each_side_did(client, address):
    html = read(client, f"{address}/matrix")
    words = text_of(html)
    assert "now dir/moved on.txt" in words
    assert "only Claude, other mode" in words
    assert "only Codex, binary" in words
    assert "only Codex, generated" in words
    assert "the same on both sides" in words
    assert find(client, address, "differently") == ["both.txt"]
    assert "+1 −0" in words


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=different", ["both.txt"]),
        ("kind=same", ["same.txt"]),
        ("kind=renamed", ["moved.txt"]),
        ("kind=deleted", ["gone.txt"]),
        ("kind=mode", ["tool.sh"]),
        ("kind=generated", ["uv.lock"]),
        ("text=BOTH", ["both.txt"]),
        ("kind=same&text=both", []),
    ],
)
def test_files_are_narrowed(client, address, query, names):
    rows = client.get(f"{address}.json?{query}").get_json()["table"]["rows"]
    assert [row["address"].rpartition("/files/")[2] for row in rows] == names


def test_numbers_of_each_side(client, address):
    read(client, f"{address}/matrix")
    page = client.get(f"{address}/numbers.json").get_json()
    assert [side["file_count"] for side in page["summaries"]] == [5, 6]
    assert [side["commit_count"] for side in page["summaries"]] == [1, 1]
    assert "Impl/Claude" in read(client, f"{address}/numbers")


def test_names_that_strangers_wrote_stay_text(client, address):
    pages = [read(client, f"{address}{part}") for part in ("", "/matrix", "/numbers")]
    assert not [html for html in pages if "<script>alert" in html]
    assert "/script&gt; &#34;quoted&#34; éü.txt" in pages[0]


def test_a_page_costs_few_processes_and_a_second_look_fewer(client, address, costs):
    counts = []
    for part in ("", "/matrix", "/numbers", "", "/matrix", "/numbers"):
        costs.update(queries=0, processes=0)
        read(client, f"{address}{part}")
        counts.append(costs["processes"])
    assert max(counts) <= 3
    assert counts[3:] == [1, 0, 0], "only where the branches stand now is asked again"


def test_queries_do_not_grow_with_files(client, git_repository, index_project, costs):
    asked = []
    git_repository.commit("base", {"a.txt": "x\n"})
    for count in (3, 60):
        git_repository.git("checkout", "-q", "-B", f"many{count}", "main")
        git_repository.commit("many", {f"f{number}.txt": "x\n" for number in range(count)})
        index_project(git_repository.path)
        address = open_comparison(client, ("main", f"many{count}"))
        costs.update(queries=0, processes=0)
        read(client, address)
        asked.append((costs["queries"], costs["processes"]))
    assert asked[0] == asked[1]


def test_steps_in_work_trees_of_their_own_are_a_side_s_cost(client, git_repository, index_project, configuration):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    project = index_project(git_repository.path)
    address = open_comparison(client)
    run = make_run(configuration.data_folder, project, mission="")
    trees = configuration.data_folder / "worktrees" / project.slug
    for number, place in enumerate((str(trees / "impl-codex"), project.path), 1):
        step = run.begin_step()
        step.write_command(replace(run.steps[number - 1], cwd=place))
        run.end_step(number, outcome="done")
    run.end()
    text = text_of(read(client, f"{address}/numbers"))
    assert text.count("$0.25") == 1
    assert client.get(f"{address}/numbers.json").get_json()["costs"] == {"1": 0.25}


def test_a_side_whose_last_agent_came_to_no_good_end_is_unfinished(
    client, git_repository, index_project, configuration
):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    git_repository.git("branch", "impl/third", "main")
    project = index_project(git_repository.path)
    address = open_comparison(client, SIDES)
    trees = configuration.data_folder / "worktrees" / project.slug

    def work(*steps: tuple[str, str, str]) -> str:
        """Let agents work on branches in a run; gives its address."""
        run = make_run(configuration.data_folder, project, mission="")
        for number, (agent, folder, status) in enumerate(steps, 1):
            step = run.begin_step(agent=agent)
            step.write_command(replace(run.steps[number - 1], cwd=str(trees / folder)))
            run.end_step(number, status, reason="<b>It broke.</b>" if status == "failed" else "")
        run.end()
        return run.address

    def say() -> list[str]:
        notices = re.findall(r'<div class="moved" role="note">.*?</div>', read(client, address), re.DOTALL)
        return [text_of(notice) for notice in notices]

    assert say() == ["C impl/third has no commit since the base, so it implements nothing."]
    failed = work(
        ("claude", "impl-claude", "failed"), ("codex", "impl-codex", "done"), ("command", "impl-codex", "failed")
    )
    assert say()[0].startswith("A impl/claude is not finished: Look ✕ failed &lt;b&gt;It broke.&lt;/b&gt;")
    assert len(say()) == 2, "tests that fail are no unfinished work"
    assert f'href="{failed}?step=1#step-1"' in read(client, address)
    work(("claude", "impl-claude", "done"))
    assert len(say()) == 1, "a later run ended well"
