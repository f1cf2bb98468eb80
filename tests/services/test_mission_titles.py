import pytest

from tandemweb.services.mission_titles import choose_title


@pytest.mark.parametrize(
    ("spec_title", "title"),
    [
        ("", "Tag Search"),
        ("001-tag-search", "Tag Search"),
        ("001-tag-search — Spec", "Tag Search"),
        ("Spec: 001-tag-search", "Tag Search"),
        ("001: Tag search", "Tag search"),
        ("Spec", "Tag Search"),
        ("Mission 001", "Tag Search"),
        ("Mission 001 — Spec", "Tag Search"),
        ("Tag search — Spec", "Tag search"),
        ("Spec: Search by tag", "Search by tag"),
        ("Specification – 001-tag-search: Search by tag", "Search by tag"),
        ("Mission 001 — Search by tag", "Search by tag"),
        ("001-tag-search - Search: by tag - Mission Spec", "Search: by tag"),
        ("OpenAPI Spec", "OpenAPI Spec"),
        ("Search-by-tag", "Search-by-tag"),
        ("Search: spec", "Search"),
        ("  Search by tag  ", "Search by tag"),
        ("— — —", "Tag Search"),
    ],
)
def test_titles_say_what_the_folder_does_not(spec_title, title):
    assert choose_title(spec_title, "001-tag-search", "Tag Search") == title


def test_a_name_without_a_number():
    assert choose_title("Spike — Spec", "spike", "Spike") == "Spike"
    assert choose_title("Spike — a first look", "spike", "Spike") == "a first look"
