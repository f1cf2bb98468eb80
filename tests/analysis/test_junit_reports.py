"""Test results as XML, and files that only pretend to be that."""

import pytest

from tandemweb.analysis.case_differences import compare_cases
from tandemweb.analysis.junit_reports import (
    LARGEST,
    LONGEST_TEXT,
    MOST_CASES,
    UnreadableReportError,
    extract_junit_report,
    merge_cases,
)
from tandemweb.domain.case_results import CaseKind, CaseOutcome, CaseResult, SideTests

PASSED, FAILED, ERROR, SKIPPED = CaseOutcome
REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><properties><property name="a" value="b"/></properties><testsuite name="s" tests="5">
<testcase classname="tests.test_a" name="test_one" time="0.25"/>
<testcase classname="tests.test_a" name="test_two"><failure message="assert 1 == 2">at &lt;b&gt;
<![CDATA[<script>alert(1)</script>]]></failure><system-out>noise</system-out></testcase>
<testcase name="alone" time="1,250.5"><error/></testcase>
<testcase file="x.rb" name="later" time="nan"><skipped message="not now"/></testcase>
<testcase classname="c" name="both"><failure>first</failure><error>second</error></testcase>
</testsuite></testsuites>"""
LAUGHS = "".join("<!ENTITY l{} '{}'>".format(n, f"&l{n - 1};" * 10) for n in range(1, 10))
BILLION_LAUGHS = f"<!DOCTYPE l [<!ENTITY l0 'lol'>{LAUGHS}]>"
SUITE = "<testsuite><testcase name='{}'/></testsuite>"


def test_cases_are_read():
    report = extract_junit_report(REPORT.encode())
    assert [(case.name, case.outcome, case.seconds) for case in report.cases] == [
        ("tests.test_a::test_one", PASSED, 0.25),
        ("tests.test_a::test_two", FAILED, None),
        ("alone", ERROR, 1250.5),
        ("x.rb::later", SKIPPED, None),
        ("c::both", FAILED, None),
    ]
    assert report.cases[1].text == "assert 1 == 2\nat <b>\n<script>alert(1)</script>"
    assert report.cases[3].text == "not now"
    assert report.cases[4].text == "first"


@pytest.mark.security
@pytest.mark.parametrize(
    "text",
    [
        BILLION_LAUGHS + SUITE.format("&l9;"),
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SUITE.format("&x;"),
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd">' + SUITE.format("a"),
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>' + SUITE.format("a"),
        SUITE.format("&undefined;"),
        "<testsuite>" + "<a>" * 100 + "</a>" * 100 + "</testsuite>",
        "<testsuite><testcase name='a'>",
        "<html></html>",
        "",
        "{}",
        '<?xml version="1.0" encoding="no-such-code"?><testsuite/>',
    ],
)
def test_what_is_refused(text: str):
    with pytest.raises(UnreadableReportError):
        extract_junit_report(text.encode())


@pytest.mark.security
def test_a_large_file_is_not_read():
    with pytest.raises(UnreadableReportError, match="16 MiB"):
        extract_junit_report(b" " * (LARGEST + 1))


@pytest.mark.security
def test_lengths_and_counts_have_limits():
    long = f"<testsuite><testcase name='{'n' * 100_000}'><failure>{'x' * 1_000_000}</failure></testcase></testsuite>"
    (case,) = extract_junit_report(long.encode()).cases
    assert (len(case.name), len(case.text)) == (500, LONGEST_TEXT)
    many = "<testcase name='a'/>" * (MOST_CASES + 1)
    report = extract_junit_report(f"<testsuite>{many}</testsuite>".encode())
    assert (len(report.cases), report.is_truncated) == (MOST_CASES, True)


def test_namespaces_and_other_encodings():
    text = "<?xml version='1.0' encoding='utf-16'?><x:testsuite xmlns:x='urn:a'><x:testcase name='ä'/></x:testsuite>"
    assert [case.name for case in extract_junit_report(text.encode("utf-16")).cases] == ["ä"]


def test_the_worst_of_one_name_counts():
    cases = [CaseResult("a", PASSED), CaseResult("a", FAILED, text="why"), CaseResult("a", SKIPPED)]
    assert merge_cases(cases) == (CaseResult("a", FAILED, text="why"),)


def test_sides_beside_each_other():
    one = SideTests("1", 0, cases=(*(CaseResult(name, PASSED) for name in "abc"), CaseResult("d", FAILED)))
    other = SideTests("2", 1, cases=(CaseResult("a", ERROR), CaseResult("c", PASSED), CaseResult("d", ERROR)))
    rows = compare_cases([one, other])
    assert [(row.name, row.kind) for row in rows] == [
        ("a", CaseKind.DIFFER),
        ("b", CaseKind.ONLY),
        ("d", CaseKind.FAIL),
        ("c", CaseKind.SAME),
    ]
