"""No page of a comparison starts more than three git processes, with nothing remembered, however much is compared."""

from collections import Counter

import pytest
from flask import Flask
from forking import SIDES, Content, Link, fork
from trusting import trust
from werkzeug.routing import Map

from tandemweb.domain.chunk import FILE_PLACE
from tandemweb.web.markdown_cache import BoundedCache
from web.comparing import open_comparison
from web.conftest import Browser

pytestmark = pytest.mark.compare
MOST_PROCESSES = 3
PROJECT = "/projects/repository/comparisons"
LINES = "".join(f"def function_{number}(value):\n    return value + {number}\n\n\n" for number in range(9))
PARTS = ("", "/matrix", "/numbers", "/criteria", "/synthesis", "/synthesis/check", "/tests", "/judge", "/export.html")


def change(sign: str) -> dict[str, Content]:
    """Give what a side changes of files of every kind, several of them in many places."""
    texts = {f"{name}.py": LINES.replace("value +", f"value {sign}") for name in "abcd"}
    own = {"added.py": f"{sign}\n", f"only_{ord(sign)}.py": "1\n", "picture.png": b"\0" + sign.encode()}
    return {**texts, **own, "link": Link(sign * 2), "package-lock.json": f"{sign}\n"}


@pytest.fixture(params=[2, 3])
def sides(request) -> tuple[str, ...]:
    return SIDES[: request.param]


@pytest.fixture
def address(client, git_repository, index_project, configuration, sides) -> str:
    base = {f"{name}.py": LINES for name in "abcdef"} | {"picture.png": b"\0\1", "link": Link("a.py"), "old": LINES}
    renamed: dict[str, Content] = {"old": None, "new name": LINES + "# more\n"}
    others = change("*") | {"old": "# first\n" + LINES}
    fork(git_repository, base, change("-") | renamed, others, change("/"))
    for group in ("csv", "pdf"):
        for side in sides:
            git_repository.git("branch", f"{group}/{side}", side)
    trust(configuration.data_folder, index_project(git_repository.path))
    return open_comparison(client, sides)


@pytest.fixture
def pages(client: Browser, address: str) -> list[str]:
    """Pick in files of every kind, make a branch of it, and name all pages that there are then."""
    shown = client.get(f"{address}.json").get_json()
    rows, sides = shown["table"]["rows"], shown["head"]["comparison"]["sides"]
    files, places = [row["address"] for row in rows], []
    for row in rows:
        page = client.get(f"{row['address']}.json").get_json()
        heads = list((page["lines"] or {"heads": {}})["heads"].values())
        for number, head in enumerate(heads):
            pick(client, address, row, head["id"], "ab"[number % 2])
        if heads:
            functions, edit = (row["address"].replace("/files/", f"/{part}/", 1) for part in ("functions", "edit"))
            places += [functions, f"{edit}?place={heads[0]['id']}"]
        else:
            pick(client, address, row, FILE_PLACE, "a")
    answer = client.send_form(f"{address}/synthesis/make")
    assert answer.status_code == 303, answer.text
    (made,) = client.get(f"{address}/synthesis.json").get_json()["made"]
    own = f"{address}/synthesis/{made['synthesis']['id']}"
    others = [file.replace("/files/", "/result/", 1) for file in files]
    views = [f"{file}?show=1&view={view}" for file in files for view in ("unified", "base")]
    handed_on = [f"{own}/{name}" for name in ("pull-request", "pull-request.md", "changes.patch")]
    patches = [f"{address}/patches/{'abc'[number]}.patch" for number in range(len(sides))]
    named = f"{PROJECT}?" + "&".join(f"side={side['oid']}" for side in sides)
    lists = ["/comparisons", PROJECT, f"{PROJECT}?" + "&".join(f"side={side['ref']}" for side in sides), named]
    return [*lists, *(address + part for part in PARTS), *files, *others, *views, *places, *handed_on, *patches]


def pick(client: Browser, address: str, row: dict, place: str, word: str) -> None:
    answer = client.send_form(f"{address}/picks", file=row["row"]["key"], place=place, word=word)
    assert answer.status_code == 303, answer.text


def forget_everything(app: Flask) -> None:
    for name in [name for name, kept in app.extensions.items() if isinstance(kept, BoundedCache)]:
        del app.extensions[name]


def list_uncounted(rules: Map, pages: list[str]) -> set[str]:
    """List the pages of comparisons that nobody looked at; a JSON twin counts with its page, as does a judge's file."""
    adapter = rules.bind("127.0.0.1")
    asked = {str(adapter.match(page.partition("?")[0], method="GET")[0]) for page in pages}
    wanted = {rule.endpoint for rule in rules.iter_rules() if "/comparisons" in rule.rule and "GET" in rule.methods}
    return {endpoint for endpoint in wanted - asked if not endpoint.endswith("_json")} - {"judgements.download_review"}


def test_pages_start_few_processes_cold(app, client, pages, costs):
    assert list_uncounted(app.url_map, pages) == set()
    counts: Counter[str] = Counter()
    for page in pages:
        forget_everything(app)
        costs.update(processes=0)
        assert client.get(page).status_code == 200, page
        counts[page] = costs["processes"]
    assert {page: count for page, count in counts.items() if count > MOST_PROCESSES} == {}
