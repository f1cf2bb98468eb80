"""The rail: a mission's steps in the order of the protocol, the same on every page of the mission."""

from dataclasses import dataclass

from tandemweb.domain.mission import Author, DocumentKind, Exchange, Mission, Role, Stage
from tandemweb.web import urls


@dataclass(frozen=True, slots=True)
class MissionPlace:
    """Where a page of a mission stands: slugs and names for its address and its breadcrumb."""

    project: str
    project_name: str
    root: str
    mission: str
    mission_path: str

    @property
    def address(self) -> str:
        return urls.mission(self.project, self.root, self.mission)


@dataclass(frozen=True, slots=True)
class RailStep:
    """One step. ``key`` is stable (``planning``, ``evaluation-2``); ``details`` are short facts to show under it."""

    key: str
    title: str
    address: str
    details: tuple[str, ...] = ()
    verdict: str | None = None
    is_current: bool = False


def list_steps(project: str, mission: Mission, current: str = "") -> tuple[RailStep, ...]:
    """List what the mission has come through so far; ``current`` is the key of the step that the page shows."""
    steps = [*_planning_steps(project, mission), *_round_steps(project, mission), *_closing_steps(project, mission)]
    return tuple(_mark(step) if step.key == current else step for step in steps)


def _mark(step: RailStep) -> RailStep:
    return RailStep(step.key, step.title, step.address, step.details, step.verdict, is_current=True)


def _planning_steps(project: str, mission: Mission) -> list[RailStep]:
    steps = []
    for exchange in mission.exchanges:
        if exchange.stage is Stage.PLANNING and any(d.kind is DocumentKind.DISCUSSION for d in exchange.documents):
            address = urls.planning(project, mission.root.slug, mission.name)
            steps.append(RailStep("planning", "Planning", address, (_exchange_count(exchange), *_approval(exchange))))
    for document in mission.documents:
        if document.kind is DocumentKind.SPEC:
            counts = (
                _count(len(mission.criteria), "criterion", "criteria"),
                _count(len(mission.decisions), "decision"),
            )
            steps.append(RailStep("spec", "Spec", urls.document(project, document.path), counts))
    return steps


def _round_steps(project: str, mission: Mission) -> list[RailStep]:
    steps = []
    for exchange in mission.exchanges:
        if exchange.stage is not Stage.EVALUATION:
            continue
        number = exchange.round
        address = urls.evaluation(project, mission.root.slug, mission.name, number)
        for document in exchange.documents:
            if document.kind is DocumentKind.FEEDBACK:
                title = f"Feedback {document.step or document.round or ''}".strip()
                steps.append(RailStep(f"feedback-{title}", title, urls.document(project, document.path)))
            elif document.role is Role.REPORT:
                files = mission.changed_files.get(number)
                listed = () if files is None else (_count(len(files), "file"),)
                steps.append(
                    RailStep(
                        f"generator-{number}", f"Generator {number}", urls.document(project, document.path), listed
                    )
                )
        if any(d.author in {Author.CLAUDE, Author.CODEX} for d in exchange.documents):
            details = (_exchange_count(exchange), *_finding_count(exchange), *_silence(exchange))
            steps.append(
                RailStep(f"evaluation-{number}", f"Evaluation {number}", address, details, exchange.final_verdict)
            )
    return steps


def _closing_steps(project: str, mission: Mission) -> list[RailStep]:
    steps = [
        RailStep("summary", "Summary", urls.document(project, document.path))
        for document in mission.documents
        if document.kind is DocumentKind.SUMMARY
    ]
    if mission.assets:
        address = urls.assets(project, mission.root.slug, mission.name)
        steps.append(RailStep("assets", "Assets", address, (_count(len(mission.assets), "file"),)))
    return steps


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _exchange_count(exchange: Exchange) -> str:
    numbers = {d.step for d in exchange.documents if d.kind is DocumentKind.DISCUSSION}
    return _count(len(numbers), "exchange")


def _approval(exchange: Exchange) -> tuple[str, ...]:
    answers = [d.approved for d in exchange.documents if d.role is Role.REVIEW and d.approved is not None]
    return ("approved" if answers[-1] else "not approved",) if answers else ()


def _finding_count(exchange: Exchange) -> tuple[str, ...]:
    return (_count(len(exchange.findings), "finding"),) if exchange.findings else ()


def _silence(exchange: Exchange) -> tuple[str, ...]:
    has_codex = any(d.author is Author.CODEX and d.role is not Role.PLACEHOLDER for d in exchange.documents)
    return () if has_codex else ("Codex did not answer",)
