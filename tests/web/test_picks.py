"""Picks: kept with the comparison, seen on the page, taken back; and nothing is changed by looking."""

import re

import pytest
from conftest import init_repository
from forking import SIDES, fork

from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare

HTMX = {"HX-Request": "true", "Origin": "http://127.0.0.1:8710"}
CODE = "".join(f"def function_{number}(value):\n    return value + {number}\n\n\n" for number in range(6))


@pytest.fixture
def address(client, git_repository, index_project):
    one, other = (CODE.replace("value +", f"value {sign}") for sign in "-*")
    base = {"a.py": CODE, "b.bin": b"\0\1", "plain.txt": "1\n"}
    fork(git_repository, base, {"a.py": one, "b.bin": b"\0\2"}, {"a.py": other, "b.bin": b"\0\3"})
    index_project(git_repository.path)
    return open_comparison(client)


@pytest.fixture
def page(client, address):
    """Read the JSON of the file a.py, or of another."""

    def ask(path: str = "a.py") -> dict:
        return client.get(f"{address}/files/{path}.json").get_json()

    return ask


def list_heads(page: dict) -> list[dict]:
    return list(page["lines"]["heads"].values())


def pick(client, address: str, page: dict, **fields: str):
    return client.send_form(f"{address}/picks", file=page["row"]["row"]["key"], **fields)


def test_a_pick_is_kept_and_taken_back(client, address, page):
    first, second, *_ = list_heads(page())
    answer = pick(client, address, page(), place=first["id"], word="b", back=f"{address}/files/a.py#r-{first['id']}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/files/a.py#r-{first['id']}")
    pick(client, address, page(), place=second["id"], word="ab")
    assert [head["chosen"] for head in list_heads(page())] == ["b", "ab", "", "", "", ""]
    assert [button["word"] for button in list_heads(page())[1]["buttons"]] == ["a", "b", "ab", "ba", "base"]
    assert page()["progress"] == {"decided_count": 2, "place_count": 6}
    html = read(client, f"{address}/files/a.py")
    assert re.search(rf'id="pick-{first["id"]}-b"[^>]*aria-pressed="true"', html)
    assert "2 of 6 places decided" in text_of(html)
    assert "picks in 1 of 2 files" in text_of(read(client, address))
    pick(client, address, page(), place=first["id"], word="")
    assert [head["chosen"] for head in list_heads(page())] == ["", "ab", "", "", "", ""]


def test_a_whole_file_and_a_function(client, address, page):
    pick(client, address, page(), place="file", word="a")
    heads = list_heads(page())
    assert {(head["chosen"], head["is_inherited"]) for head in heads} == {("a", True)}
    pick(client, address, page(), function="function_3", word="b")
    assert [head["chosen"] for head in list_heads(page())] == ["a", "a", "a", "b", "a", "a"]
    pick(client, address, page(), function="function_3", word="")
    assert {head["chosen"] for head in list_heads(page())} == {"a"}
    pick(client, address, page("b.bin"), place="file", word="base")
    assert page("b.bin")["progress"] == {"decided_count": 1, "place_count": 1}


def test_a_place_written_by_hand(client, address, page):
    place = list_heads(page())[0]["id"]
    form = read(client, f"{address}/edit/a.py?place={place}")
    assert "return value - 0</textarea>" in form.replace("\n</textarea>", "</textarea>")
    pick(client, address, page(), place=place, word="text", text="    return 42  # <mine>\r\n")
    assert list_heads(page())[0]["chosen"] == "text"
    result = read(client, f"{address}/result/a.py")
    assert "&lt;mine&gt;" in result
    assert "edited" in text_of(result)
    assert "# &lt;mine&gt;" in read(client, f"{address}/edit/a.py?place={place}")


def test_the_result_says_where_its_lines_come_from(client, address, page):
    places = [head["id"] for head in list_heads(page())]
    pick(client, address, page(), place=places[0], word="a")
    pick(client, address, page(), place=places[1], word="b")
    segments = client.get(f"{address}/result/a.py.json").get_json()["segments"]
    told = [segment["origin"] for segment in segments if segment["origin"]]
    assert told == ["impl/claude", "impl/codex", *["base, undecided"] * 4]
    pick(client, address, page("b.bin"), place="file", word="b")
    assert "as impl/codex has it" in text_of(read(client, f"{address}/result/b.bin"))


def test_what_is_written_begins_with_what_is_picked(client, git_repository, index_project):
    """Also where a text lacks its last line end, and where only the whole file is picked."""
    fork(git_repository, {"a.txt": "one\ntwo\n"}, {"a.txt": "one\nCLAUDE"}, {"a.txt": "one\nCO\rDEX\n"})
    index_project(git_repository.path)
    address = open_comparison(client)
    page = client.get(f"{address}/files/a.txt.json").get_json()
    place = list_heads(page)[0]["id"]

    def draft() -> str:
        return client.get(f"{address}/edit/a.txt.json?place={place}").get_json()["text"]

    assert draft() == "CLAUDE"
    pick(client, address, page, place="file", word="b")
    assert draft() == "CO\rDEX\n"
    pick(client, address, page, place=place, word="ab")
    assert draft() == "CLAUDE\nCO\rDEX\n"
    segments = client.get(f"{address}/result/a.txt.json").get_json()["segments"]
    assert [line["number"] for segment in segments for line in segment["lines"]] == [1, 2, 3], "lines end at line feeds"


def test_a_side_without_the_file_is_offered_nowhere_in_it(client, tmp_path, index_project):
    """Nor does it matter that the project is called like a part of the address."""
    repository = init_repository(tmp_path / "files")
    fork(repository, {"a.py": CODE}, {"a.py": None}, {"a.py": CODE.replace("value + 3", "3")})
    assert index_project(repository.path).slug == "files"
    address = open_comparison(client, slug="files")
    functions = re.search(r'hx-get="([^"]+/functions/a.py)"', read(client, f"{address}/files/a.py"))[1]
    html = read(client, functions)
    assert "function_3" in html
    assert re.findall(r'name="word" value="(\w+)"', html) == ["b", "base"]
    refused = client.send_form(f"{address}/picks", file=get_key(client, address), function="function_3", word="text")
    assert refused.status_code == 400, "nothing was written"


def get_key(client, address: str) -> str:
    return client.get(f"{address}/files/a.py.json").get_json()["row"]["row"]["key"]


def test_htmx_gets_the_buttons_and_the_progress(client, address, page):
    place = list_heads(page())[0]["id"]
    fields = {"file": page()["row"]["row"]["key"], "place": place, "word": "a", "csrf": client.token}
    answer = client.post(f"{address}/picks", data=fields, headers=HTMX)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert html.count("<form") == 1
    assert "1 of 6 places decided" in text_of(html)
    assert "<html" not in html


def test_viewed_marks_last(client, address, page):
    key = page()["row"]["row"]["key"]
    client.send_form(f"{address}/viewed", file=key, viewed="1")
    assert page()["row"]["is_viewed"]
    assert "✓ viewed" in text_of(read(client, f"{address}/files/a.py"))
    client.send_form(f"{address}/viewed", file=key, viewed="0")
    assert not page()["row"]["is_viewed"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"place": "000000000000", "word": "a"}, 409),
        ({"place": "file", "word": "ab"}, 400),
        ({"place": "file", "word": "text"}, 400),
        ({"place": "file", "word": "c"}, 400),
        ({"place": "file", "word": "aa"}, 400),
        ({"function": "nothing", "word": "a"}, 404),
        ({"file": "x", "place": "file", "word": "a"}, 404),
    ],
)
def test_what_cannot_be_picked_is_refused(client, address, page, fields, status):
    given = {"file": page()["row"]["row"]["key"], **fields}
    assert client.send_form(f"{address}/picks", **given).status_code == status
    assert {head["chosen"] for head in list_heads(page())} == {""}


def test_the_way_back_stays_on_this_server(client, address, page):
    answer = pick(client, address, page(), place="file", word="a", back="//evil.test/")
    assert answer.headers["Location"] == "/"


@pytest.mark.security
def test_changes_need_our_own_form(client, address, page):
    fields = {"file": page()["row"]["row"]["key"], "place": "file", "word": "a", "viewed": "1"}
    for target in ("picks", "viewed"):
        for token, origin in ((client.token, "http://evil.test"), ("x", HTMX["Origin"])):
            answer = client.post(f"{address}/{target}", data={"csrf": token, **fields}, headers={"Origin": origin})
            assert answer.status_code == 403
        assert client.get(f"{address}/{target}").status_code in {404, 405}
    assert page()["progress"]["decided_count"] == 0


def test_looking_changes_nothing(client, address, page, configuration):
    state = configuration.data_folder / "state.db"

    def dump() -> bytes:
        return b"".join(path.read_bytes() for path in sorted(state.parent.glob("state.db*")) if "shm" not in path.name)

    place = list_heads(page())[0]["id"]
    before = dump()
    for part in (
        "",
        "/matrix",
        "/numbers",
        "/files/a.py",
        "/result/a.py",
        "/functions/a.py",
        f"/edit/a.py?place={place}",
    ):
        read(client, f"{address}{part}")
    assert dump() == before


def test_with_three_sides_all_can_be_taken(client, git_repository, index_project):
    fork(git_repository, {"a.txt": "0\n"}, {"a.txt": "1\n"}, {"a.txt": "2\n"}, {"a.txt": "3\n"})
    index_project(git_repository.path)
    address = open_comparison(client, SIDES)
    page = client.get(f"{address}/files/a.txt.json").get_json()
    (head,) = list_heads(page)
    assert pick(client, address, page, place=head["id"], word="cab").status_code == 303
    assert "impl/third and impl/claude and impl/codex" in text_of(read(client, f"{address}/result/a.txt"))
