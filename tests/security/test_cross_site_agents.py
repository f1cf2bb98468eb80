"""Other sites against what starts and steers agents: no button can be pressed from there, no run can be read."""

import json
import re
from pathlib import Path

import pytest
from run_folders import make_run
from web.test_stages import project, runs, trusted

from tandemweb.agents.run_folder import list_run_folders
from tandemweb.web.guards import Guard

pytestmark = pytest.mark.security
__all__ = ["project", "runs", "trusted"]

OWN = "http://127.0.0.1:8710"
EVIL = ["http://evil.test", "http://127.0.0.1:8711", "http://localhost", "https://127.0.0.1:8710", "null", None]
MISSION = "/projects/repository/missions/tandemkit/001-DateRanges"
BODIES = {
    "application/x-www-form-urlencoded": b"csrf=TOKEN&workflow=tandem&request_key=k&confirm=1",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nTOKEN\r\n--x--\r\n',
    "text/plain": b"csrf=TOKEN\r\nworkflow=tandem\r\n",
    "text/plain; charset=application/x-www-form-urlencoded": b"csrf=TOKEN&workflow=tandem",
    "application/json": b'{"csrf": "TOKEN", "workflow": "tandem"}',
    "application/xml": b"<csrf>TOKEN</csrf>",
    "": b"csrf=TOKEN",
}


@pytest.fixture
def own_run(configuration, project):
    run = make_run(configuration.data_folder, project)
    run.begin_step("look", "claude", prompt="the-secret-prompt")
    run.print(1, {"type": "assistant", "message": {"content": [{"type": "text", "text": "the-secret-words"}]}})
    run.ask(1, {"questions": [{"question": "Which?", "options": [{"label": "A"}]}]})
    yield run
    run.end()


def list_posts(app, run) -> list[str]:
    """Give an address that exists for every rule that changes anything."""
    values = {
        "slug": "repository",
        "root": "tandemkit",
        "name": "001-DateRanges",
        "stage": "plan",
        "action": "abandon",
        "number": run.id,
        "question": "ask-1",
        "change": "1",
    }
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    return [
        re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: "1" if part[1] == "int" else values[part[2]], rule.rule)
        for rule in rules
    ]


def take_stock(configuration, project) -> dict[str, bytes]:
    """Give every file of the project and the data folder; databases as what is said in them."""
    places = [Path(project.path), configuration.data_folder]
    files = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
    return {str(path): path.read_bytes() for path in files if not re.search(r"\.db|\.lock|/locks/", str(path))}


@pytest.mark.parametrize("content_type", BODIES)
def test_cross_site_posts_press_no_button(app, client, configuration, trusted, own_run, content_type):
    """Not even with a token that was stolen, in whatever form the other page can send it."""
    before = take_stock(configuration, trusted)
    body = BODIES[content_type].replace(b"TOKEN", client.token.encode())
    addresses = list_posts(app, own_run)
    assert len(addresses) > 20
    for address in addresses:
        for origin in EVIL:
            headers = {"Origin": origin} if origin else {}
            answer = client.post(address, data=body, content_type=content_type or None, headers=headers)
            # The page that opens the browser has no origin; the login asks for its code.
            assert answer.status_code == 403 or (address == "/login" and origin == "null"), (address, origin)
    assert take_stock(configuration, trusted) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "nonsense"])
def test_our_own_origin_from_elsewhere_presses_no_button(app, client, configuration, trusted, own_run, site):
    """'Origin equals Host' is not enough where the browser says that the page is another's."""
    before = take_stock(configuration, trusted)
    headers = {"Origin": OWN, "Sec-Fetch-Site": site}
    for address in list_posts(app, own_run):
        answer = client.post(address, data={"csrf": client.token}, headers=headers)
        assert answer.status_code == 403, address
    assert take_stock(configuration, trusted) == before


def test_a_rebound_name_presses_no_button(app, client, configuration, trusted, own_run):
    """The browser sends equal Host and Origin, and no metadata, for a name that was rebound."""
    assert isinstance(app.wsgi_app, Guard)
    before = take_stock(configuration, trusted)
    for address in list_posts(app, own_run):
        answer = client.post(
            address,
            data={"csrf": client.token},
            headers={"Origin": "http://rebind.test:8710"},
            base_url="http://rebind.test:8710",
        )
        assert answer.status_code == 421, address
    assert take_stock(configuration, trusted) == before


def test_without_the_form_s_token_no_content_type_presses_a_button(app, client, configuration, trusted, own_run):
    before = take_stock(configuration, trusted)
    for address in list_posts(app, own_run):
        for content_type, body in BODIES.items():
            guessed = body.replace(b"TOKEN", b"guessed")
            answer = client.post(address, data=guessed, content_type=content_type or None, headers={"Origin": OWN})
            # The login has no session yet: there the one-time code is what nobody guesses.
            assert answer.status_code == 403 or address.startswith("/login"), (address, content_type)
    assert take_stock(configuration, trusted) == before


def test_the_same_buttons_are_alive(client, configuration, project, own_run):
    """So that the refusals above mean something: from our own page the same address does it."""
    answer = client.send_form(f"{own_run.address}/stop")
    assert answer.status_code == 303
    assert own_run.folder.is_stop_wanted()
    assert len(list_run_folders(configuration.data_folder)) == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "destination"),
    [("cors", "empty"), ("no-cors", "script"), ("no-cors", "image"), ("navigate", "iframe"), ("websocket", "empty")],
)
def test_runs_and_streams_are_not_read_across_sites(client, own_run, site, mode, destination):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination, "Origin": EVIL[0]}
    step = f"{own_run.address}/steps/1/stdout"
    pages = ("/runs", "/runs.json", own_run.address, f"{own_run.address}.json", "/runs/waiting.json", "/events", step)
    for path in pages:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 403, path
        assert b"the-secret" not in answer.data
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
    assert b"the-secret-words" in client.get(own_run.address).data, "which is there to be read"


def test_the_token_of_forms_stands_in_no_address(client, configuration, trusted, own_run):
    """What stands in an address goes into history, logs and referrers."""
    pages = [own_run.address, f"{MISSION}/stages/plan", "/projects/repository/trust", "/missions/new", MISSION, "/runs"]
    for path in pages:
        html = client.get(path).get_data(as_text=True)
        addresses = re.findall(r'(?:href|src|action|hx-get|hx-post|formaction|data-[a-z-]+)="([^"]*)"', html)
        assert client.token in html, path
        assert not [address for address in addresses if client.token in address], path
        twin = client.get(f"{path}.json")
        assert client.token not in twin.get_data(as_text=True), path
    answer = client.send_form(f"{own_run.address}/pause")
    assert client.token not in str(answer.headers)


def test_megabytes_on_one_line_make_no_heavy_page(client, own_run):
    own_run.print(1, b"x" * 5_000_000, json.dumps({"type": "assistant", "message": {"content": "y" * 5_000_000}}))
    own_run.print(
        1, {"type": "user", "message": {"content": [{"type": "tool_result", "content": "\x1b[31m" * 900_000}]}}
    )
    answer = client.get(own_run.address)
    assert answer.status_code == 200
    assert len(answer.data) < 1_000_000
    assert b"\x1b" not in answer.data


def test_a_forged_answer_to_a_question_names_no_file_elsewhere(client, own_run, configuration):
    before = set((configuration.data_folder / "runs").rglob("*"))
    for name in ("..%2F..%2Fevil", "%2Fetc%2Fpasswd", "ask-1%00", "-rf", "..", "ask-1/../../x"):
        answer = client.send_form(f"{own_run.address}/questions/{name}", answer="A")
        assert answer.status_code in {400, 404, 405, 409}, name
    assert set((configuration.data_folder / "runs").rglob("*")) == before
    assert own_run.folder.find_answer("ask-1") is None
