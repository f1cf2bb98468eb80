"""The tests of sides on the page: started by our own form only, shown as text whatever they said."""

import sys
from html import unescape

import pytest
from forking import fork
from trusting import trust

from tandemweb.agents.run_folder import list_run_folders
from tandemweb.agents.run_reading import read_run
from tests.services.running import wait_for
from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare
ORIGIN = "http://127.0.0.1:8710"
HOSTILE = "<script>alert(1)</script>"
REPORT = """<testsuite><testcase name='{name}'/><testcase name='shared'>{result}</testcase></testsuite>"""


@pytest.fixture
def address(client, git_repository, index_project, configuration):
    escaped = HOSTILE.replace("<", "&lt;")
    sides = [
        {"made.xml": REPORT.format(name=escaped, result="")},
        {"made.xml": REPORT.format(name="b", result=f"<failure message='{escaped}'>{escaped}</failure>")},
    ]
    fork(git_repository, {"a.py": "1\n"}, *sides)
    trust(configuration.data_folder, index_project(git_repository.path))
    return open_comparison(client)


def start(client, address: str, **fields):
    page = client.get(f"{address}/tests.json").get_json()
    known = {
        "command": f"{sys.executable} -c \"import shutil; shutil.copyfile('made.xml', 'junit.xml')\"",
        "report": "",
        "minutes": "2",
        "subject": ["a", "b"],
        "request_key": page["request_key"],
    }
    return client.post(
        f"{address}/tests/start", data={"csrf": client.token, **known, **fields}, headers={"Origin": ORIGIN}
    )


def wait_for_ends(client, address: str, configuration) -> dict:
    """Wait until every run has ended, and give the page then."""

    def is_over() -> bool:
        return all(read_run(folder).status.is_end for folder in list_run_folders(configuration.data_folder))

    assert wait_for(is_over)
    return client.get(f"{address}/tests.json").get_json()


def test_results_by_test(client, address, configuration):
    assert "not run yet" in read(client, f"{address}/tests")
    answer = start(client, address)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/tests")
    page = wait_for_ends(client, address, configuration)
    assert [(row["name"], row["kind"]) for row in page["rows"]] == [
        ("shared", "differ"), (HOSTILE, "only"), ("b", "only")
    ]  # fmt: skip
    html = read(client, f"{address}/tests")
    assert "<script>alert" not in html
    assert unescape(html).count(HOSTILE) >= 3
    text = text_of(html)
    assert "Passes in one, fails in another 1" in text
    assert "not there" in text
    assert text_of(read(client, f"{address}/tests?kind=only")).count("✓ passed") == 2
    part = read(client, f"{address}/tests", **{"HX-Request": "true"})
    assert "<html" not in part
    assert "shared" in part
    assert f'hx-get="{address}/tests"' in read(client, address)


def test_one_press_is_one_run(client, address, configuration):
    key = client.get(f"{address}/tests.json").get_json()["request_key"]
    for _ in range(2):
        assert start(client, address, request_key=key, subject=["a"]).status_code == 303
    wait_for_ends(client, address, configuration)
    assert len(list_run_folders(configuration.data_folder)) == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"command": "'"}, "cannot be taken apart"),
        ({"command": ""}, "Say by which command"),
        ({"command": "x" * 3000}, "at most 2000 characters"),
        ({"report": "../../etc/passwd"}, "below the work tree"),
        ({"minutes": "0"}, "from 1 to 1440"),
        ({"minutes": HOSTILE}, "whole minutes"),
        ({"subject": ["q"]}, "Choose at least one"),
        ({"request_key": ""}, "load the page again"),
    ],
)
def test_what_is_refused(client, address, fields, words):
    answer = start(client, address, **fields)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert words in unescape(text_of(html))
    assert "<script>alert" not in html
    assert all(own["run"] is None for own in client.get(f"{address}/tests.json").get_json()["subjects"])


def test_a_project_that_nobody_looked_at_is_looked_at_first(client, address, git_repository):
    git_repository.git("config", "core.fsmonitor", "true")
    answer = start(client, address)
    assert answer.status_code == 409
    assert 'href="/projects/repository/trust?back=' in answer.get_data(as_text=True)


@pytest.mark.security
def test_only_our_own_form_starts_tests(client, address):
    for token, origin in ((client.token, "http://evil.test"), ("x", ORIGIN)):
        answer = client.post(
            f"{address}/tests",
            data={"csrf": token, "command": "true", "subject": "a", "request_key": "k"},
            headers={"Origin": origin},
        )
        assert answer.status_code == 403
    read(client, f"{address}/tests?command=true&subject=a")
    assert all(own["run"] is None for own in client.get(f"{address}/tests.json").get_json()["subjects"])
