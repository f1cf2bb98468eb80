"""The JSON of the pages is what its description says: on the pages of the corpus, and under a fuzzer."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis
from corpus.clones import clone_corpus
from effort import choose
from forking import comparing
from hypothesis import HealthCheck, given, settings
from run_folders import make_run
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from trusting import trust

from tandemweb.archive.transitions import start_watching
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.history.synthesis_branches import make_worktree
from tandemweb.services.comparing import read_matrix
from tandemweb.services.folders import shadow_folder, step_trees_folder
from tandemweb.services.mission_changes import MissionOnDisk, apply_event
from tandemweb.services.own_workflows import copy_workflow
from tandemweb.services.picking import pick_everything
from tandemweb.services.synthesising import synthesise
from tandemweb.store.comparisons import save_comparison, save_picks
from tandemweb.store.state import open_state
from tandemweb.web.openapi import describe_pages
from web.crawling import crawl

PAGES_OF_A_KIND = 12
EXAMPLES = choose(25, 2000)
ORIGIN = "http://127.0.0.1:8710"


@pytest.fixture
def document(app, configuration, index_project, tmp_path):
    """Give the description of an application with two corpus projects, runs in one and a change in the other."""
    for name in ("linkshelf", "papertrail"):
        project = index_project(clone_corpus(name, tmp_path / name))
    run = make_run(configuration.data_folder, project)
    run.begin_step()
    run.replay(1, "claude-success")
    run.ask(1, {"questions": [{"question": "Why?", "options": [{"label": "Because"}]}]})
    copy_workflow(configuration.data_folder, "quick-actions", "mine")
    make_tree(configuration.data_folder, project)
    place = MissionOnDisk(configuration.data_folder, str(tmp_path / "linkshelf"), "TandemKit/004-dark-page")
    apply_event(place, start_watching, at=datetime.now(UTC))
    keep_comparison(configuration.data_folder, project, tmp_path)
    with app.app_context():
        return json.loads(json.dumps(describe_pages(app)))


def make_tree(data_folder, project):
    """Make the worktree of a step."""
    folder = step_trees_folder(data_folder) / project.slug / "impl-claude"
    folder.parent.mkdir(parents=True)
    with open_repository(find_repository(Path(project.path)), shadow_folder(data_folder)) as repository:
        head = read_status(repository.location, repository.shadow.parent).head_oid
        make_worktree(repository, "impl/claude-1", head, folder)


def keep_comparison(data_folder, project, tmp_path):
    """Keep a comparison with a synthesis: its pages are reached by links from there on."""
    trust(data_folder, project)
    path = Path(project.path)
    with comparing(path, tmp_path / "shadows") as (repository, found):
        with open_state(data_folder) as state, state.transaction() as transaction:
            number = save_comparison(transaction, replace(found, project=project.slug), created_at=datetime.now(UTC))
        own = replace(found, project=project.slug, id=number)
        picks = pick_everything(read_matrix(repository, own), "a")
        with open_state(data_folder) as state, state.transaction() as transaction:
            save_picks(transaction, number, picks)
        synthesise(data_folder, project, repository, own, picks)


def test_it_names_no_type_twice_and_every_page_once(document):
    described = {path for path in document["paths"] if not path.endswith(".json")}
    assert {"/", "/search", "/projects/{slug}/missions/{root}/{name}/rounds/{number}"} <= described
    assert all(schema for schema in document["components"]["schemas"].values())


def test_pages_are_as_described(app, client, document):
    """Follow the links from the first page on, a few of each kind, and hold every JSON against its schema."""
    seen = set()
    for endpoint, address in crawl(app, client, most=PAGES_OF_A_KIND):
        check_json(client, document, address, endpoint)
        seen.add(endpoint)
    assert {operation["get"]["operationId"] for operation in document["paths"].values()} - seen == set()


def check_json(client, document, address, endpoint):
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json", address
    operation = next(one["get"] for one in document["paths"].values() if one["get"]["operationId"] == endpoint)
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**schema, "components": document["components"]})
    assert [
        f"{address} {error.instance_path}: {error.message[:300]}" for error in validator.iter_errors(answer.json)
    ] == []


def with_known_slugs(document):
    """Let half of what is asked for stand below a project that there is."""
    for operation in document["paths"].values():
        for parameter in operation["get"]["parameters"]:
            if parameter["name"] == "slug":
                parameter["schema"] = {"anyOf": [{"enum": ["linkshelf", "papertrail"]}, parameter["schema"]]}
    return document


@pytest.mark.security
def test_a_fuzzer_finds_no_failing_page(app, client, document):
    """Ask every page for what its description lets through, which is nearly anything."""
    cookie = app.extensions["admission"].cookie
    session = client.get_cookie(cookie, domain="127.0.0.1")
    logged_in = {"HTTP_COOKIE": f"{cookie}={session.value}", "HTTP_ACCEPT": "application/json"}
    schema = schemathesis.openapi.from_dict(with_known_slugs(document))
    schema.app = lambda environ, start: app({**environ, **logged_in}, start)
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case):
            answer = case.call(base_url=ORIGIN)
            case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
            asked.append(answer.status_code)

        ask()
    assert {200, 404} <= set(asked)
