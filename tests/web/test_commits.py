"""The list of commits, and one commit with its difference."""

import re
from html import unescape

import pytest

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 40


@pytest.fixture
def oids(git_repository, index_project):
    """Make a history with every kind of change; its commits by name."""
    made = {}
    made["first"] = git_repository.commit(
        "Begin",
        {
            "a.py": "def f():\n    return 1\n",
            "old name.md": "one\ntwo\nthree\n",
            "p.png": PNG,
            "d.bin": b"\0",
            "run.sh": "x\n",
        },
        at="2026-01-01T10:00:00Z",
    )
    git_repository.git("mv", "old name.md", "new name.md")
    (git_repository.path / "run.sh").chmod(0o755)
    (git_repository.path / "link").symlink_to("/etc/passwd")
    made["second"] = git_repository.commit(
        "Change <b>many</b> things\n\nBecause of <script>alert(1)</script>",
        {"a.py": "def f():\n    return 2", "p.png": PNG + b"1", "d.bin": b"\0\1"},
        at="2026-01-02T10:00:00Z",
    )
    git_repository.git("rm", "-q", "a.py")
    made["third"] = git_repository.commit("Remove", at="2026-01-03T10:00:00Z")
    made["empty"] = git_repository.commit("Nothing at all", at="2026-01-04T10:00:00Z")
    index_project(git_repository.path)
    return made


def read(client, path: str) -> str:
    response = client.get(f"/projects/repository/commits{path}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def list_oids(html: str) -> list[str]:
    return re.findall(r'<td><a href="/projects/repository/commits/(\w{40})">', html)


class TestList:
    def test_is_newest_first(self, client, oids):
        assert list_oids(read(client, "")) == [oids[name] for name in ("empty", "third", "second", "first")]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("path=a.py", ["third", "second", "first"]),
            ("text=nothing", ["empty"]),
            ("text=Ada", ["empty", "third", "second", "first"]),
            ("path=a.py&text=Remove", ["third"]),
            ("text=%25", []),
        ],
    )
    def test_is_narrowed_by_file_and_words(self, client, oids, query, names):
        assert list_oids(read(client, f"?{query}")) == [oids[name] for name in names]

    def test_says_what_to_do_when_nothing_matches(self, client, oids):
        assert "No commit matches" in read(client, "?text=zzz")

    def test_has_pages(self, client, git_repository, index_project):
        for number in range(53):
            git_repository.commit(f"Commit {number}")
        index_project(git_repository.path)
        first = read(client, "?text=Commit")
        assert len(list_oids(first)) == 50
        (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
        assert unescape(older) == "/projects/repository/commits?text=Commit&page=2"
        assert len(list_oids(client.get(unescape(older)).get_data(as_text=True))) == 3

    def test_escapes_subjects(self, client, oids):
        assert "Change &lt;b&gt;many&lt;/b&gt; things" in read(client, "")

    def test_of_an_empty_repository(self, client, git_repository, index_project):
        index_project(git_repository.path)
        assert "There is no commit yet" in read(client, "")

    def test_names_what_was_rewritten(self, client, oids, git_repository, index_project):
        git_repository.git("reset", "-q", "--hard", oids["third"])
        index_project(git_repository.path)
        assert oids["empty"] not in list_oids(read(client, ""))
        assert oids["empty"] in list_oids(html := read(client, "?unreachable=1"))
        assert "no longer in any branch" in html


class TestOne:
    def test_tells_every_kind_of_change(self, client, oids):
        html = read(client, f"/{oids['second']}")
        assert "renamed from old name.md" in html
        assert "mode 100644 → 100755" in html
        assert "symbolic link; its line is where it points to" in html
        assert "A binary file; there are no lines to compare" in html
        assert "(no line end)" in html
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html

    def test_shows_pictures_before_and_after(self, client, oids):
        html = read(client, f"/{oids['second']}")
        assert f'<img src="/blob/repository/p.png?at={oids["first"]}"' in html
        assert f'<img src="/blob/repository/p.png?at={oids["second"]}"' in html

    def test_numbers_lines_on_both_sides(self, client, oids):
        page = client.get(f"/projects/repository/commits/{oids['second']}.json?layout=split").get_json()
        (file,) = [file for file in page["files"] if file["change"]["path"] == "a.py"]
        context, changed = file["difference"]["hunks"][0]["rows"]
        assert context["is_context"]
        assert (changed["old"]["number"], changed["new"]["number"]) == (2, 2)
        assert changed["new"]["lacks_newline"]

    @pytest.mark.parametrize("layout", ["unified", "split"])
    def test_both_layouts_hold_the_same_lines(self, client, oids, layout):
        html = read(client, f"/{oids['first']}?layout={layout}")
        lines = re.findall(r'<td class="line added">(?:<span[^>]*>.</span>)?(.*?)</td>', html)
        assert lines == ["def f():", "    return 1", "one", "two", "three", "x"]

    def test_files_lead_to_what_was_there(self, client, oids):
        html = read(client, f"/{oids['third']}")
        assert f'href="/projects/repository/files/a.py?at={oids["second"]}">before</a>' in html
        assert ">after</a>" not in html

    def test_says_that_nothing_changed(self, client, oids):
        assert "changed no file" in read(client, f"/{oids['empty']}")

    def test_names_its_parents(self, client, oids):
        assert "none: the first commit" in read(client, f"/{oids['first']}")
        assert f'href="/projects/repository/commits/{oids["first"]}"' in read(client, f"/{oids['second']}")

    @pytest.mark.parametrize("oid", ["0" * 40, "HEAD", "main", "--output=x", "a" * 39])
    def test_unknown_names_are_not_found(self, client, oids, oid):
        assert client.get(f"/projects/repository/commits/{oid}").status_code == 404

    def test_a_wrong_layout_is_refused(self, client, oids):
        assert client.get(f"/projects/repository/commits/{oids['first']}?layout=x").status_code == 400

    def test_large_commits_leave_lines_for_a_click(self, client, git_repository, index_project):
        oid = git_repository.commit("Large", {f"f{n}.txt": "line\n" * 3000 for n in range(3)})
        index_project(git_repository.path)
        html = read(client, f"/{oid}")
        assert html.count("Its lines are not on this page") == 2
        second = re.findall(r'href="([^"]+)">Show them', html)[0]
        alone = client.get(unescape(second)).get_data(as_text=True)
        assert alone.count('<td class="line added">') == 3000
        assert "Only the lines of <code>f1.txt</code>" in alone

    def test_a_damaged_repository_still_lists_the_files(self, client, oids, git_repository):
        blob = git_repository.git("rev-parse", f"{oids['first']}:a.py")
        (git_repository.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        html = read(client, f"/{oids['first']}")
        assert "a.py" in html
        assert "Lines cannot be shown" in html

    def test_merges_are_announced(self, client, oids, git_repository, index_project):
        git_repository.git("checkout", "-q", "-b", "side", oids["first"])
        git_repository.commit("Aside", {"side.txt": "x\n"})
        git_repository.git("checkout", "-q", "main")
        git_repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side")
        index_project(git_repository.path)
        html = read(client, f"/{git_repository.git('rev-parse', 'HEAD')}")
        assert "what it changed against its first parent" in html
        assert "side.txt" in html
