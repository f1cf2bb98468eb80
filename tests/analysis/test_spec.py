import pytest

from tandemweb.analysis.spec import SpecReading, extract_spec, find_new_decisions

SPEC = """# 012-PdfExport

## Acceptance Criteria

1. One PDF with all notes,
   in order.
2. `AC` in a code span stays.

## Edge Cases

1. Empty notebook

## Key Decisions

- **Temporary files over streaming** — the API cannot stream.
- **A4 only** (user).
- **How fonts are embedded is left open.** Either way works.

### Nothing else
"""


def read(text: str) -> SpecReading:
    return extract_spec(text, "Spec.md")


def test_criteria_and_decisions_with_their_lines():
    reading = read(SPEC)
    assert reading.title == "012-PdfExport"
    assert [(c.number, c.line, c.text) for c in reading.criteria] == [
        (1, 5, "One PDF with all notes,\nin order."),
        (2, 7, "`AC` in a code span stays."),
    ]
    assert [(d.title, d.line) for d in reading.decisions] == [
        ("Temporary files over streaming", 15),
        ("A4 only", 16),
        ("How fonts are embedded is left open", 17),
    ]
    assert reading.decisions[0].rationale == "the API cannot stream"
    assert reading.decisions[0].alternatives == ("streaming",)
    assert reading.problems == ()


def test_a_decision_with_fields():
    text = """## Key Decisions

### Token bucket in Redis
**Rationale:** one count for all gateways.
**Alternatives considered:** sliding window; a file

### Answer 429
Because clients know it.
"""
    first, second = read(text).decisions
    assert (first.title, first.line, first.rationale) == ("Token bucket in Redis", 3, "one count for all gateways.")
    assert first.alternatives == ("sliding window; a file",)
    assert (second.title, second.line) == ("Answer 429", 7)


def test_a_table_of_decisions_and_of_criteria():
    text = (
        "## Criteria\n\n| # | Criterion |\n|---|---|\n| AC1 | Fast |\n\n"
        "## Decisions\n\n| # | Decision | Why |\n|---|---|---|\n| D1 | SQLite | there |\n"
    )
    reading = read(text)
    assert [(c.number, c.text, c.line) for c in reading.criteria] == [(1, "Fast", 5)]
    assert [(d.title, d.rationale, d.line) for d in reading.decisions] == [("SQLite", "there", 11)]


def test_criteria_that_are_headings_or_checkboxes():
    text = "## Acceptance Criteria\n\n### AC1: Images\n\nLongest edge 1600.\n\n- [ ] **AC2** Originals stay\n"
    assert [(c.number, c.line) for c in read(text).criteria] == [(1, 3)]
    boxes = "## Acceptance Criteria\n\n- [ ] AC1: Images\n- [ ] AC2: Originals\n"
    assert [(c.number, c.text) for c in read(boxes).criteria] == [(1, "Images"), (2, "Originals")]


def test_criteria_that_cannot_be_numbered_are_a_problem():
    assert [p.code for p in read("## Acceptance Criteria\n\nIt works.\n").problems] == ["criteria-not-understood"]
    gap = read("## Acceptance Criteria\n\n1. a\n3. b\n\nAC7: c\n").problems
    assert [p.code for p in gap] == ["criteria-numbering"]


def test_a_summary_adds_only_what_the_spec_has_not():
    summary = """## Key Decisions

- Temporary files instead of streaming — the API cannot.
- Fonts are embedded as subsets
- A cover page was added after feedback
"""
    new = find_new_decisions(read(summary).decisions, read(SPEC).decisions)
    assert [d.line for d in new] == [4, 5]


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("As in `Spec.md`: fonts, streaming.", 0),
        ("Those of the spec, unchanged.", 0),
        ("See the Specification", 0),
        ("As in `Spec.md`, but streaming was dropped.", 1),
        ("As large as the printer allows", 1),
    ],
)
def test_an_item_of_a_summary_that_only_points_to_the_spec_is_no_decision(item: str, count: int):
    summary = read(f"## Key Decisions\n\n- {item}\n").decisions
    assert len(find_new_decisions(summary, read(SPEC).decisions)) == count
    assert len(find_new_decisions(summary, ())) == 1  # what it points to is nowhere else


def test_what_only_shares_words_with_a_decision_that_another_item_repeats_is_new():
    spec = read("## Key Decisions\n\n- **Three-second mean as gust.** Raw samples stop the line on icing days.\n")
    listed = "- Three-second mean as gust.\n- A lone sample within three seconds is no gust: it was a false stop.\n"
    new = find_new_decisions(read(f"## Key Decisions\n\n{listed}").decisions, spec.decisions)
    assert [decision.line for decision in new] == [4]
    twice = "- Three-second mean as gust.\n- The gust is a three-second mean.\n"
    assert find_new_decisions(read(f"## Key Decisions\n\n{twice}").decisions, spec.decisions) == ()


def test_an_item_of_a_summary_may_repeat_several_decisions():
    spec = read("## Key Decisions\n\n1. **Half-open stays.** A day each.\n2. **Options count.** As bookings.\n")
    listed = "- Half-open stays, options count\n- Half-open stays, mails leave through an outbox after the commit\n"
    new = find_new_decisions(read(f"## Key Decisions\n\n{listed}").decisions, spec.decisions)
    assert [decision.line for decision in new] == [4]


def test_the_number_of_another_criterion_in_a_sentence_is_not_its_own():
    spec = read("## Acceptance Criteria\n\n1. No night twice.\n2. Criterion 1 holds for changes.\n3. AC3: a list.\n")
    assert [(one.number, one.text) for one in spec.criteria] == [
        (1, "No night twice."),
        (2, "Criterion 1 holds for changes."),
        (3, "a list."),
    ]
