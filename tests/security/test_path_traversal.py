"""Names that lead out of a project, in every place of every route that takes a name."""

import re
from itertools import product
from pathlib import Path

import pytest
from corpus.clones import clone_corpus

pytestmark = pytest.mark.security

SECRET = b"the-secret-beside-the-project"
ORIGIN = "http://127.0.0.1:8710"
PARAMETER = re.compile(r"<(?:(?P<converter>[a-z]+):)?(?P<name>[a-z_]+)>")
WAYS_OUT = (
    "../secret.md",
    "..%2Fsecret.md",
    "%2e%2e/secret.md",
    "%2e%2e%2fsecret.md",
    "TandemKit/../../secret.md",
    "TandemKit/001-CsvImport/../../../secret.md",
    "....//secret.md",
    "..%5Csecret.md",
    "..%00/secret.md",
    "./secret-link.md",
    "secret-link.md",
    "outside/secret.md",
    "../shop-evil/secret.md",
    "%2Fetc%2Fpasswd",
    "//etc/passwd",
    "TandemKit/secret-link.md",
    ".git/config",
    "TandemKit/%2egit/config",
    "file:%2F%2F%2Fetc%2Fpasswd",
)


@pytest.fixture
def project(index_project, tmp_path: Path) -> Path:
    project = clone_corpus("ledgerlite", tmp_path / "shop")
    for place in (tmp_path, tmp_path / "shop-evil"):
        place.mkdir(exist_ok=True)
        (place / "secret.md").write_bytes(SECRET)
    for name in ("secret-link.md", "TandemKit/secret-link.md"):
        (project / name).symlink_to(tmp_path / "secret.md")
    (project / "outside").symlink_to(tmp_path)
    index_project(project)
    return project


def list_addresses(rule: str, way_out: str):
    """Put the way out into each parameter in turn, and sound values into the others."""
    sound = {"slug": "shop", "root": "tandemkit", "name": "001-CsvImport", "number": "1", "oid": "0" * 40}
    parameters = [match["name"] for match in PARAMETER.finditer(rule) if match["converter"] != "int"]
    for attacked in parameters:
        values = {**sound, attacked: way_out}
        yield PARAMETER.sub(lambda match, values=values: values.get(match["name"], "1"), rule)


def test_no_route_leads_out(app, client, project: Path):
    assert (project / "secret-link.md").samefile(project.parent / "secret.md")
    asked = 0
    for rule, way_out in product(list(app.url_map.iter_rules()), WAYS_OUT):
        for address in list_addresses(rule.rule, way_out):
            for query in ("", "?view=source", "?at=../../secret.md"):
                answer = client.get(address + query)
                assert SECRET not in answer.data, address
                assert b"root:" not in answer.data, address
                assert b"repositoryformatversion" not in answer.data, address
                assert answer.status_code < 500, (address, answer.data[:500])
                asked += 1
    assert asked > 1000


def test_no_form_leads_out(app, client, project: Path):
    """Send every form to an address that leads out, and with every field that might name a file leading out."""
    before = {path: path.read_bytes() for path in project.parent.glob("**/secret.md")}
    for rule in list(app.url_map.iter_rules()):
        if "POST" not in rule.methods or rule.endpoint.startswith("login"):
            continue
        for way_out in WAYS_OUT:
            fields = dict.fromkeys(("path", "spec", "root", "file", "document", "name", "branch", "finding"), way_out)
            for address in list(list_addresses(rule.rule, way_out)) or [rule.rule]:
                form = {"csrf": client.token, **fields}
                answer = client.post(address, data=form, headers={"Origin": ORIGIN})
                assert answer.status_code != 403, address
                assert SECRET not in answer.data, address
                assert answer.status_code < 500, (address, answer.data[:500])
    assert {path: path.read_bytes() for path in project.parent.glob("**/secret.md")} == before
