import pytest

from tandemweb.web import urls


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (urls.missions(), "/"),
        (urls.missions(phase="a b", verdict=None), "/?phase=a+b"),
        (urls.mission("demo", "tandemkit", "001-A"), "/projects/demo/missions/tandemkit/001-A"),
        (urls.mission("demo", "x", "a/b?c#d%"), "/projects/demo/missions/x/a%2Fb%3Fc%23d%25"),
        (urls.evaluation("demo", "x", "m", 2), "/projects/demo/missions/x/m/rounds/2"),
        (urls.document("demo", "a b/ä.md"), "/projects/demo/documents/a%20b/%C3%A4.md"),
        (urls.document("demo", "a.md", line=7), "/projects/demo/documents/a.md?view=source#L7"),
        (urls.document("demo", "a.md", view="changes", from_="x", to="y"), None),
        (urls.document("demo", '"><script>'), "/projects/demo/documents/%22%3E%3Cscript%3E"),
        (urls.document("demo", "raw\udcff"), "/projects/demo/documents/raw%FF"),
        (urls.file("demo", "src/a.py", at="abc", line=88, end=112), "/projects/demo/files/src/a.py?at=abc#L88-L112"),
        (urls.file("demo", "src/a.py", at="abc", line=88, end=88), "/projects/demo/files/src/a.py?at=abc#L88"),
        (urls.raw("demo", "a.png", at="abc"), "/projects/demo/raw/a.png?at=abc"),
        (urls.search("a&b"), "/search?q=a%26b"),
        (urls.search(), "/search"),
        (urls.static("vendor/x@1/y.js"), "/static/vendor/x@1/y.js"),
        (urls.json_twin("/"), "/index.json"),
        (urls.json_twin("/problems"), "/problems.json"),
    ],
)
def test_addresses(address, expected):
    assert address == (expected or "/projects/demo/documents/a.md?view=changes&from=x&to=y")


@pytest.mark.parametrize("path", ["/", "/a?b=c#d", "/search?q=%22"])
def test_local_paths_stay(path):
    assert urls.local_or_home(path) == path


@pytest.mark.parametrize("path", ["", "a", "//a", "http://a", "/\\a", "\\a", "/a\nb", "/\x00"])
def test_all_else_leads_home(path):
    assert urls.local_or_home(path) == "/"
