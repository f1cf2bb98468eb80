"""The real server as a process of its own, asked by the SDK's own client over standard input and output."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from corpus.clones import clone_corpus

pytest.importorskip("mcp")

from mcp import Client, StdioServerParameters

from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import open_index_writer

TOOLS = {"search_missions", "get_mission", "list_findings", "list_decisions", "why"}


@pytest.fixture(scope="module")
def ledgerlite(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the project's folder and a data folder whose index knows it."""
    base = tmp_path_factory.mktemp("mcp")
    folder, data_folder = clone_corpus("ledgerlite", base / "ledgerlite"), base / "data"
    project = register_project(data_folder, folder)
    with open_index_writer(data_folder) as writer:
        refresh_project(writer, project)
    return folder, data_folder


@pytest.fixture
def ask(ledgerlite: tuple[Path, Path]) -> Callable[..., Any]:
    """Ask one tool from inside of the project; gives its structured answer, or the sentence of an error."""
    folder, data_folder = ledgerlite

    def ask_one(tool: str, **arguments: object) -> Any:
        return run(call(folder, data_folder, tool, arguments))

    return ask_one


def run(question: Coroutine[Any, Any, Any]) -> Any:
    """Wait for an answer in a thread of its own: Playwright leaves a running loop in the main one."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, question).result()


def parameters(folder: Path, data_folder: Path) -> StdioServerParameters:
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "TANDEMWEB_HOME": str(data_folder)}
    return StdioServerParameters(
        command=sys.executable, args=["-m", "tandemweb", "mcp"], env=environment, cwd=str(folder)
    )


async def call(folder: Path, data_folder: Path, tool: str, arguments: dict[str, object]) -> Any:
    async with Client(parameters(folder, data_folder)) as client:
        result = await client.call_tool(tool, arguments)
        return result.content[0].text if result.is_error else result.structured_content


def test_the_tools_only_read(ledgerlite):
    async def list_tools():
        async with Client(parameters(*ledgerlite)) as client:
            return (await client.list_tools()).tools

    tools = run(list_tools())
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations.read_only_hint and tool.description and tool.output_schema for tool in tools)


def test_search(ask):
    answer = ask("search_missions", query="default currency kind:finding", limit=5)
    assert answer["hits"][0]["title"].startswith("the default currency is not ")
    assert answer["hits"][0]["mission"] == "002-MultiCurrency"
    assert not answer["is_partial"]
    assert ask("search_missions", query='NEAR( "', limit=-3) == {
        "hits": [], "has_more": False, "is_partial": False, "notes": [],
    }  # fmt: skip


def test_a_mission_by_number_or_name(ask):
    by_number, by_name = ask("get_mission", mission="2"), ask("get_mission", mission="002-multicurrency")
    assert by_number == by_name
    assert (by_name["name"], by_name["phase"], len(by_name["criteria"])) == ("002-MultiCurrency", "complete", 12)
    assert [r["verdict"] for r in by_name["rounds"]][-1]
    assert any(decision["title"].startswith("Missing price") for decision in by_name["decisions"])
    assert "'9' is no mission of ledgerlite" in ask("get_mission", mission="9")


def test_findings_and_their_trail(ask):
    answer = ask("list_findings", mission="2", severity="high")
    assert answer["total_count"] == len(answer["findings"]) > 0
    assert {finding["severity"] for finding in answer["findings"]} == {"HIGH"}
    assert answer["findings"][0]["trail"]
    assert ask("list_findings", mission="3", only_open=True)["total_count"] > 0
    assert "it can be one of: HIGH, MEDIUM, LOW" in ask("list_findings", mission="2", severity="huge")


def test_decisions_with_the_words_of_the_user(ask):
    [decision] = ask("list_decisions", query="missing price unconverted ramen")["decisions"]
    assert decision["title"] == "Missing price: print unconverted and warn"
    assert any("forty euros of ramen" in words["text"] for words in decision["words"])
    assert ask("list_decisions", project="ledgerlite", limit=1)["total_count"] > 10
    assert "Registered: ledgerlite" in ask("list_decisions", project="nowhere")


def test_why(ask, ledgerlite):
    folder, _ = ledgerlite
    answer = ask("why", file="ledgerlite/prices.py", line=1, end_line=3)
    assert answer["path"] == "ledgerlite/prices.py"
    assert {mission["mission"] for line in answer["lines"] for mission in line["missions"]} == {"002-MultiCurrency"}
    assert answer["lines"] == ask("why", file=str(folder / "ledgerlite/prices.py"), line=1, end_line=3)["lines"]
    assert answer["lines"][0]["missions"][0]["evidence"]


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "no/such/file.py"])
@pytest.mark.security
def test_why_stays_inside_of_projects(ask, file: str):
    assert isinstance(ask("why", file=file, line=1), str)
    assert "root:" not in ask("why", file=file, line=1)


def test_wrong_lines_are_refused(ask):
    assert "Name lines from 1 on" in ask("why", file="README.md", line=0)
    assert "Name lines from 1 on" in ask("why", file="README.md", line=1, end_line=9_999)
