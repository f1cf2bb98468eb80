import pytest

from tandemweb.web.guards import SANDBOX_POLICY
from tandemweb.web.raw import raw_response


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/shot.PNG", "image/png"),
        ("shot.jpeg", "image/jpeg"),
        ("shot.webp", "image/webp"),
        ("page.html", "text/plain; charset=utf-8"),
        ("picture.svg", "text/plain; charset=utf-8"),
        ("script.js", "text/plain; charset=utf-8"),
        ("page.xhtml", "text/plain; charset=utf-8"),
        ("a.pdf", "text/plain; charset=utf-8"),
        ("png", "image/png"),
        ("", "text/plain; charset=utf-8"),
    ],
)
def test_only_pictures_are_more_than_text(name, expected):
    assert raw_response(b"<script>alert(1)</script>", name).content_type == expected


def test_bytes_come_back_unchanged_in_a_sandbox():
    content = bytes(range(256))
    response = raw_response(content, "x.md")
    assert response.data == content
    assert response.headers["Content-Security-Policy"] == SANDBOX_POLICY


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docs/a b.md", "inline; filename*=UTF-8''a%20b.md"),
        ('x";filename="evil.exe', "inline; filename*=UTF-8''x%22%3Bfilename%3D%22evil.exe"),
        ("a\r\nSet-Cookie: x=1", "inline; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1"),
        ("ä\udcff.md", "inline; filename*=UTF-8''%C3%A4%3F.md"),
    ],
)
def test_names_cannot_leave_their_header(name, expected):
    assert raw_response(b"", name).headers["Content-Disposition"] == expected


def test_a_download_is_an_attachment():
    assert raw_response(b"", "x.md", download=True).headers["Content-Disposition"].startswith("attachment; ")


def test_the_sandbox_passes_the_guard(app, stranger):
    app.add_url_rule("/raw-example", "example", lambda: raw_response(b"<script>", "x.html"))
    stranger.log_in()
    answer = stranger.get("/raw-example")
    assert answer.headers["Content-Security-Policy"] == SANDBOX_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
