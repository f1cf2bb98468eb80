"""Corrections over what was read: applied, found again after edits, put together, taken back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tandemweb.domain.finding import Agreement, Finding, Mention, Outcome, Severity, Stance, TrailStep
from tandemweb.domain.mission import (
    ArchiveRoot,
    Author,
    Document,
    DocumentKind,
    Exchange,
    FileStamp,
    Mission,
    MissionState,
    Naming,
    Readability,
    Role,
    Stage,
)
from tandemweb.services.anchors import Anchoring, build_anchor, find_anchored, quote_mention
from tandemweb.services.correcting import correct_mission
from tandemweb.store.corrections import Correction, CorrectionKind

FOLDER = "TandemKit/001-Ranges"
CLAUDE, CODEX = (f"{FOLDER}/Evaluator/Round-01-Discussion/{name}-01.md" for name in ("Claude", "Codex"))
FINAL = f"{FOLDER}/Evaluator/Round-01.md"
AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
EMPTY = Mention(
    CODEX, 12, 14, "An empty range is accepted", "`report.py:20` gives an empty report, status 0.", Severity.HIGH
)
SAME = Mention(CLAUDE, 30, 31, "Ranges without days", "Nothing refuses them; see `report.py:20`.", Severity.LOW)
TITLE = Mention(CLAUDE, 40, 42, "The title lacks the range", "Readers cannot tell which days a report is of.", None)


def make_finding(key: str, mention: Mention, author: str, **changes) -> Finding:
    step = TrailStep(mention.path, mention.line, author, Stance.RAISES, mention.severity, None, mention.text)
    finding = Finding(
        key=key,
        title=mention.title,
        mentions=(mention,),
        raised_by=(author,),
        severity_by=((author, mention.severity),) if mention.severity else (),
        final_severity=mention.severity,
        agreement=Agreement.AGREED,
        outcome=Outcome.CONFIRMED,
        trail=(step,),
    )
    return replace(finding, **changes)


def make_document(path: str, author: Author, role: Role) -> Document:
    return Document(
        path=path,
        kind=DocumentKind.EVALUATION if role is Role.FINAL else DocumentKind.DISCUSSION,
        author=author,
        role=role,
        stage=Stage.EVALUATION,
        round=1,
        step=None if role is Role.FINAL else 1,
        title="",
        readability=Readability.TEXT,
        stamp=FileStamp(1, 1, 1),
        content_hash="",
        line_count=50,
    )


def make_mission(*findings: Finding) -> Mission:
    documents = (
        make_document(CLAUDE, Author.CLAUDE, Role.INDEPENDENT),
        make_document(CODEX, Author.CODEX, Role.INDEPENDENT),
        make_document(FINAL, Author.CLAUDE, Role.FINAL),
    )
    exchange = Exchange(Stage.EVALUATION, 1, documents, findings=findings)
    root = ArchiveRoot("TandemKit", "tandemkit", Naming.PASCAL)
    return Mission(root, FOLDER, "001-Ranges", 1, "Ranges", MissionState(), documents, (exchange,))


EMPTY_FINDING = make_finding("e", EMPTY, "codex")
SAME_FINDING = make_finding("s", SAME, "claude")
TITLE_FINDING = make_finding("t", TITLE, "claude")
MISSION = make_mission(EMPTY_FINDING, SAME_FINDING, TITLE_FINDING)


def correction(kind: CorrectionKind, finding: Finding, value: str, number: int = 1, **changes) -> Correction:
    anchor = build_anchor("ranges", MISSION, MISSION.exchanges[0], finding)
    return replace(Correction(number, kind, anchor, value, AT), **changes)


def same_as(finding: Finding, other: Finding, number: int = 1) -> Correction:
    target = {"target_path": other.mentions[0].path, "target_quote": quote_mention(other.mentions[0])}
    return correction(CorrectionKind.SAME_AS, finding, other.key, number, **target)


def test_without_corrections_everything_stays():
    corrected = correct_mission(MISSION, ())
    assert corrected.mission == MISSION
    assert corrected.orphans == ()
    assert [exchange.corrections for exchange in corrected.exchanges] == [{}]


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        (CorrectionKind.SEVERITY, Severity.LOW, "final_severity"),
        (CorrectionKind.AGREEMENT, Agreement.DISPUTED, "agreement"),
        (CorrectionKind.OUTCOME, Outcome.DISMISSED, "outcome"),
    ],
)
def test_one_field_is_corrected_and_says_so(kind: CorrectionKind, value: str, field: str):
    was = getattr(EMPTY_FINDING, field)
    corrected = correct_mission(MISSION, [correction(kind, EMPTY_FINDING, value, note="reread", was=was)])
    [exchange] = corrected.mission.exchanges
    assert exchange.findings == (replace(EMPTY_FINDING, **{field: value}), SAME_FINDING, TITLE_FINDING)
    [told] = corrected.exchanges[0].corrections["e"]
    assert (told.was, told.now, told.created_at, told.note) == (was, value, AT, "reread")
    assert (told.anchoring, told.was_then) == (Anchoring.EXACT, "")


def test_the_latest_of_a_kind_wins():
    given = [correction(CorrectionKind.SEVERITY, EMPTY_FINDING, word, n) for n, word in enumerate(("LOW", "MEDIUM"), 1)]
    corrected = correct_mission(MISSION, given)
    assert corrected.mission.exchanges[0].findings[0].final_severity is Severity.MEDIUM
    assert [told.id for told in corrected.exchanges[0].corrections["e"]] == [2]


def test_no_finding_is_set_apart_not_lost():
    corrected = correct_mission(MISSION, [correction(CorrectionKind.NO_FINDING, TITLE_FINDING, "not a finding")])
    assert corrected.mission.exchanges[0].findings == (EMPTY_FINDING, SAME_FINDING)
    [removed] = corrected.exchanges[0].removed
    assert (removed.finding, removed.correction.id) == (TITLE_FINDING, 1)


def test_two_findings_that_are_one_are_judged_anew():
    corrected = correct_mission(MISSION, [same_as(SAME_FINDING, EMPTY_FINDING)])
    whole, other = corrected.mission.exchanges[0].findings
    assert other == TITLE_FINDING
    assert (whole.key, whole.title) == ("e", EMPTY.title)
    assert whole.mentions == (SAME, EMPTY)
    assert whole.raised_by == ("claude", "codex")
    assert dict(whole.severity_by) == {"claude": Severity.LOW, "codex": Severity.HIGH}
    assert whole.agreement is Agreement.PARTIALLY_AGREED
    assert [(step.path, step.line) for step in whole.trail] == [(CLAUDE, 30), (CODEX, 12)]
    assert [(reason.left, reason.right, reason.reason) for reason in whole.reasons] == [(0, 1, "correction")]
    assert corrected.exchanges[0].merged_keys == {"e": ("s",)}
    [told] = corrected.exchanges[0].corrections["e"]
    assert (told.was, told.now) == (SAME.title, EMPTY.title)


def test_what_was_said_of_a_part_holds_for_the_whole_unless_it_has_its_own():
    given = [
        same_as(SAME_FINDING, EMPTY_FINDING, 1),
        correction(CorrectionKind.SEVERITY, SAME_FINDING, "MEDIUM", 2),
        correction(CorrectionKind.OUTCOME, SAME_FINDING, "dismissed", 3),
        correction(CorrectionKind.OUTCOME, EMPTY_FINDING, "confirmed", 4),
    ]
    whole = correct_mission(MISSION, given).mission.exchanges[0].findings[0]
    assert (whole.final_severity, whole.outcome) == (Severity.MEDIUM, Outcome.CONFIRMED)


def test_a_circle_ends_at_its_first_finding():
    given = [same_as(EMPTY_FINDING, TITLE_FINDING, 1), same_as(TITLE_FINDING, EMPTY_FINDING, 2)]
    findings = correct_mission(MISSION, given).mission.exchanges[0].findings
    assert [finding.key for finding in findings] == ["e", "s"]


def test_a_chain_ends_at_its_last_finding():
    given = [same_as(SAME_FINDING, EMPTY_FINDING, 1), same_as(EMPTY_FINDING, TITLE_FINDING, 2)]
    [whole] = correct_mission(MISSION, given).mission.exchanges[0].findings
    assert whole.key == "t"
    assert len(whole.mentions) == 3


def test_a_finding_in_other_words_is_found_by_its_key():
    edited = make_finding("e", replace(EMPTY, text="All of it was written anew by somebody else.", line=90), "codex")
    corrected = correct_mission(make_mission(edited), [correction(CorrectionKind.SEVERITY, EMPTY_FINDING, "LOW")])
    assert corrected.exchanges[0].corrections["e"][0].anchoring is Anchoring.REWORDED
    assert corrected.mission.exchanges[0].findings[0].final_severity is Severity.LOW


def test_the_same_words_in_another_finding_are_found():
    moved = make_finding("new", replace(EMPTY, line=200), "codex")
    other = make_finding("e", replace(TITLE, path=CODEX), "codex")  # another finding got the old key
    corrected = correct_mission(make_mission(other, moved), [correction(CorrectionKind.SEVERITY, EMPTY_FINDING, "LOW")])
    assert list(corrected.exchanges[0].corrections) == ["new"]
    assert corrected.exchanges[0].corrections["new"][0].anchoring is Anchoring.MOVED


def test_nearly_the_same_words_are_found():
    edited = replace(EMPTY, title="An empty range is still accepted", text=EMPTY.text.replace("20", "24"), line=15)
    mission = make_mission(make_finding("new", edited, "codex"), TITLE_FINDING)
    corrected = correct_mission(mission, [correction(CorrectionKind.SEVERITY, EMPTY_FINDING, "LOW")])
    assert corrected.exchanges[0].corrections["new"][0].anchoring is Anchoring.NEAR


def test_what_cannot_be_found_is_an_orphan_and_changes_nothing():
    mission = make_mission(TITLE_FINDING)
    lost = correction(CorrectionKind.SEVERITY, EMPTY_FINDING, "LOW")
    corrected = correct_mission(mission, [lost])
    assert corrected.orphans == (lost,)
    assert corrected.mission == mission


def test_a_same_as_without_its_other_finding_is_an_orphan():
    mission = make_mission(SAME_FINDING, TITLE_FINDING)
    lost = same_as(SAME_FINDING, EMPTY_FINDING)
    assert correct_mission(mission, [lost]).orphans == (lost,)


def test_of_equal_words_the_nearest_line_is_meant():
    twins = make_mission(
        make_finding("x", replace(EMPTY, line=80), "codex"), make_finding("x-2", replace(EMPTY, line=13), "codex")
    )
    found = find_anchored(twins.exchanges, build_anchor("ranges", MISSION, MISSION.exchanges[0], EMPTY_FINDING))
    assert found is not None
    assert found.key == "x-2"
