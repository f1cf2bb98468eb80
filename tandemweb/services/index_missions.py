"""The missions of a project brought into the index: those that changed are read whole, those that are gone removed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from tandemweb.domain.mission import FileStamp, Project
from tandemweb.services.changes import document_topic, mission_topic
from tandemweb.services.mission_plans import MissionPlan, place_of
from tandemweb.services.prepared import PreparedMission, prepare_batch
from tandemweb.services.reading import read_skeleton
from tandemweb.services.workers import ReadingJob, share_out
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Transaction
from tandemweb.store.decisions import save_decision_rows
from tandemweb.store.files import KnownFile, save_known_files
from tandemweb.store.missions import delete_mission, save_mission, save_mission_rows
from tandemweb.store.questions import save_packed_questions

TRANSACTION_SIZE = 2_000  # documents
LISTED_FIRST = 20  # new missions; fewer are read whole so soon that listing them first gains nothing

ReportDocuments = Callable[[int, int], None]


def save_planned(
    index: IndexWriter,
    project: Project,
    plan: MissionPlan,
    stamps: Mapping[str, FileStamp],
    report: ReportDocuments,
) -> None:
    """Carry out a plan. ``stamps`` are those of the walk, by path; ``report`` is given done and total documents."""
    with index.transaction() as transaction:
        for root_slug, name in plan.gone:
            delete_mission(transaction, project.slug, root_slug, name)
        if len(plan.new) > LISTED_FIRST:
            for job in plan.new:
                save_mission(transaction, project.slug, read_skeleton(project.path, job.root, job.folder), {})
        save_known_files(transaction, project.slug, plan.same)
    total = sum(job.document_count for job in plan.jobs)
    done = 0
    report(done, total)
    for batch in gather(share_out(prepare_batch, project.path, plan.jobs)):
        with index.transaction() as transaction:
            for prepared in batch:
                save_prepared(transaction, project, prepared, plan.touched.get(prepared.mission.path, ()), stamps)
        done += sum(len(prepared.mission.documents) for prepared in batch)
        report(done, total)


def gather(prepared: Iterable[PreparedMission]) -> Iterator[list[PreparedMission]]:
    """Join missions until they make up a transaction."""
    gathered: list[PreparedMission] = []
    count = 0
    for mission in prepared:
        gathered.append(mission)
        count += len(mission.mission.documents)
        if count >= TRANSACTION_SIZE:
            yield gathered
            gathered, count = [], 0
    if gathered:
        yield gathered


def save_prepared(
    transaction: Transaction,
    project: Project,
    prepared: PreparedMission,
    touched: Iterable[str],
    stamps: Mapping[str, FileStamp],
) -> None:
    """Save a mission with its texts, questions and decisions, and the stamps of its touched files."""
    saved = save_mission_rows(transaction, project.slug, prepared.mission)
    save_packed_questions(transaction, saved.id, prepared.questions)
    save_decision_rows(transaction, saved.project_id, saved.id, prepared.decisions)
    files = {path: _note_file(prepared, path, stamps[path]) for path in touched if path in stamps}
    save_known_files(transaction, project.slug, files)


def _note_file(prepared: PreparedMission, path: str, stamp: FileStamp) -> KnownFile:
    """Note what was seen of a document when it was read; of a file that was not, or cannot be, the walk's stamp."""
    seen, content_hash = prepared.seen.get(path, (None, ""))
    return KnownFile(FileStamp(*seen) if seen else stamp, content_hash)


def list_topics(project: Project, plan: MissionPlan) -> frozenset[str]:
    """Name what open pages show of the missions that a plan touches."""
    jobs: Sequence[ReadingJob] = plan.jobs
    missions = (mission_topic(project.slug, *place) for place in chain(map(place_of, jobs), plan.gone))
    paths = (path for job in jobs for path in plan.touched.get(job.folder.path, ()))
    return frozenset(chain(missions, (document_topic(project.slug, path) for path in paths)))
