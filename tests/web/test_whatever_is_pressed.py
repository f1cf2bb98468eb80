"""Whatever is pressed in a comparison: the user's files, index, branches, stashes, HEAD and configuration stay."""

import json
import re
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from fingerprints import take_fingerprint
from forking import Link, Program, fork
from trusting import trust

from tandemweb.agents.run_folder import list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.run import Run, RunStatus
from tests.conftest import GitRepository
from tests.services.running import wait_for
from web.comparing import open_comparison, read
from web.conftest import ORIGIN, Browser

pytestmark = pytest.mark.compare
RESULT = "impl/synthesis"
ANNOUNCED = re.compile(r"\.git/(logs/refs/heads/impl|refs/heads/impl)/synthesis|\.git/worktrees(/.*)?")
LINK, FORM = re.compile(r'href="(/[^"#]+)'), re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"')
ELSEWHERE = {"login.leave"}  # forms of every page
JUDGED = {
    "winner": "A",
    "verdict": "needs-attention",
    "summary": "I would merge [A].",
    "findings": [{"implementation": "A", "severity": "high", "title": "Wrong", "file": "a.py", "line_start": 1}],
    "next_steps": [],
}
JUDGE = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path
session = sys.argv[sys.argv.index("--session-id") + 1]
Path("left-behind.txt").write_text("by the judge")
def put(**fields):
    print(json.dumps({{"session_id": session, **fields}}), flush=True)
put(type="system", subtype="init", model="m", permissionMode="default", tools=[], slash_commands=[])
answer = {json.dumps(JUDGED)!r}
put(type="assistant", message={{"id": "m", "content": [{{"type": "text", "text": answer}}]}})
put(type="result", subtype="success", is_error=False, num_turns=1, result=answer, total_cost_usd=0, usage={{}})
"""
TESTS = """
from pathlib import Path
Path("junit.xml").write_text("<testsuite><testcase name='one'/></testsuite>")
Path("a.py").write_text("changed by a test")
Path("c.py").unlink()
"""


@pytest.fixture
def repository(git_repository: GitRepository) -> GitRepository:
    """Give a repository in the middle of work: staged, changed, untracked, ignored and stashed files."""
    base = {"a.py": "x = 1\n", "c.py": "c = 1\n", "run": Program("1\n"), "link": Link("a.py"), ".gitignore": "*.log\n"}
    base["TandemKit/Config.json"] = '{"nextMissionNumber": 4}'
    fork(git_repository, base, {"a.py": "x = 2\n", "one.py": "1\n"}, {"a.py": "x = 3\n", "sub/two.py": "2\n"})
    git_repository.write({"c.py": "stashed\n"})
    git_repository.git("stash", "-q")
    git_repository.write({"c.py": "changed\n", "new.py": "new\n", "made.log": "log\n", "staged.py": "staged\n"})
    git_repository.git("add", "staged.py")
    git_repository.git("config", "user.own", "kept")
    return git_repository


class Desk:
    """A person before the pages of one comparison, pressing what there is."""

    def __init__(self, client: Browser, repository: GitRepository, data_folder: Path) -> None:
        self.client, self.repository, self.data_folder = client, repository, data_folder
        self.address = open_comparison(client)
        self.runs: list[Run] = []

    def press(self, part: str, status: int = 303, **fields: object) -> None:
        data = {"csrf": self.client.token, **fields}
        answer = self.client.post(f"{self.address}/{part}", data=data, headers={"Origin": ORIGIN})
        assert answer.status_code == status, answer.text

    def wait_for_runs(self) -> None:
        """Wait until all runs have ended, and their drivers with them."""

        def read_all() -> list[Run]:
            runs = [read_run(folder) for folder in list_run_folders(self.data_folder)]
            return runs if all(run.status.is_end for run in runs) else []

        self.runs = wait_for(read_all)
        wait_for(lambda: not list(self.data_folder.glob("runs/*/trees")), "work trees of tests")

    def list_rows(self) -> list[dict]:
        return self.client.get(f"{self.address}.json").get_json()["table"]["rows"]

    def key(self, part: str) -> str:
        return self.client.get(f"{self.address}/{part}.json").get_json()["request_key"]

    def list_made(self) -> list[str]:
        made = self.client.get(f"{self.address}/synthesis.json").get_json()["made"]
        return [one["synthesis"]["id"] for one in made]

    def list_pages(self) -> list[str]:
        parts = ["", "/matrix", "/numbers", "/criteria", "/synthesis", "/synthesis/check", "/tests", "/judge"]
        files = [row["address"].removeprefix(self.address) for row in self.list_rows()]
        others = [file.replace("/files/", f"/{part}/", 1) for file in files for part in ("functions", "result")]
        handed_on = [f"/synthesis/{name}/pull-request" for name in self.list_made()]
        return [self.address + part for part in (*parts, *files, *others, *handed_on)]


def keep(desk: Desk) -> None:
    names = {"side": ["impl/claude", "impl/codex"], "base": "main", "spec": "SPEC.md"}
    data = {"csrf": desk.client.token, **names}
    kept = desk.client.post("/projects/repository/comparisons/keep", data=data, headers={"Origin": ORIGIN})
    assert kept.status_code == 303


def pick(desk: Desk) -> None:
    for row, word in zip(desk.list_rows(), ("a", "b", "base", "a"), strict=False):
        desk.press("picks", file=row["row"]["key"], place="file", word=word)
    (row,) = [row for row in desk.list_rows() if row["row"]["base"]]
    heads = desk.client.get(f"{row['address']}.json").get_json()["lines"]["heads"]
    for word in ("ab", "text", ""):
        desk.press("picks", file=row["row"]["key"], place=next(iter(heads.values()))["id"], word=word, text="x = 9")


def view(desk: Desk) -> None:
    for viewed in "10":
        desk.press("viewed", file=desk.list_rows()[0]["row"]["key"], viewed=viewed)


def pick_all(desk: Desk) -> None:
    for word in ("one", "b", "a"):
        desk.press("synthesis/everything", word=word)


def make(desk: Desk) -> None:
    desk.press("synthesis/make", branch=RESULT)
    desk.press("synthesis/make", 409, branch=RESULT)
    desk.press("synthesis/make", 409, branch="impl/claude")
    desk.press("synthesis/make", 400, branch="--force")


def run_tests(desk: Desk) -> None:
    made = desk.list_made()
    fields = {
        "command": f"{sys.executable} {desk.data_folder.with_name('testing.py')}",
        "report": "junit.xml",
        "minutes": "2",
        "subject": ["a", "b", *made],
    }
    desk.press("tests/start", request_key=desk.key("tests"), **fields)
    desk.wait_for_runs()
    page = desk.client.get(f"{desk.address}/tests.json").get_json()
    assert [own["passed_count"] for own in page["subjects"]] == [1] * (2 + len(made))


def judge(desk: Desk) -> None:
    made = desk.list_made()
    for number, judge in enumerate(("claude", "codex")):  # there is no codex: this one fails
        desk.press("judge/start", judge=judge, request_key=f"judge {number} {made}", synthesis="".join(made))
    desk.wait_for_runs()
    judgements = desk.client.get(f"{desk.address}/judge.json").get_json()["judgements"]
    (found,) = [one for one in judgements if one["judgement"]]
    assert found["judgement"]["findings"][0]["path"] == "a.py"
    assert desk.client.get(found["review"]).status_code == 200
    assert "Wrong" in read(desk.client, f"{desk.address}/files/a.py"), "beside the diff"


def discard(desk: Desk) -> None:
    for name in desk.list_made():
        (worktree,) = desk.data_folder.glob(f"syntheses/{name}/impl-synthesis-*")
        (worktree / "a.py").write_text("somebody went on")
        desk.press(f"synthesis/{name}/discard", 409)
        desk.press(f"synthesis/{name}/discard", with_changes="1")


def forget(desk: Desk) -> None:
    desk.press("forget")


# In an order in which each of them finds something to do.
PRESSES: dict[str, Callable[[Desk], None]] = {
    "comparisons.save": keep,
    "picks.save": pick,
    "picks.view": view,
    "syntheses.pick_all": pick_all,
    "syntheses.make": make,
    "comparison_tests.start": run_tests,
    "judgements.ask": judge,
    "syntheses.discard": discard,
    "comparisons.forget": forget,
}


@pytest.fixture
def desk(client, repository, index_project, configuration, tmp_path) -> Desk:
    program = tmp_path / "judging-claude"
    program.write_text(JUDGE)
    (tmp_path / "testing.py").write_text(TESTS)
    program.chmod(0o700)
    configuration.data_folder.mkdir(exist_ok=True)
    agents = f'[agents.claude]\nexecutable = "{program}"\n[agents.codex]\nexecutable = "/nowhere/codex"\n'
    (configuration.data_folder / "settings.toml").write_text(agents)
    trust(configuration.data_folder, index_project(repository.path))
    return Desk(client, repository, configuration.data_folder)


def without_result(found: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """Leave out the one branch that was announced, with what git keeps of its worktree."""
    return {name: what for name, what in found.items() if not ANNOUNCED.fullmatch(name)}


def list_endpoints(app) -> set[str]:
    rules = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if "/comparisons" in rule.rule and "POST" in rule.methods}


def test_every_button(app, desk, repository):
    assert set(PRESSES) == list_endpoints(app), "press here what is new, too"
    before = take_fingerprint(repository.path)
    assert set(before) > {"made.log", "new.py", ".git/index", ".git/refs/stash", ".git/HEAD", ".git/config"}
    for endpoint, press in PRESSES.items():
        press(desk)
        now = take_fingerprint(repository.path)
        if RESULT in repository.git("branch", "--list", RESULT):
            now = without_result(now)
        assert now == before, endpoint
    assert repository.git("worktree", "list").count("\n") == 0
    assert {run.status for run in desk.runs} == {RunStatus.DONE, RunStatus.FAILED}


def test_every_link(app, desk, repository, index_project):
    """Look at everything, go where it leads to, and try out what hands on, as far as before the last button."""
    pick(desk)
    desk.press("synthesis/make")
    index_project(repository.path)  # as the watcher does
    before = take_fingerprint(repository.path)
    routes, forms, links = app.url_map.bind("127.0.0.1"), set(), set()
    for page in desk.list_pages():
        html = unescape(read(desk.client, page))
        forms |= {str(routes.match(action.partition("?")[0], method="POST")[0]) for action in FORM.findall(html)}
        links |= set(LINK.findall(html))
    assert forms <= {*PRESSES, *ELSEWHERE}
    assert not set(PRESSES) - forms - {"comparisons.save"}
    for link in sorted(links):
        assert desk.client.get(link).status_code == 200, link
    (mission,) = [link for link in links if link.startswith("/missions/new?project")]
    goal = desk.client.get(mission, headers={"Accept": "application/json"}).get_json()["form"]["goal"]
    place = unescape(re.findall(r'<option value="([^"]+)" selected>', read(desk.client, mission))[0])
    for wanted in ("suggestions", "preview"):
        fields = {"place": place, "name": "GoOn", "workflow": "tandem", "work_place": "checkout", "wanted": wanted}
        answer = desk.client.send_form("/missions/new/preview", goal=goal, **fields)
        assert answer.status_code == 200, answer.text
    for workflow in ("quick-actions", "consensus-review"):
        asked = {"parameter-subject": "s", "parameter-target": f"main..{RESULT}", "goal": goal}
        answer = desk.client.send_form(f"/workflows/{workflow}/try/preview", project="repository", **asked)
        assert answer.status_code == 200
    assert take_fingerprint(repository.path) == before
    assert list_run_folders(desk.data_folder) == []
