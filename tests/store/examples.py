"""Domain values with every field set, and none of them twice the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tandemweb.domain.commit import ChangeStatus, Commit, FileChange
from tandemweb.domain.finding import (
    Agreement,
    Criterion,
    CriterionVerdict,
    Decision,
    FileReference,
    Finding,
    MatchReason,
    Mention,
    Outcome,
    Severity,
    Stance,
    TrailStep,
)
from tandemweb.domain.mission import (
    ArchiveRoot,
    Asset,
    Author,
    Document,
    DocumentKind,
    Exchange,
    FileStamp,
    Mission,
    MissionState,
    Naming,
    Project,
    Readability,
    Role,
    Stage,
)
from tandemweb.domain.problem import Problem

PROJECT = Project("shop", "Shop", "/work/shop", "/work/shop/.git", "/work/shop/.git")
ROOT = ArchiveRoot(
    path="apps/TandemKit",
    slug="apps-tandemkit",
    naming=Naming.PASCAL,
    project_name="Shop",
    current_mission="001-AddCart",
    next_mission_number=3,
    config={"codex": {"effort": "high"}, "unknown": [1, None, "ü"]},
)
START = datetime(2026, 5, 4, 9, 30, 15, 250000, tzinfo=UTC)


def make_document(path: str, **changes) -> Document:
    document = Document(
        path=path,
        kind=DocumentKind.DISCUSSION,
        author=Author.CODEX,
        role=Role.REVIEW,
        stage=Stage.EVALUATION,
        round=1,
        step=2,
        title=f"Title of {path}",
        readability=Readability.TEXT,
        stamp=FileStamp(120, 1_700_000_000_123_456_789, 42),
        content_hash=f"hash of {path}",
        line_count=12,
        verdict="PASS_WITH_GAPS",
        verdict_line=3,
        approved=False,
        approved_line=4,
    )
    return replace(document, **changes)


def make_finding(key: str = "f1", **changes) -> Finding:
    mention = Mention(
        path="apps/TandemKit/001-AddCart/Evaluator/Round-01-Discussion/Codex-01.md",
        line=4,
        end_line=9,
        title="Totals are wrong",
        text="The total forgets **tax**.",
        severity=Severity.MEDIUM,
        severity_word="P2",
        label="F1",
        section="Findings",
        stance=Stance.OBJECTS,
        criteria=(2, 3),
        references=(("claude", "H1"), (None, "3")),
        file_references=(FileReference("cart.py", 88, 112), FileReference("tax.py")),
        stated_agreement=Agreement.PARTIALLY_AGREED,
        confidence=0.75,
        reviewers=("Kimi", "GLM"),
    )
    finding = Finding(
        key=key,
        title="Totals are wrong",
        mentions=(mention, Mention("b.md", 1, 1, "Totals", "", None)),
        raised_by=("codex",),
        severity_by=(("codex", Severity.MEDIUM), ("claude", Severity.LOW)),
        final_severity=Severity.LOW,
        agreement=Agreement.DISPUTED,
        outcome=Outcome.DOWNGRADED,
        trail=(
            TrailStep("b.md", 2, "claude", Stance.REJECTS, None, None, "No."),
            TrailStep(
                "c.md", 3, "codex", Stance.ACCEPTS, Severity.LOW, Agreement.AGREED, "Yes.", changed_position=True
            ),
        ),
        reasons=(MatchReason(0, 1, "file-range", 0.5),),
        stuck=True,
    )
    return replace(finding, **changes)


def make_mission(name: str = "001-AddCart", **changes) -> Mission:
    folder = f"{ROOT.path}/{name}"
    spec = make_document(
        f"{folder}/Spec.md", kind=DocumentKind.SPEC, author=None, role=None, stage=None, round=None, step=None
    )
    claude = make_document(
        f"{folder}/Planner-Discussion/Claude-01.md", stage=Stage.PLANNING, author=Author.CLAUDE, approved=None
    )
    codex = make_document(f"{folder}/Evaluator/Round-01-Discussion/Codex-01.md", approved=True)
    evidence = ((codex.path, 5, "Criterion 1: PASS"),)
    evaluation = Exchange(
        stage=Stage.EVALUATION,
        round=1,
        documents=(codex, spec),
        final_verdict="FAIL",
        criteria=(CriterionVerdict(1, "PASS", None, "FAIL", evidence), CriterionVerdict(2, None, None, None)),
        findings=(make_finding(), make_finding("f2", raised_by=("claude", "codex"), trail=(), reasons=())),
    )
    mission = Mission(
        root=ROOT,
        path=folder,
        name=name,
        number=1,
        title="Add a cart",
        state=MissionState(
            phase="evaluation",
            round=1,
            verdict="FAIL",
            generator_status="done",
            evaluator_status="evaluating",
            user_feedback_round_count=2,
            started_at=START,
            updated_at=START + timedelta(days=1),
            completed_by="user",
            unknown={"catchupEvaluation": {"deep": [True]}},
        ),
        documents=(spec, codex, claude),
        exchanges=(Exchange(Stage.PLANNING, 0, (claude,)), evaluation),
        assets=(Asset(f"{folder}/Assets/R01-Gen-Cart-de.png", FileStamp(9, 8, 2**64 - 1), 1, "gen", "Cart", "de"),),
        criteria=(Criterion(1, "Totals include tax", spec.path, 8),),
        decisions=(Decision("Use cents", spec.path, 20, 24, "text", "exact", ("floats", "decimals")),),
        changed_files={1: ("cart.py", "tax.py"), 2: ()},
        problems=(Problem(spec.path, 3, "odd-verdict", "The verdict is odd."), Problem(folder, None, "gone", "Gone.")),
    )
    return replace(mission, **changes)


def make_texts(mission: Mission) -> dict[str, str]:
    return {document.path: f"# {document.title}\n\nwords of {document.path}\n" for document in mission.documents}


def make_commit(number: int, *changes: FileChange, **fields) -> Commit:
    """Make the commit with object id ``number``, child of the one before it."""
    commit = Commit(
        oid=f"{number:040x}",
        parents=(f"{number - 1:040x}",),
        author_name="Ada",
        author_email="ada@example.org",
        authored_at=START + timedelta(hours=number),
        committed_at=START + timedelta(hours=number),
        subject=f"Subject {number}",
        body=f"Body {number}",
        changes=changes,
    )
    return replace(commit, **fields)


def make_change(status: str, path: str, old_path: str | None = None, blob: str = "b" * 40) -> FileChange:
    kind = ChangeStatus(status)
    return FileChange(
        status=kind,
        path=path,
        old_path=old_path,
        blob=None if kind is ChangeStatus.DELETED else blob,
        old_blob=None if kind is ChangeStatus.ADDED else "c" * 40,
        mode="100644",
        old_mode="100644",
    )
