"""Pages of what a person does with a mission, and of what was changed: values for the views and templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tandemweb.archive.conflicts import ChangedMeanwhileError
from tandemweb.domain.difference import FileDifference
from tandemweb.domain.mission import DocumentKind, Mission, Project
from tandemweb.errors import TandemwebError
from tandemweb.services.mission_changes import (
    Event,
    MissionOnDisk,
    Preview,
    RecentChange,
    compare_record,
    get_change,
    preview_event,
    preview_undo,
)
from tandemweb.services.next_steps import UserAction
from tandemweb.services.shown_files import Shown
from tandemweb.services.summaries import write_summary
from tandemweb.store.documents import read_texts
from tandemweb.store.mission_reading import get_mission
from tandemweb.store.questions import list_questions
from tandemweb.web import urls
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_project
from tandemweb.web.differences import DiffLayout, ShownDifference, show_difference
from tandemweb.web.next_step import NextStepPanel, build_panel, find_place_on_disk, read_mission_standing
from tandemweb.web.rail import MissionPlace, RailStep, list_steps

QUOTED = frozenset((DocumentKind.SPEC, DocumentKind.REPORT, DocumentKind.FEEDBACK))


@dataclass(frozen=True, slots=True)
class ActionForm:
    """What was typed: ``text`` in the one large field, ``answers`` by the keys of their questions."""

    text: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a form: ``preview`` shows what it would write; ``message`` says why it was not written.

    ``folders`` would be made. ``conflict`` is what changed since the form was built; the next form is built from what
    stands there now.
    """

    preview: tuple[ShownDifference, ...] | None = None
    message: str = ""
    conflict: ShownDifference | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionPage:
    place: MissionPlace
    steps: tuple[RailStep, ...]
    action: UserAction
    panel: NextStepPanel
    form: ActionForm
    reply: Reply = Reply()

    @property
    def is_possible(self) -> bool:
        return self.action in self.panel.step.actions


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change with what it wrote, and what undoing it would write; the reply says why it cannot be undone."""

    place: MissionPlace
    steps: tuple[RailStep, ...]
    change: RecentChange
    written: tuple[ShownDifference, ...]
    reply: Reply = Reply()


@dataclass(frozen=True, slots=True)
class Subject:
    """The mission that a page or form is about."""

    project: Project
    mission: Mission

    @property
    def place(self) -> MissionPlace:
        mission = self.mission
        return MissionPlace(self.project.slug, self.project.name, mission.root.slug, mission.name, mission.path)

    @property
    def on_disk(self) -> MissionOnDisk:
        return find_place_on_disk(self.project, self.mission)

    @property
    def address(self) -> str:
        return urls.mission(self.project.slug, self.mission.root.slug, self.mission.name)


def get_subject(slug: str, root: str, name: str) -> Subject:
    """Raise NotFoundError where there is no such mission."""
    return Subject(get_project(slug), get_mission(get_index(), slug, root, name))


def build_action_page(
    subject: Subject, action: UserAction, form: ActionForm | None = None, reply: Reply | None = None
) -> ActionPage:
    """Build the page of an action; without a ``form``, with the text that it begins with."""
    project, mission = subject.project, subject.mission
    questions = list_questions(get_index(), project.slug, mission.root.slug, mission.name)
    panel = build_panel(project, mission, read_mission_standing(project, mission), questions)
    return ActionPage(
        place=subject.place,
        steps=list_steps(subject.project.slug, subject.mission),
        action=action,
        panel=panel,
        form=form or ActionForm(prepare_text(subject, action, panel)),
        reply=reply or Reply(),
    )


def build_change_page(subject: Subject, change_id: str, error: TandemwebError | None = None) -> ChangePage:
    """Build the page of a change; ``error`` is why it was not undone just now. Raises NotFoundError, ArchiveError."""
    change = get_change(subject.on_disk, change_id)
    return ChangePage(
        place=subject.place,
        steps=list_steps(subject.project.slug, subject.mission),
        change=change,
        written=draw_all(compare_record(subject.on_disk, change.record)),
        reply=build_refusal(error) if error else _preview_undo(subject, change),
    )


def _preview_undo(subject: Subject, change: RecentChange) -> Reply:
    if not change.can_undo:
        return Reply()
    try:
        return show_preview(preview_undo(subject.on_disk, change.record.id))
    except TandemwebError as error:
        return build_refusal(error)


def build_preview(subject: Subject, event: Event, shown: Shown | None = None) -> Reply:
    """Show what an event would write. Raises what writing it would raise."""
    return show_preview(preview_event(subject.on_disk, event, at=datetime.now(UTC), shown=shown))


def show_preview(preview: Preview) -> Reply:
    return Reply(draw_all(preview.files), folders=preview.new_folders)


def build_refusal(error: TandemwebError) -> Reply:
    conflict = error.difference if isinstance(error, ChangedMeanwhileError) else None
    return Reply(message=str(error), conflict=draw(conflict) if conflict else None)


def prepare_text(subject: Subject, action: UserAction, panel: NextStepPanel) -> str:
    """Give the text that a form begins with: the plan as it is, or a summary of what is known."""
    step = panel.step
    if action is UserAction.APPROVE:
        return _recall(step.plan.path, panel) if step.plan else ""
    if action is not UserAction.COMPLETE:
        return ""
    written = _recall(step.summary_path, panel)
    if written:
        return written
    paths = [document.path for document in subject.mission.documents if document.kind in QUOTED]
    texts = read_texts(get_index(), subject.project.slug, paths)
    goal = " ".join(step.intent.goal.split()) if step.intent else ""
    return write_summary(subject.mission, texts, goal=goal, at=datetime.now(UTC))


def _recall(path: str, panel: NextStepPanel) -> str:
    """Give the text of a file that the panel was just built from; "" for none, and for what is no text."""
    shown = get_configuration().shown.recall({path: panel.step.shown.get(path)})
    try:
        return (shown.contents.get(path) or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def draw_all(differences: tuple[FileDifference, ...]) -> tuple[ShownDifference, ...]:
    return tuple(map(draw, differences))


def draw(difference: FileDifference) -> ShownDifference:
    return show_difference(difference, DiffLayout.UNIFIED)
