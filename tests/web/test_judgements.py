"""What a judge said, on the pages of a comparison: names in place of labels, and text whatever is in it."""

import json
from html import unescape

import pytest
from forking import fork
from trusting import trust

from tandemweb.agents.run_files import write_json_file
from tandemweb.agents.run_folder import RunFolder, list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.finding import Severity
from tandemweb.domain.judgement import Judged, JudgedFinding, Judgement
from tests.services.running import wait_for
from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare
ORIGIN = "http://127.0.0.1:8710"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def address(client, git_repository, index_project, configuration):
    (configuration.data_folder).mkdir(exist_ok=True)
    # No model is asked here: there is none to be found.
    (configuration.data_folder / "settings.toml").write_text('[agents.claude]\nexecutable = "/nowhere/claude"\n')
    fork(git_repository, {"a.py": "x = 1\n"}, {"a.py": "x = 2\n"}, {"a.py": "x = 3\n"})
    trust(configuration.data_folder, index_project(git_repository.path))
    return open_comparison(client)


def ask(client, address: str, **fields: str):
    key = client.get(f"{address}/judge.json").get_json()["request_key"]
    return client.send_form(f"{address}/judge/start", **{"judge": "claude", "request_key": key, **fields})


def wait_for_end(configuration) -> RunFolder:
    (folder,) = list_run_folders(configuration.data_folder)
    assert wait_for(lambda: read_run(folder).status.is_end)
    return folder


def test_what_a_judge_said(client, address, configuration):
    assert ask(client, address).status_code == 303
    folder = wait_for_end(configuration)
    assert "no judgement" in text_of(read(client, f"{address}/judge")) or "/nowhere/claude" in read(
        client, f"{address}/judge"
    )
    sides = client.get(f"{address}.json").get_json()["head"]["sides"]
    judged = tuple(
        Judged(label, side["letter"].lower(), side["name"], side["oid"], side["number"])
        for label, side in zip("BA", sides, strict=True)
    )
    findings = (
        JudgedFinding("A", f"{HOSTILE} is wrong", HOSTILE, "high", "a.py", 1, 1, 0.8, HOSTILE, Severity.HIGH),
        JudgedFinding("", "Elsewhere", path=f"{HOSTILE}.py", severity=HOSTILE),
    )
    judgement = Judgement("A", "needs-attention", HOSTILE, findings, (HOSTILE,), judged)
    write_json_file(folder.path / "judgement.json", judgement)
    html = read(client, f"{address}/judge")
    text = text_of(unescape(html))
    assert "<script>alert" not in html
    assert "Would merge B impl/codex" in text
    assert "The judge knew them as B (impl/claude), A (impl/codex), and not by name." in text
    assert f'href="{address}/files/a.py"' in html
    assert f'href="{address}/judge/{folder.id}/review.json"' in html
    file = read(client, f"{address}/files/a.py")
    assert "What the judge said of this file 1" in text_of(file)
    assert "<script>alert" not in file
    assert f'hx-get="{address}/judge"' in read(client, address)
    assert client.get(f"{address}/judge.json").get_json()["judgements"][0]["winner"]["side"]["name"] == "impl/codex"


def test_what_a_judge_said_can_be_had_as_a_file(client, address, configuration):
    ask(client, address)
    folder = wait_for_end(configuration)
    assert client.get(f"{address}/judge/{folder.id}/review.json").status_code == 404, "it came to nothing so far"
    judged = (Judged("A", "a", "impl/claude", "1" * 40, 0),)
    finding = JudgedFinding("A", HOSTILE, severity="high", path="a.py", line=1)
    write_json_file(folder.path / "judgement.json", Judgement("A", "approve", "Fine.", (finding,), (), judged))
    answer = client.get(f"{address}/judge/{folder.id}/review.json")
    written = json.loads(answer.get_data())
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "text/plain"
    assert (written["reviewer"], written["winner"]) == ("Claude", "impl/claude")
    assert [one["title"] for one in written["findings"]] == [f"impl/claude: {HOSTILE}"]
    assert client.get(f"{address}/judge/{HOSTILE}/review.json").status_code == 404
    assert client.get(f"{address[:-1]}2/judge/{folder.id}/review.json").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"judge": HOSTILE}, "is no judge"),
        ({"synthesis": "none"}, "not there any more"),
        ({"request_key": ""}, "load the page again"),
    ],
)
def test_what_is_refused(client, address, configuration, fields, words):
    answer = ask(client, address, **fields)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert words in text_of(unescape(html))
    assert "<script>alert" not in html
    assert list_run_folders(configuration.data_folder) == []


def test_a_project_that_nobody_looked_at_is_looked_at_first(client, address, git_repository):
    git_repository.git("config", "core.fsmonitor", "true")
    answer = ask(client, address)
    assert answer.status_code == 409
    assert 'href="/projects/repository/trust?back=' in answer.get_data(as_text=True)


@pytest.mark.security
def test_only_our_own_form_asks_a_judge(client, address, configuration):
    for token, origin in ((client.token, "http://evil.test"), ("x", ORIGIN)):
        fields = {"csrf": token, "judge": "claude", "request_key": "k"}
        assert client.post(f"{address}/judge/start", data=fields, headers={"Origin": origin}).status_code == 403
    read(client, f"{address}/judge?judge=claude&request_key=k")
    assert list_run_folders(configuration.data_folder) == []
