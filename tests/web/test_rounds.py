"""Pages of exchanges over the corpus: filters, trails, corrections and what becomes of them."""

import re
from html import unescape
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

from tandemweb.store.connections import open_index_reader
from tandemweb.store.corrections import list_corrections
from tandemweb.store.database import Database
from tandemweb.store.state import open_state_reader
from tandemweb.web import urls

MISSION = "/projects/ledgerlite/missions/tandemkit/001-CsvImport"
ROUND = f"{MISSION}/rounds/1"
DISCUSSION = "TandemKit/001-CsvImport/Evaluator/Round-01-Discussion"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    return clone_corpus("ledgerlite", tmp_path_factory.mktemp("corpus") / "ledgerlite")


@pytest.fixture
def checkout(corpus: Path, index_project) -> Path:
    index_project(corpus)
    return corpus


@pytest.fixture
def own_checkout(tmp_path: Path, index_project) -> Path:
    """Give a clone that a test may edit."""
    path = clone_corpus("ledgerlite", tmp_path / "ledgerlite")
    index_project(path)
    return path


def list_findings(client, address: str = ROUND) -> list[dict]:
    return client.get(address.replace("?", ".json?") if "?" in address else f"{address}.json").get_json()["findings"][
        "shown"
    ]


def find_finding(client, key: str) -> dict | None:
    return next((view for view in list_findings(client) if view["finding"]["key"] == key), None)


def correct(client, key: str, address: str = MISSION, **fields: str):
    form = {"stage": "evaluation", "round": "1", "finding": key, "back": f"{ROUND}#finding-{key}", **fields}
    return client.send_form(f"{address}/corrections", **form)


def other_severity(view: dict) -> str:
    return "LOW" if view["finding"]["final_severity"] != "LOW" else "HIGH"


def test_the_matrix_counts_every_finding_and_filters(checkout, client):
    page = client.get(f"{ROUND}.json").get_json()["findings"]
    cells = [(row["severity"], cell["agreement"], cell["count"]) for row in page["matrix"] for cell in row["cells"]]
    assert sum(count for *_, count in cells) == page["total_count"] == len(page["shown"])
    for severity, agreement, count in cells:
        assert len(list_findings(client, f"{ROUND}?severity={severity}&agreement={agreement}")) == count
    html = client.get(ROUND).get_data(as_text=True)
    assert all(f"severity={s}&amp;agreement={a}#findings" in html for s, a, count in cells if count)


@pytest.mark.security
def test_tens_of_thousands_of_findings_make_no_heavy_page(checkout, client, monkeypatch):
    """The most urgent are shown, and how many are not is said."""
    everything = list_findings(client)
    monkeypatch.setattr("tandemweb.web.finding_list.MOST_SHOWN", 2)
    assert list_findings(client) == everything[:2]
    html = client.get(ROUND).get_data(as_text=True)
    assert f"{len(everything) - 2} less urgent ones are not shown here" in html
    assert len(re.findall(r'<article[^>]* id="finding-', html) or re.findall(r'id="finding-[0-9a-f]+"', html)) == 2


def test_filters_by_who_raised_it(checkout, client):
    counts = client.get(f"{ROUND}.json").get_json()["findings"]["raised_counts"]
    assert sum(counts.values()) > 0
    for who, count in counts.items():
        assert len(list_findings(client, f"{ROUND}?raised_by={who}")) == count


def test_every_quote_leads_to_its_line(checkout, client):
    html = client.get(ROUND).get_data(as_text=True)
    for view in list_findings(client):
        for step in view["finding"]["trail"]:
            address = f"/projects/ledgerlite/documents/{step['path']}?view=source#L{step['line']}"
            assert f'href="{address}"' in html


def test_a_permalink_opens_the_trail_whatever_is_filtered(checkout, client):
    key = list_findings(client)[0]["finding"]["key"]
    html = client.get(f"{ROUND}?severity=low").get_data(as_text=True)
    assert f'id="trail-{key}" open' not in html
    html = client.get(ROUND).get_data(as_text=True)
    assert f'href="{ROUND}?trail={key}#finding-{key}"' in html
    assert f'id="trail-{key}" open' in client.get(f"{ROUND}?trail={key}").get_data(as_text=True)


def test_who_changed_position_stands_outside_the_trail(checkout, client):
    [view, *_] = list_findings(client, f"{ROUND}?standing=changed")
    assert view["turns"]
    assert all(step["changed_position"] for step in view["turns"])
    html = client.get(f"{ROUND}?standing=changed").get_data(as_text=True)
    assert "changed position: <q>" in html.partition('<details class="trail"')[0]


def test_the_way_through_the_rounds_leads_to_commits(checkout, client):
    courses = [view["course"] for view in list_findings(client) if view["course"]]
    fixed = [s for course in courses for s in course["sightings"] if s["status"] == "fixed" and s["commits"]]
    assert fixed
    assert f"/projects/ledgerlite/commits/{fixed[0]['commits'][-1]['oid']}" in client.get(ROUND).get_data(as_text=True)


@pytest.mark.parametrize("page", ["planning", "rounds/1", "rounds/2"])
def test_every_exchange_can_be_corrected(checkout, client, page: str):
    html = client.get(f"{MISSION}/{page}").get_data(as_text=True)
    assert (
        html.count(f'<form method="post" action="{MISSION}/corrections"')
        == html.count('<article class="tandem finding"')
        > 0
    )
    assert "style=" not in html


def test_a_missing_exchange_is_not_found(checkout, client):
    assert client.get(f"{MISSION}/rounds/9").status_code == 404


def test_a_correction_is_saved_shown_and_taken_back(checkout, client, configuration):
    view = list_findings(client)[0]
    key, severity = view["finding"]["key"], other_severity(view)
    before = configuration.broker.revision
    answer = correct(client, key, severity=severity, note="reread <b>it</b>")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ROUND}#finding-{key}")
    change = configuration.broker.find_change(before, 0)
    assert change is not None
    assert change.topics == {"mission:ledgerlite/tandemkit/001-CsvImport"}

    corrected = find_finding(client, key)
    assert corrected["finding"]["final_severity"] == severity
    [told] = corrected["corrections"]
    assert (told["was"], told["now"]) == (view["finding"]["final_severity"], severity)
    assert (told["note"], told["anchoring"]) == ("reread <b>it</b>", "exact")
    html = client.get(ROUND).get_data(as_text=True)
    assert "Corrected by hand" in html
    assert "reread &lt;b&gt;it&lt;/b&gt;" in html

    answer = client.send_form(f"{MISSION}/corrections/{told['id']}/undo", back=ROUND)
    assert (answer.status_code, answer.headers["Location"]) == (303, ROUND)
    assert find_finding(client, key) == view
    assert client.send_form(f"{MISSION}/corrections/{told['id']}/undo").status_code == 404


def test_a_newer_correction_of_a_field_replaces_the_older(checkout, client, configuration):
    key = list_findings(client)[0]["finding"]["key"]
    for outcome in ("dismissed", "unresolved"):
        correct(client, key, outcome=outcome)
    assert [told["now"] for told in find_finding(client, key)["corrections"]] == ["unresolved"]
    with open_state_reader(configuration.data_folder) as state:
        kept = list_corrections(state, "ledgerlite", with_undone=True)
    assert [correction.undone_at is None for correction in kept] == [False, True]


def test_choosing_what_the_documents_say_takes_a_correction_back(checkout, client):
    view = list_findings(client)[0]
    key = view["finding"]["key"]
    correct(client, key, outcome="unresolved")
    assert correct(client, key, outcome=view["finding"]["outcome"]).status_code == 303
    assert find_finding(client, key) == view


def test_no_finding_leaves_the_list_but_not_the_page(checkout, client):
    page = client.get(f"{ROUND}.json").get_json()["findings"]
    key = page["shown"][0]["finding"]["key"]
    correct(client, key, no_finding="1")
    after = client.get(f"{ROUND}.json").get_json()["findings"]
    assert after["total_count"] == page["total_count"] - 1
    assert find_finding(client, key) is None
    [removed] = after["removed"]
    assert removed["finding"]["key"] == key
    assert "Not findings, as corrected by hand" in client.get(ROUND).get_data(as_text=True)
    client.send_form(f"{MISSION}/corrections/{removed['correction']['id']}/undo")
    assert find_finding(client, key) is not None


def test_two_findings_become_one(checkout, client):
    first, second, *_ = list_findings(client)
    key, other = first["finding"]["key"], second["finding"]["key"]
    correct(client, other, same_as=key)
    whole = find_finding(client, key)
    assert find_finding(client, other) is None
    assert whole["merged_keys"] == [other]
    assert len(whole["finding"]["mentions"]) == len(first["finding"]["mentions"]) + len(second["finding"]["mentions"])
    assert f'<span id="finding-{other}">' in client.get(ROUND).get_data(as_text=True)  # old links still lead here


def test_counts_follow_in_the_list_of_missions_and_on_its_page(checkout, client):
    def row() -> dict:
        rows = client.get("/index.json").get_json()["missions"]["rows"]
        return next(row for row in rows if row["name"] == "001-CsvImport")

    before = row()
    page = client.get(f"{MISSION}.json").get_json()
    assert page["findings"]["correction_count"] == 0
    only_codex = list_findings(client, f"{ROUND}?raised_by=codex")[0]["finding"]["key"]
    correct(client, only_codex, no_finding="1")
    assert row()["only_codex_count"] == before["only_codex_count"] - 1
    assert client.get(f"{MISSION}.json").get_json()["findings"]["correction_count"] == 1


def test_corrections_survive_a_new_index(checkout, client, configuration, index_project):
    key = list_findings(client)[0]["finding"]["key"]
    correct(client, key, outcome="unresolved")
    for name in ("index.db", "index.db-wal", "index.db-shm"):
        (configuration.data_folder / name).unlink(missing_ok=True)
    index_project(checkout)
    assert find_finding(client, key)["finding"]["outcome"] == "unresolved"


def test_a_correction_follows_its_words_and_is_kept_when_they_go(own_checkout: Path, client, index_project):
    view = next(v for v in list_findings(client) if v["finding"]["mentions"][0]["path"].endswith("Codex-01.md"))
    mention = view["finding"]["mentions"][0]
    severity = other_severity(view)
    correct(client, view["finding"]["key"], severity=severity)
    document = own_checkout / mention["path"]
    text = document.read_text()

    document.write_text(f"Some words before it all.\n\nAnd more of them.\n\n{text}")
    index_project(own_checkout)
    [moved] = [v for v in list_findings(client) if v["corrections"]]
    assert moved["finding"]["final_severity"] == severity

    for path in (own_checkout / DISCUSSION).iterdir():
        path.write_text("# Nothing\n")
    (own_checkout / "TandemKit/001-CsvImport/Evaluator/Round-01.md").write_text("# Nothing\n")
    index_project(own_checkout)
    orphans = client.get(f"{MISSION}.json").get_json()["findings"]["orphans"]
    assert [orphan["value"] for orphan in orphans] == [severity]
    html = client.get(MISSION).get_data(as_text=True)
    assert "Corrections whose finding is gone" in html
    assert f"{MISSION}/corrections/{orphans[0]['id']}/undo" in html


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"severity": "WORST"}, 400),
        ({"agreement": "' OR 1"}, 400),
        ({"stage": "lunch"}, 400),
        ({"round": "-1"}, 400),
        ({"round": "9" * 40}, 400),
        ({}, 400),
        ({"severity": "LOW", "finding": "none"}, 404),
        ({"severity": "LOW", "round": "7"}, 404),
        ({"same_as": "none"}, 404),
    ],
)
def test_what_cannot_be_corrected_is_refused(checkout, client, configuration, fields: dict, status: int):
    key = list_findings(client)[0]["finding"]["key"]
    form = {"finding": key, **fields}
    assert correct(client, form.pop("finding"), **form).status_code == status
    with open_state_reader(configuration.data_folder) as state:
        assert list_corrections(state, "ledgerlite", with_undone=True) == ()


def test_a_finding_is_not_the_same_as_itself(checkout, client):
    key = list_findings(client)[0]["finding"]["key"]
    assert correct(client, key, same_as=key).status_code == 400


def test_only_this_missions_corrections_are_undone_here(checkout, client):
    correct(client, list_findings(client)[0]["finding"]["key"], outcome="unresolved")
    number = list_findings(client)[0]["corrections"] or find_corrected(client)
    [told, *_] = number
    other = "/projects/ledgerlite/missions/tandemkit/002-MultiCurrency"
    assert client.send_form(f"{other}/corrections/{told['id']}/undo").status_code == 404
    assert find_corrected(client)


def find_corrected(client) -> list[dict]:
    return [told for view in list_findings(client) for told in view["corrections"]]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nothing_leads_to_another_site(checkout, client, back: str):
    answer = correct(client, list_findings(client)[0]["finding"]["key"], outcome="unresolved", back=back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_forged_form_changes_nothing(checkout, client, stranger, configuration):
    key = list_findings(client)[0]["finding"]["key"]
    form = {"stage": "evaluation", "round": "1", "finding": key, "severity": "LOW"}
    address = f"{MISSION}/corrections"
    origin = {"Origin": "http://127.0.0.1:8710"}
    assert client.post(address, data=form, headers=origin).status_code == 403
    assert (
        client.post(address, data={**form, "csrf": client.token}, headers={"Origin": "http://evil.example"}).status_code
        == 403
    )
    assert stranger.post(address, data=form, headers=origin).status_code == 401
    with open_state_reader(configuration.data_folder) as state:
        assert list_corrections(state, "ledgerlite") == ()


def test_the_mission_page_charts_what_its_table_says(checkout, client):
    findings = client.get(f"{MISSION}.json").get_json()["findings"]
    assert [bar["total"] for bar in findings["chart"]["bars"]] == [
        row["step"]["high_count"]
        + row["step"]["medium_count"]
        + row["step"]["low_count"]
        + row["step"]["unrated_count"]
        for row in findings["rows"]
    ]
    html = client.get(MISSION).get_data(as_text=True)
    chart = html.partition('<svg class="chart"')[2].partition("</svg>")[0]
    assert len(re.findall(r'<text class="total"', chart)) == len(findings["rows"])
    assert {course["sightings"][0]["status"] for course in findings["followed"]} == {"new"}


def test_the_index_never_holds_corrections(checkout, client, configuration):
    def read_all() -> list[tuple[object, ...]]:
        with open_index_reader(configuration.data_folder) as index:
            return [tuple(row) for row in index.rows("SELECT * FROM mission_details ORDER BY mission_id")]

    before = read_all()
    correct(client, list_findings(client)[0]["finding"]["key"], no_finding="1")
    assert read_all() == before


def test_corrections_of_a_mission_that_is_gone_stand_on_the_project_page(own_checkout: Path, client, index_project):
    correct(client, list_findings(client)[0]["finding"]["key"], outcome="unresolved")
    (own_checkout / "TandemKit/001-CsvImport").rename(own_checkout / "TandemKit/009-CsvImport")
    index_project(own_checkout)
    [lost] = client.get("/projects/ledgerlite.json").get_json()["lost_corrections"]
    assert lost["anchor"]["mission_path"] == "TandemKit/001-CsvImport"
    assert "Corrections of missions that are gone" in client.get("/projects/ledgerlite").get_data(as_text=True)
    (own_checkout / "TandemKit/009-CsvImport").rename(own_checkout / "TandemKit/001-CsvImport")
    index_project(own_checkout)
    assert client.get("/projects/ledgerlite.json").get_json()["lost_corrections"] == []
    assert [told["now"] for view in list_findings(client) for told in view["corrections"]] == ["unresolved"]


def test_a_page_costs_the_same_number_of_queries_whatever_it_shows(checkout, client, configuration, monkeypatch):
    asked: list[str] = []
    ask = Database.rows

    def note(self, sql, parameters=()):
        asked.append(sql)
        return ask(self, sql, parameters)

    monkeypatch.setattr(Database, "rows", note)

    def count(address: str) -> int:
        asked.clear()
        assert client.get(address).status_code == 200
        return len(asked)

    plain = count(ROUND)
    assert count("/projects/ledgerlite/missions/tandemkit/002-MultiCurrency/rounds/1") == plain
    for view in list_findings(client)[:3]:
        correct(client, view["finding"]["key"], outcome="unresolved")
    assert count(ROUND) == plain


@pytest.mark.parametrize("name", ["004-Fix #12 now", "004-Why?", "004-50%25 off", '004-"a" & b'])
def test_filters_and_permalinks_lead_back_to_a_mission_of_any_name(git_repository, index_project, client, name: str):
    folder = f"TandemKit/{name}"
    document = {f"{folder}/Planner-Discussion/Claude-01.md": "1. **HIGH** Wrong in `a.py:3`.\n"}
    git_repository.commit("Plan", {f"{folder}/State.json": '{"phase": "planning"}', **document})
    index_project(git_repository.path)
    address = urls.planning("repository", "tandemkit", name)
    html = unescape(client.get(address).get_data(as_text=True))
    assert f'href="{address}?severity=high#findings"' in html
    assert re.search(rf'href="{re.escape(address)}\?trail=\w+#finding-', html)
    assert re.search(rf'name="back" value="{re.escape(address)}#finding-', html)
