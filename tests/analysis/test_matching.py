import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.exchanges import HIGH, LOW, MEDIUM, lines_of, say, write
from tandemweb.analysis.entries import build_entry
from tandemweb.analysis.matching import match_exchange
from tandemweb.analysis.pairs import LINK_THRESHOLD
from tandemweb.domain.finding import FileReference, Severity, Stance

CREDIT = "A zero in the debit column makes the credit disappear. The salary row is dropped without a message."
ROWS = "Form feeds split rows. `str.splitlines` cuts at U+2028 as well."
HELP = "The help text of `--credit-col` is empty."


def test_the_same_problem_in_other_words_is_one_finding():
    (finding,) = match_exchange(
        [
            write("claude", "independent", say(CREDIT, HIGH)),
            write(
                "codex", "independent", say("Zero in debit column: the credit is lost. The salary row is gone.", HIGH)
            ),
        ]
    )
    assert [reason.reason for reason in finding.reasons] == ["text"]
    assert finding.reasons[0].score >= LINK_THRESHOLD
    assert finding.raised_by == ("claude", "codex")


def test_an_explicit_mark_joins_what_no_word_joins():
    findings = match_exchange(
        [
            write("codex", "independent", say(CREDIT, HIGH, label="F1"), say(ROWS, MEDIUM, label="F2")),
            write("claude", "merged", say("Money is lost for the card statement (Codex F1).", HIGH), step=2),
        ]
    )
    assert [len(finding.mentions) for finding in findings] == [2, 1]
    assert findings[0].reasons[0].reason == "reference"


def test_a_criterion_joins_where_both_say_little():
    (finding,) = match_exchange(
        [
            write("claude", "independent", say("### 4. Debit and credit\nVerdict: FAIL", criteria=(4,))),
            write("codex", "independent", say("4 | FAIL | salary lost", criteria=(4,))),
        ]
    )
    assert finding.reasons[0].reason == "criterion"


def test_the_same_lines_of_code_help():
    where = (FileReference("importer.py", 88, 112),)
    findings = match_exchange(
        [
            write("claude", "independent", say("Amounts lose cents when rounding.", LOW, file_references=where)),
            write("codex", "independent", say("Cents are cut off, rounding is missing.", LOW, file_references=where)),
        ]
    )
    assert len(findings) == 1


def test_a_criterion_row_belongs_to_the_item_that_explains_it():
    (finding,) = match_exchange(
        [
            write(
                "codex",
                "independent",
                say(f"F1. {CREDIT}", HIGH, label="F1", criteria=(4,)),
                say("4 | FAIL | F1", criteria=(4,)),
            ),
        ]
    )
    assert len(finding.mentions) == 2


def test_two_items_of_one_document_stay_two():
    findings = match_exchange(
        [
            write(
                "claude",
                "independent",
                say("Link to tags with a plus sign is wrong. The plus becomes a blank.", HIGH),
                say("Link to tags with a quote sign is wrong. The quote ends the name.", HIGH),
            ),
            write("codex", "independent", say("Link to tags with plus or quote sign is wrong.", HIGH)),
        ]
    )
    assert sorted(len(finding.mentions) for finding in findings) == [1, 2]


def test_a_row_that_fails_for_two_reasons_does_not_join_them():
    merged = write(
        "claude",
        "merged",
        say(f"1 | High | {CREDIT}", HIGH, label="1"),
        say(f"2 | High | {ROWS}", HIGH, label="2"),
        say("4 | FAIL | 1, 2", criteria=(4,), references=((None, "1"),)),
        step=2,
    )
    row = merged.mentions[2]
    twice = replace(merged, mentions=(*merged.mentions, replace(row, references=((None, "2"),))))
    findings = match_exchange([twice, write("codex", "review", say("Finding 2: as I said.", LOW), step=2)])
    assert [len(finding.mentions) for finding in findings] == [2, 3]
    assert all(row.line in {mention.line for mention in finding.mentions} for finding in findings)


def test_a_second_look_under_its_own_heading_belongs_to_its_item():
    (finding,) = match_exchange(
        [
            write("codex", "independent", say(CREDIT, HIGH, label="X3")),
            write(
                "claude",
                "merged",
                say("Salary vanishes (Codex X3, there High), see below.", LOW),
                say("### On X3\nI had only tried the other layout.", title="On X3"),
                step=2,
            ),
        ]
    )
    assert len(finding.mentions) == 3


def test_the_final_copy_says_the_same_of_each():
    items = (say(CREDIT, HIGH, label="1"), say(ROWS, MEDIUM, label="2"), say(HELP, LOW, label="3"))
    findings = match_exchange(
        [write("claude", "merged", *items, step=2), write("claude", "final", *items, path="Round-01.md")]
    )
    assert [len(finding.mentions) for finding in findings] == [2, 2, 2]
    assert all(reason.score == 1.0 for finding in findings for reason in finding.reasons)


def test_an_item_that_names_its_source_is_not_taken_for_another_reports():
    claude = write("claude", "independent", say("The help text of the credit column is empty."))
    codex = write("codex", "independent", say("Only one of debit and credit column is ignored.", MEDIUM, label="F2"))
    merged = write("claude", "merged", say("Credit column alone is ignored, help text or not (Codex F2).", LOW), step=2)
    findings = match_exchange([claude, codex, merged])
    assert [finding.raised_by for finding in findings] == [("claude",), ("codex",)]


def test_a_neutral_fact_counts_where_the_other_makes_a_point_of_it():
    fact = say("`store.py:18` catches every error and starts empty.", section="Context")
    alone = write("codex", "independent", candidates=[fact])
    assert match_exchange([alone]) == ()
    answer = say("Every error is caught and the store starts empty: damage is lost (Codex).", section="Gaps")
    (finding,) = match_exchange([alone, write("claude", "merged", answer, step=2)])
    assert [mention.path for mention in finding.mentions] == ["codex-01-independent.md", "claude-02-merged.md"]
    assert finding.raised_by == ("codex",)


def test_criteria_that_agree_are_no_finding():
    criterion = say("A damaged file is never overwritten.", section="Acceptance Criteria")
    documents = [write(author, "independent", candidates=[criterion]) for author in ("claude", "codex")]
    assert match_exchange(documents) == ()


def test_keys_outlive_a_shift_of_lines_and_differ_within_an_exchange():
    before = match_exchange([write("claude", "independent", say(CREDIT, HIGH), say(HELP, LOW), say(HELP, LOW))])
    after = match_exchange(
        [write("claude", "independent", say(CREDIT, HIGH), say(HELP, LOW), heading="# Report\n\nNew.")]
    )
    assert len({finding.key for finding in before}) == len(before)
    assert {finding.key for finding in after} <= {finding.key for finding in before}


def test_a_stranger_is_left_alone():
    findings = match_exchange(
        [write("claude", "independent", say(CREDIT, HIGH)), write("codex", "independent", say(HELP, LOW))]
    )
    assert len(findings) == 2
    assert all(finding.reasons == () for finding in findings)


WORDS = [
    "debit",
    "credit",
    "column",
    "salary",
    "row",
    "journal",
    "import",
    "help",
    "text",
    "umlaut",
    "quote",
    "lock",
    "crash",
]
MARKS = st.sampled_from([None, "F1", "F2", "H1", "1", "2", "5a"])
items = st.builds(
    lambda words, mark, severity, reference, stance: say(
        f"{' '.join(words)}. {reference}", severity, stance, label=mark, title=" ".join(words)
    ),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    MARKS,
    st.sampled_from([None, *Severity]),
    st.sampled_from(["", "(Codex F1)", "(Claude H1)", "See finding 2.", "Both of us."]),
    st.sampled_from(list(Stance)),
)
roles = st.sampled_from(
    [
        ("claude", "independent"),
        ("codex", "independent"),
        ("claude", "merged"),
        ("codex", "review"),
        ("codex", "placeholder"),
    ]
)
documents_of = st.lists(st.tuples(roles, st.lists(items, max_size=5), st.sampled_from([None, True, False])), max_size=6)


def build(drafts):
    return [
        write(author, role, *said, step=step, approved=approved)
        for step, ((author, role), said, approved) in enumerate(drafts, 1)
    ]


def swap(text):
    return (
        text.translate(str.maketrans({"\0": ""}))
        .replace("Codex", "\0")
        .replace("Claude", "Codex")
        .replace("\0", "Claude")
    )


def swap_authors(document):
    """Give the same exchange with the two models in each other's place."""
    author = {"claude": "codex", "codex": "claude"}[document.author]
    mentions = tuple(replace(m, text=swap(m.text), title=swap(m.title)) for m in document.mentions)
    return replace(document, author=author, mentions=mentions, text=swap(document.text))


@settings(max_examples=150, deadline=None)
@given(documents_of)
def test_every_mention_is_in_exactly_one_finding(drafts):
    documents = build(drafts)
    findings = match_exchange(documents)
    said = sorted((mention.path, mention.line) for finding in findings for mention in finding.mentions)
    assert said == sorted((mention.path, mention.line) for document in documents for mention in document.mentions)
    for finding in findings:
        assert all(0 <= reason.left < reason.right < len(finding.mentions) for reason in finding.reasons)
        assert finding.raised_by
    assert len({finding.key for finding in findings}) == len(findings)


@settings(max_examples=100, deadline=None)
@given(documents_of)
def test_the_same_exchange_gives_the_same_findings(drafts):
    assert match_exchange(build(drafts)) == match_exchange(build(drafts))


@settings(max_examples=150, deadline=None)
@given(documents_of)
def test_swapping_the_authors_mirrors_the_result(drafts):
    documents = build(drafts)
    findings, mirrored = match_exchange(documents), match_exchange([swap_authors(document) for document in documents])
    assert lines_of(findings) == lines_of(mirrored)
    other = {"claude": "codex", "codex": "claude"}
    for one, two in zip(findings, mirrored, strict=True):
        assert {other[name] for name in one.raised_by} == set(two.raised_by)
        assert (one.agreement, one.outcome, one.final_severity, one.stuck) == (
            two.agreement,
            two.outcome,
            two.final_severity,
            two.stuck,
        )


@settings(max_examples=60, deadline=None)
@given(documents_of)
def test_quotes_stand_in_their_documents(drafts):
    documents = {document.path: document for document in build(drafts)}
    for finding in match_exchange(list(documents.values())):
        for step in finding.trail:
            text = documents[step.path].text
            assert step.quote in text
            assert step.quote.split("\n")[0] in text.split("\n")[step.line - 1]


def test_a_long_exchange_is_matched_in_milliseconds():
    names = [(WORDS[place % len(WORDS)], WORDS[(place * 5 + 3) % len(WORDS)]) for place in range(15)]
    topics = [f"{one} {other} case {place * 137} fails for {place * 91}" for place, (one, other) in enumerate(names)]
    said = [say(f"{topic}. The {topic} was run twice and gave another result each time.", MEDIUM) for topic in topics]
    plan = [("claude", "independent"), ("codex", "independent"), *[("claude", "merged"), ("codex", "review")] * 5]
    documents = [write(author, role, *said, step=step) for step, (author, role) in enumerate(plan, 1)]
    started = time.perf_counter()
    findings = match_exchange(documents)
    elapsed = time.perf_counter() - started
    assert [len(finding.mentions) for finding in findings] == [12] * 15
    print(f"{elapsed * 1000:.0f} ms for {len(documents)} documents")
    assert elapsed < 1.0  # a busy machine; on an idle one a twentieth of it


def test_what_a_merged_document_credits_without_a_mark_is_what_is_left_of_that_report():
    codex = write(
        "codex",
        "independent",
        say("Retry has no upper bound. A client without server reconnects for ever.", LOW),
        say(ROWS, MEDIUM),
    )
    merged = write(
        "claude",
        "merged",
        say("Reconnects are limited\nSource: Codex. Gives up after thirty attempts.", None, Stance.REJECTS),
        say("U+2028 splits rows (Codex).", MEDIUM),
        step=2,
    )
    findings = match_exchange([codex, merged])
    assert [len(finding.mentions) for finding in findings] == [2, 2]
    assert {finding.raised_by for finding in findings} == {("codex",)}


def test_thousands_of_items_do_not_take_quadratic_time():
    def numbered(count):
        text = "The journal import fails for case {0} of the parser, criterion 4, in row {0}."
        return [say(text.format(place * 137), MEDIUM, label=f"F{place}", criteria=(4,)) for place in range(count)]

    documents = [
        write("codex", "independent", *numbered(2000)),
        write("claude", "merged", *numbered(2000), step=2),
    ]
    started = time.process_time()
    assert sum(len(finding.mentions) for finding in match_exchange(documents)) == 4000
    assert time.process_time() - started < 20


def test_numbers_of_a_list_are_followed_and_mine_are_the_authors():
    findings = match_exchange(
        [
            write("claude", "independent", say("Backups are never pruned.", LOW)),
            write("codex", "independent", say("1. Totals ignore ranges."), say("2. Export drops the header row.")),
            write("claude", "merged", say("**Uncertain sums** (Codex 1)."), say("**First line of a file** (Codex 2).")),
            write("codex", "review", say("item 2 of mine: settled.", None, Stance.ACCEPTS), approved=True),
        ]
    )
    assert lines_of(findings) == [
        {"claude-01-independent.md:3"},
        {"codex-01-independent.md:3", "claude-01-merged.md:3"},
        {"codex-01-independent.md:5", "claude-01-merged.md:5", "codex-01-review.md:5"},
    ]


def test_marks_of_two_documents_name_one_point():
    findings = match_exchange(
        [
            write("claude", "independent", say("C1 Memory store has no jitter.", HIGH, label="C1")),
            write("claude", "merged", say("M1 All delays are equal (C1).", HIGH, label="M1")),
            write("codex", "review", say("C1 / M1: reproduced.", HIGH, Stance.ACCEPTS), approved=True),
        ]
    )
    assert len(findings) == 1


def test_a_verdict_follows_the_item_that_names_its_lines():
    place = (FileReference("src/memory.ts", 41, 41),)
    row = say("3 | FAIL | memory store waits the full bound", None, criteria=(3,), file_references=place)
    item = say("Memory store has no jitter: it waits in full.", HIGH, label="C1", file_references=place)
    assert len(match_exchange([write("claude", "independent", row, item)])) == 1


def test_a_merged_report_answers_a_point_and_lists_it():
    whole = "`EVAL` sends the whole script every time. 900 bytes for each request, use `EVALSHA`."
    answer = "`EVAL` sends the whole script every time. It is true and it is not High: Low."
    listed = "`EVAL` sends the whole script. 900 bytes for each request."
    documents = [
        write("codex", "independent", say(whole, HIGH), say("Rate zero divides. Validate it.", MEDIUM)),
        write(
            "claude",
            "merged",
            say(answer, LOW, Stance.ACCEPTS, section="Response to Codex-01"),
            say(listed, LOW, section="Issues Found"),
            say("One warning for each failure. Log on change of state.", MEDIUM, section="Issues Found"),
            step=2,
        ),
    ]
    first = match_exchange(documents)[0]
    assert [mention.severity for mention in first.mentions] == [HIGH, LOW, LOW]


def test_a_verdict_of_a_copy_is_no_rival_of_the_item_that_explains_it():
    """A row of the final evaluation is like the merged item, its own item is like the report's: all are one."""
    report = say("A directory that cannot be listed is left out without a message. Exit code 0.", MEDIUM, label="4")
    merged = say("Folders without permission are skipped in silence (Codex 4).", LOW, criteria=(9,))
    row = say("9 | FAIL | folders without permission are skipped in silence", criteria=(9,))
    item = say("A directory that cannot be listed is left out. The exit code is 0, without a message.", MEDIUM)
    findings = match_exchange(
        [
            write("codex", "independent", report),
            write("claude", "merged", merged, step=2),
            write("claude", "final", row, item, step=3),
        ]
    )
    assert [len(finding.mentions) for finding in findings] == [4]


def test_a_row_and_the_section_under_its_mark_are_one_point():
    row = say("7 | Medium | Disputed | A hung loop is not noticed | see below", MEDIUM, label="7", section="Findings")
    other = say("8 | Low | Agreed | The lock is late | yes", LOW, label="8", section="Findings")
    told = say("7 — the second half of Codex's point\n\nNobody feeds it.", label="7", section="Findings")
    assert [len(one.mentions) for one in match_exchange([write("claude", "merged", row, other, told, step=2)])] == [
        2,
        1,
    ]
    rated = replace(told, severity=HIGH, severity_word="High")
    assert [len(one.mentions) for one in match_exchange([write("claude", "merged", row, rated, step=2)])] == [1, 1]


def test_a_mark_means_what_was_there_when_it_was_first_written():
    row = "The fan runs on after a power cut (Codex F1)."
    findings = match_exchange(
        [
            write("codex", "independent", say("Ventilation keeps its state.", MEDIUM, label="F1")),
            write("claude", "merged", say(row, MEDIUM), step=2),
            write("codex", "review", say("Nobody logs that the fan runs.", LOW, Stance.OBJECTS, label="F1"), step=2),
            write("claude", "merged", say(row, MEDIUM), step=3),
        ]
    )
    assert {"codex-01-independent.md:3", "claude-02-merged.md:3", "claude-03-merged.md:3"} in lines_of(findings)


def test_the_number_of_a_list_that_fails_is_that_of_its_criterion():
    mention = say("Clearing: FAIL. Rows stay.", criteria=(3,), section="Acceptance criteria")
    texts = ("3. Clearing: FAIL. Rows stay.", mention.text)
    assert [build_entry(0, "claude", "independent", mention, text).is_verdict for text in texts] == [True, False]


def test_what_lists_a_point_speaks_for_it_before_what_answers_it():
    answer = say("F1: the timeout. Taken, and raised to High.", HIGH, Stance.ACCEPTS, section="Answers to Codex")
    listed = say("The timeout is never armed (Codex F1).", MEDIUM, section="Findings")
    (finding,) = match_exchange(
        [
            write("codex", "independent", say("The timeout is never armed.", MEDIUM, label="F1")),
            write("claude", "merged", answer, listed, step=2),
        ]
    )
    assert finding.final_severity is Severity.MEDIUM
