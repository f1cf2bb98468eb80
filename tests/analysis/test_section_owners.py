"""Bare numbers in a section of a review that names its author's own earlier document."""

from dataclasses import replace

import pytest

from analysis.exchanges import HIGH, say
from tandemweb.analysis.marks import Reference
from tandemweb.analysis.section_owners import name_section_owner

BARE = (Reference(None, "2", opens=True),)
OWN = (Reference("codex", "2", opens=True),)


def own(lead, heading="## Grades", above=(), references=BARE, author="codex"):
    lines = ["# Review of Claude-02", "", heading, "", lead, "", *above, "- item 2: High"]
    mention = replace(say("item 2: High", HIGH), path="talks/Codex-02.md", line=len(lines))
    return name_section_owner(references, mention, author, lines)


@pytest.mark.parametrize(
    "lead", ["My list in Codex-01 has no grades, here they are:", "What Codex-01 left out; this is codex-02 speaking."]
)
def test_numbers_below_a_lead_about_the_authors_own_document_are_his(lead):
    assert own(lead) == OWN
    assert own(lead, above=("- item 1: Low", "  since Claude-01 says so")) == OWN


def test_a_heading_says_it_too():
    assert own("Here they are:", heading="## Grades of Codex-01") == OWN


@pytest.mark.parametrize(
    "lead",
    [
        "Here they are:",
        "Codex-01 and Claude-01 differ in these:",
        "Claude-02 rates them so:",
        "All that codex-02 says of grades:",  # the review itself
    ],
)
def test_elsewhere_numbers_are_nobodys(lead):
    assert own(lead) == BARE


def test_marks_that_name_their_author_or_have_letters_stay_as_they_are():
    given = (Reference("claude", "2", opens=True), Reference(None, "h2", opens=True), Reference(None, "2", opens=False))
    assert own("My list in Codex-01 has no grades:", references=given) == given


def test_only_models_have_documents_of_their_own():
    assert own("My list in Codex-01 has no grades:", author="user") == BARE
