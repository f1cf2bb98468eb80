"""Code that reads other than it runs: characters that reorder or hide what stands beside them are shown as such."""

import re

import pytest

from tandemweb.web.output_text import name_hidden

pytestmark = pytest.mark.security

# "Trojan Source": what looks like the end of a comment is still in it.
TROJAN = "if access != 'user\u202e \u2066// Check if admin\u2069 \u2066':\n"
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def test_what_is_seen_stays_as_it_is():
    line = "\treturn 'größer \u2026 שלום 日本'"
    assert name_hidden(line) == line


@pytest.mark.parametrize("character", "\x1b\x00\r\x7f\x9b\u061c\u200b\u202e\u2066\u2069\ufeff")
def test_what_hides_or_reorders_is_named(character: str):
    shown = name_hidden(f"a{character}b")
    assert not HIDDEN.search(shown)
    assert (shown[0], shown[-1]) == ("a", "b")


def test_no_view_of_code_shows_it_reordered(client, git_repository, index_project):
    git_repository.commit("First", {"app.py": "if access != 'user':\n", "TandemKit/001-One/Spec.md": "# Spec\n"})
    oid = git_repository.commit("Second", {"app.py": TROJAN, "TandemKit/001-One/Spec.md": f"# Spec\n\n{TROJAN}"})
    index_project(git_repository.path)
    base = "/projects/repository"
    document = f"{base}/documents/TandemKit/001-One/Spec.md"
    for address in (
        f"{base}/commits/{oid}",
        f"{base}/commits/{oid}?layout=split",
        f"{base}/files/app.py?at={oid}",
        f"{base}/files/app.py",
        f"{document}?view=source",
        f"{document}?view=changes",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not HIDDEN.search(answer.text.replace("\r\n", "\n")), address
        assert "⟨U+202E⟩" in re.sub("<[^>]*>", "", answer.text), address
