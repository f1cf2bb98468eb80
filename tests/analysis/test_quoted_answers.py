"""Reviews that quote what they answer, and lists and tables that say of themselves that they hold findings."""

from tandemweb.analysis.documents import extract_document
from tandemweb.domain.finding import Stance
from tandemweb.domain.mission import Author, Role, Stage


def read(text, role=Role.MERGED, author=Author.CLAUDE):
    return extract_document(text, path="x.md", author=author, role=role, stage=Stage.EVALUATION)


def test_each_quotation_with_the_answer_below_it_is_a_mention():
    mentions = read(
        "## Agreement Status: NOT APPROVED\n\n## Medium Disagreements\n\n> Kept, but low: nobody prints\n> at night\n\n"
        "The night shift does. I stay at medium.\n\n> Dropped: the drawing allows it\n\nIt does. Withdrawn.\n",
        Role.REVIEW,
        Author.CODEX,
    ).mentions
    assert [(m.line, m.end_line, m.severity_word) for m in mentions] == [(5, 8, "medium"), (10, 12, "Medium")]
    assert mentions[1].stance is Stance.WITHDRAWS
    assert mentions[0].text.startswith("“Kept, but low: nobody prints\nat night”\n\nThe night shift does.")
    assert mentions[1].title == "It does. Withdrawn"


def test_a_quotation_with_nothing_below_it_is_no_answer():
    text = "## Agreement Status: APPROVED\n\n> All labels print.\n\n## Low Disagreements\n\nNone.\n"
    assert read(text, Role.REVIEW, Author.CODEX).mentions == ()


def test_what_a_review_quotes_and_comments_outside_of_its_points_is_no_mention():
    text = "## Agreement Status: APPROVED\n\n## What I ran\n\n> 61 passed\n\nEverything prints.\n"
    assert read(text, Role.REVIEW, Author.CODEX).mentions == ()


def test_a_table_that_follows_points_holds_findings_under_any_heading():
    table = "| {} |\n|---|---|---|\n| The lamp stays on | Codex 3 | Confirmed, low |\n"
    headers = (
        "Point | Where it came from | What became of it",
        "Issue | Found by | Outcome",
        "What | Source | Result",
        "Check | From | Outcome",
    )
    found = [read("# Verdict: FAIL\n\n## At a glance\n\n" + table.format(header)).mentions for header in headers]
    assert [[(m.line, m.severity_word) for m in mentions] for mentions in found] == [[(7, "low")], [(7, "low")], [], []]


def test_open_points_of_which_most_are_graded_are_findings():
    body = "# Verdict: FAIL\n\n## Open points\n\n- lamp.py: it burns. High.\n- tray.py: it jams. Low.\n- Whose shelf?\n"
    assert [(m.line, m.severity_word) for m in read(body).mentions] == [(5, "High"), (6, "Low"), (7, None)]
    asked = "# Verdict: FAIL\n\n## Open points\n\n- Should the lamp stay on?\n- Which tray?\n- It jams. Low.\n"
    assert read(asked).mentions == ()


def test_lines_that_name_severities_and_are_not_taken_are_a_problem():
    table = "| Thing | Colour |\n|---|---|\n| The lamp | Confirmed, low |\n| The tray | Kept, high |\n"
    reading = read("# Verdict: FAIL\n\n## Table of things\n\n" + table)
    assert reading.mentions == ()
    assert [(p.code, p.line) for p in reading.problems] == [("findings-not-understood", 3)]
    told = read("# Verdict: FAIL\n\n## Table of things\n\n" + table.replace("Confirmed, low", "a low lamp"))
    assert told.problems == (), "one alone may be anything"


def test_a_quoted_line_of_a_list_is_answered_as_any_other_quotation_is():
    text = "## Agreement Status: APPROVED\n\n## Low Disagreements\n\n{}> 8. It ends with 3.\n\nSo does an abort.\n"
    mentions = read(text.format(""), Role.REVIEW, Author.CODEX).mentions
    assert [(m.line, m.title) for m in mentions] == [(5, "So does an abort")]
    inside = read(text.format("- It ends oddly.\n\n  "), Role.REVIEW, Author.CODEX).mentions
    assert [(m.line, m.title) for m in inside] == [(5, "It ends oddly")], "it belongs to the item that quotes it"
