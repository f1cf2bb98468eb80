"""A comparison as files: patches that apply, and HTML that needs nothing else and does nothing."""

import re

import pytest
from corpus.clones import clone_corpus
from forking import SIDES, fork

from web.comparing import open_comparison, text_of

pytestmark = pytest.mark.compare

HOSTILE = "<script>alert(1)</script> \u00e9.py"


@pytest.fixture
def address(client, git_repository, index_project):
    text = "<img src=x onerror=alert(1)>\n"
    fork(git_repository, {"a.py": "x = 1\n", "d.bin": b"\0"}, {HOSTILE: text, "a.py": "x = 2\n"}, {"a.py": "x = 3\n"})
    index_project(git_repository.path)
    return open_comparison(client)


def test_patches_make_a_side_out_of_the_base(client, address, git_repository, tmp_path):
    answer = client.get(f"{address}/patches/a.patch")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''impl-claude.patch"
    git_repository.git("apply", "--index", "-", stdin=answer.get_data())
    assert git_repository.git("write-tree") == git_repository.git("rev-parse", "impl/claude^{tree}")
    assert client.get(f"{address}/patches/z.patch").status_code == 404


@pytest.mark.security
def test_the_file_does_nothing_and_needs_nothing(client, address):
    answer = client.get(f"{address}/export.html")
    html = answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "<script" not in html
    assert "<img" not in html
    assert not re.findall(r'(?:href|src|action)="(?!#)', html)
    assert "url(" not in html
    assert "csrf" not in html
    words = text_of(html.partition("</style>")[2])
    assert "&lt;imgsrc=xonerror=alert(1)&gt;" in "".join(words.split())
    assert "x = 2" in words
    assert "differently" in words


def test_the_sample_as_one_file(client, index_project, tmp_path):
    index_project(clone_corpus("ledgerlite", tmp_path / "ledgerlite"))
    html = client.get(f"{open_comparison(client, slug='ledgerlite')}/export.html").get_data(as_text=True)
    words = text_of(html.partition("</style>")[2])
    assert "Points of the spec, and what speaks of them" in words
    assert "ledgerlite/budget.py" in words
    assert html.count('<section id="file-') == 12
    assert "Lines are those of" not in words


def test_of_three_sides_it_says_whose_lines_it_has(client, git_repository, index_project):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"}, {"a": "4\n"})
    index_project(git_repository.path)
    html = client.get(f"{open_comparison(client, SIDES)}/export.html").get_data(as_text=True)
    assert "Lines are those of A and B; of the other sides the table says" in text_of(html)
