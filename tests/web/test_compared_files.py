"""The page of one file: every kind of difference, in parts that load one by one; what strangers wrote stays text."""

import re
from html import unescape

import pytest
from forking import SIDES, Link, Program, Submodule, fork

from web.comparing import open_comparison, read, text_of

pytestmark = pytest.mark.compare

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 40
HOSTILE = "<script>alert(1)</script> 'quoted\" \u00e9.py"
CODE = "".join(f"def function_{number}(value):\n    return value + {number}\n\n\n" for number in range(40))
HTMX = {"HX-Request": "true"}


@pytest.fixture
def compare(client, git_repository, index_project):
    """Fork and open a comparison; give a function that reads the page of a file."""

    def make(base, *sides, names=SIDES[:2]):
        fork(git_repository, base, *sides)
        index_project(git_repository.path)
        address = open_comparison(client, names)

        def show(path: str, query: str = "", **headers: str) -> str:
            return read(client, f"{address}/files/{path}{query}", **headers)

        show.address = address
        return show

    return make


def list_lines(html: str, *, tone: str) -> list[str]:
    """Give the text of all cells of one column that differ."""
    cells = re.findall(rf'<td class="t {tone}">(.*?)</td>', html)
    return [unescape(re.sub(r'<span class="aside">.*|<[^>]*>', "", cell)) for cell in cells]


def test_two_sides_beside_each_other_with_words_marked_and_code_coloured(compare):
    html = compare({"a.py": "x = old(1)\n"}, {"a.py": "x = one(1)\n"}, {"a.py": "x = two(1)\n"})("a.py")
    assert list_lines(html, tone="a") == ["x = one(1)"]
    assert list_lines(html, tone="b") == ["x = two(1)"]
    assert '<mark><span class="n">one</span></mark>' in html
    assert "Claude and Codex differ" in html


@pytest.mark.parametrize("view", ["split", "unified", "base"])
def test_every_view_shows_every_line_that_differs(compare, view):
    one, other = CODE.replace("value + 7", "value - 7"), CODE.replace("value + 30", "value * 30") + "end = 1\n"
    html = compare({"a.py": CODE}, {"a.py": one}, {"a.py": other})("a.py", f"?view={view}")
    assert "    return value - 7" in list_lines(html, tone="a")
    assert set(list_lines(html, tone="b")) >= {"    return value * 30", "end = 1"}
    assert html.count('<section class="region"') == 3


def test_against_the_base_shows_what_is_gone(compare):
    html = compare({"a.py": "1\n2\n3\n"}, {"a.py": "1\n3\n"}, {"a.py": "1\n2\n3\n4\n"})("a.py", "?view=base")
    assert list_lines(html, tone="gone") == ["2"]


@pytest.mark.parametrize("view", ["split", "unified", "base"])
def test_a_file_that_a_side_deleted_has_no_equal_lines(compare, view):
    """Of the lines that nobody else changed it cannot be said that they are equal on both sides."""
    show = compare({"a.py": CODE}, {"a.py": None}, {"a.py": CODE.replace("value + 30", "value * 30")})
    html = show("a.py", f"?view={view}")
    assert "    return value * 30" in list_lines(html, tone="b")
    assert re.search(r"⋯ \d+ lines", text_of(html))
    assert "equal line" not in text_of(html)


def test_equal_lines_are_folded_and_open(client, compare):
    show = compare({"a.py": CODE}, {"a.py": f"a = 1\n{CODE}"}, {"a.py": f"b = 1\n{CODE}"})
    html = show("a.py")
    fold, opening = re.search(r'id="fold-(\d+)".*?hx-get="([^"]+)"', html, re.DOTALL).groups()
    assert "return value + 20" not in text_of(html)
    piece = read(client, unescape(opening), **HTMX)
    assert piece.count("<tr") == 20
    assert "<html" not in piece
    link = unescape(re.search(rf'id="fold-{fold}".*?href="([^"#]+)#', html, re.DOTALL)[1])
    opened = read(client, link)
    assert opened.count('<tr class="same"') == html.count('<tr class="same"') + 20
    assert client.get(f"{show.address}/files/a.py?lines=1-2&within=0-9999", headers=HTMX).status_code == 400


def test_a_long_file_comes_in_parts(client, compare):
    one = CODE.replace("value +", "value -") * 5
    show = compare({"a.py": CODE * 5}, {"a.py": one}, {"a.py": one.replace("value -", "value *")})
    html = show("a.py")
    waiting = [unescape(found) for found in re.findall(r'class="part waits[^>]*hx-get="([^"]+)"', html)]
    assert len(waiting) > 2
    parts = [read(client, address, **HTMX) for address in waiting]
    assert all(part.lstrip().startswith('<div class="part tall-') for part in parts)
    everything = "".join([html, *parts])
    assert len(list_lines(everything, tone="a")) == len(list_lines(everything, tone="b")) == 200
    numbers = re.findall(r"<strong>(\d+) of 200</strong>", everything)
    assert list(map(int, numbers)) == list(range(1, 201))
    assert client.get(f"{show.address}/files/a.py?part=99").status_code == 404
    last = re.findall(r'id="r-(\w+)"', everything)[-1]
    assert last not in html
    assert f'id="r-{last}"' in show("a.py", f"?place={last}"), "a place is found in whichever part it is"
    alone = read(client, waiting[0])
    assert 'id="part-3"' in alone, "without scripts a part is a page of its own"


def test_what_cannot_be_seen_is_said(compare):
    base = {"a.txt": "one\ntwo\n", "long.txt": "x" * 3000 + "\n", "b.txt": "plain\n"}
    show = compare(
        base,
        {"a.txt": "one\r\ntwo\r\n", "long.txt": "y" + "x" * 3000 + "\n", "b.txt": "pl\u202eain\x1b[1m\n"},
        {"a.txt": "one\ntwo", "b.txt": b"pl\xffa\xe2\x80\x8din\n"},
    )
    html = show("a.txt")
    words = text_of(html)
    assert "A: lines end in CR LF" in words
    assert "B: no line end at the end" in words
    assert "two no line end" in words
    assert "one CR LF" in words
    assert "1,001 more characters" in text_of(show("long.txt"))
    hidden = show("b.txt")
    assert list_lines(hidden, tone="a") == ["pl⟨U+202E⟩ain␛[1m"]
    assert list_lines(hidden, tone="b") == ["pl\\xffa⟨U+200D⟩in"]


def test_only_white_space_and_comments_are_folded_and_named(compare):
    show = compare(
        {"a.py": "def f():\n  return 1\n", "b.py": "x = 1  # one\n"},
        {"a.py": "def f():\n    return 1\n", "b.py": "x = 1  # two\n"},
        {"a.py": "def f():\n\treturn 1\n", "b.py": "x = 1  # three\n"},
    )
    assert "white space only: show the lines" in show("a.py")
    assert "comments only: show the lines" in show("b.py")


def test_moved_lines_say_where_they_stand(compare):
    block = "def moved_here_and_there(value):\n    return compute_something_long(value)\n"
    rest = "".join(f"value_{number} = compute({number})\n" for number in range(9))
    show = compare({"a.py": rest}, {"a.py": block + rest}, {"a.py": rest + block})
    html = show("a.py")
    assert html.count('title="moved"') == 4
    assert "\u21c4 line 10" in text_of(html)


def test_names_modes_links_submodules_and_binaries(compare, git_repository):
    long = "a line that stays\n" * 30
    base = {"moved.txt": long, "run.sh": "x\n", "link": Link("old"), "d.bin": b"\0\1", "gone.txt": "1\n", "p.png": PNG}
    one = {"moved.txt": None, "new name \u00e9.txt": long, "run.sh": Program("x\n"), "link": Link("/etc/passwd")}
    other = {"moved.txt": long + "more\n", "link": "a file now\n", "d.bin": b"\0\1\2", "gone.txt": None}
    show = compare(base, {**one, "sub": Submodule("1" * 40), "gone.txt": "2\n"}, {**other, "p.png": PNG + b"1"})
    assert "A: renamed new name é.txt" in text_of(show("moved.txt"))
    assert "A: renamed" in text_of(show("new%20name%20%C3%A9.txt")), "any of its names leads there"
    assert "A: file (100644) → executable (100755)" in text_of(show("run.sh"))
    links = text_of(show("link"))
    assert "/etc/passwd" in links
    assert "root:" not in links
    assert "another repository at 111111111111" in text_of(show("sub"))
    assert re.search(r"file 100644 3 ", text_of(show("d.bin")))
    assert "B: deleted" in text_of(show("gone.txt"))
    html = show("p.png")
    assert html.count('<img src="/blob/repository/p.png?at=') >= 2


def test_lock_files_stay_folded_until_asked(compare):
    show = compare({"uv.lock": "a = 1\n"}, {"uv.lock": "a = 2\n"}, {"uv.lock": "a = 3\n"})
    html = show("uv.lock")
    assert "Show its lines" in html
    assert not list_lines(html, tone="a")
    assert list_lines(show("uv.lock", "?show=1"), tone="a") == ["a = 2"]


def test_functions_that_differ_are_listed(client, compare):
    show = compare({"a.py": CODE}, {"a.py": CODE.replace("value + 7", "7")}, {"a.py": CODE.replace("value + 7", "8")})
    assert "1 function differs" in text_of(show("a.py"))
    html = read(client, f"{show.address}/functions/a.py")
    assert "function_7" in html
    assert re.search(r'href="[^"]+#r-\w{12}"', html)


@pytest.mark.security
@pytest.mark.parametrize("view", ["split", "unified", "base"])
def test_what_strangers_wrote_stays_text(client, compare, view):
    text = '<script>alert(1)</script><img src=x hx-get="/x" hx-trigger="load" onerror=alert(1)>\n'
    show = compare({HOSTILE: "1\n"}, {HOSTILE: text}, {HOSTILE: f"other {text}"})
    (address,) = [
        row["address"]
        for row in client.get(f"{show.address}.json").get_json()["table"]["rows"]
        if "script" in row["address"]
    ]
    html = read(client, f"{address}?view={view}")
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    lines = list_lines(html, tone="a")
    assert lines == [text.rstrip("\n")]
    for part in ("result", "functions"):
        assert "<script>alert" not in read(client, address.replace("/files/", f"/{part}/", 1))


def test_three_sides_two_at_a_time(compare):
    show = compare({"a.txt": "0\n"}, {"a.txt": "1\n"}, {"a.txt": "2\n"}, {"a.txt": "3\n"}, names=SIDES)
    assert list_lines(show("a.txt", "?sides=bc"), tone="a") == ["2"]
    assert list_lines(show("a.txt", "?sides=bc"), tone="b") == ["3"]
    assert 'name="word" value="abc"' in show("a.txt")


def test_two_of_three_sides_that_changed_it_alike_do_not_differ(compare):
    name = "re\u202etxt.py"
    show = compare({name: "0\n"}, {name: "1\n"}, {name: "1\n"}, {"other": "1\n"}, names=SIDES)
    html = show(name, "?sides=ac")
    words = text_of(html)
    assert "alike in A, B only" in words
    assert "Claude and Codex changed this alike" in words
    assert "\u202e" not in words, "a name cannot turn the direction of what is read"
    assert "re⟨U+202E⟩txt.py" in words


@pytest.mark.parametrize("query", ["view=x", "sides=aa", "sides=az", "open=1", "open=5-", "part=0", "part=x"])
def test_wrong_parameters_are_named(client, compare, query):
    show = compare({"a.txt": "0\n"}, {"a.txt": "1\n"}, {"a.txt": "2\n"})
    assert client.get(f"{show.address}/files/a.txt?{query}").status_code == 400


def test_unknown_files_are_not_found_and_known_ones_have_json(client, compare):
    show = compare({"a.json": "0\n"}, {"a.json": "1\n"}, {"a.json": "2\n"})
    assert client.get(f"{show.address}/files/nothing.py").status_code == 404
    assert client.get(f"{show.address}/files/SPEC.md").status_code == 404, "no side changed it"
    page = client.get(f"{show.address}/files/a.json.json").get_json()
    (block,) = [block for block in page["lines"]["parts"][0]["blocks"] if block["is_start"]]
    assert block["rows"][0]["left"]["number"] == 1


def test_processes_and_queries_do_not_grow_with_files_and_differences(compare, costs):
    costs_of = []
    many = {f"f{number}.txt": "x\n" for number in range(40)}
    show = compare({"few.py": CODE, "many.py": CODE}, {"few.py": CODE + "1\n", "many.py": CODE.replace("+", "-")}, many)
    for path in ("few.py", "many.py", "few.py"):
        costs.update(queries=0, processes=0)
        show(path)
        costs_of.append((costs["queries"], costs["processes"]))
    assert costs_of[0][0] == costs_of[1][0] == costs_of[2][0]
    assert [processes for _, processes in costs_of[:2]] == [3, 2], "with those that name the files, the first time"
    assert costs_of[2][1] == 0
