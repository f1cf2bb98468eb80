"""The missions of a project brought into the index: those that changed are read whole, those that are gone removed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from tandemweb.domain.mission import FileStamp, Project, Readability
from tandemweb.services.changes import document_topic, mission_topic
from tandemweb.services.deciding import save_decisions
from tandemweb.services.mission_plans import MissionPlan, place_of
from tandemweb.services.reading import MissionReading, read_skeleton
from tandemweb.services.survey import UNREADABLE
from tandemweb.services.workers import ReadingJob, read_missions
from tandemweb.store.connections import IndexWriter
from tandemweb.store.database import Transaction
from tandemweb.store.files import KnownFile, save_known_files
from tandemweb.store.missions import delete_mission, save_mission
from tandemweb.store.questions import save_questions

TRANSACTION_SIZE = 500  # documents
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
    for readings in gather(read_missions(project.path, plan.jobs)):
        with index.transaction() as transaction:
            for reading in readings:
                save_reading(transaction, project, reading, plan.touched.get(reading.mission.path, frozenset()), stamps)
        done += sum(len(reading.mission.documents) for reading in readings)
        report(done, total)


def gather(readings: Iterable[MissionReading]) -> Iterator[list[MissionReading]]:
    """Join readings until they make up a transaction."""
    gathered: list[MissionReading] = []
    count = 0
    for reading in readings:
        gathered.append(reading)
        count += len(reading.mission.documents)
        if count >= TRANSACTION_SIZE:
            yield gathered
            gathered, count = [], 0
    if gathered:
        yield gathered


def save_reading(
    transaction: Transaction,
    project: Project,
    reading: MissionReading,
    touched: Iterable[str],
    stamps: Mapping[str, FileStamp],
) -> None:
    """Save a mission with its texts and questions, and the stamps of its touched files."""
    mission = reading.mission
    save_mission(transaction, project.slug, mission, reading.texts, reading.parts)
    save_questions(transaction, project.slug, mission.root.slug, mission.name, reading.questions)
    save_decisions(transaction, project.slug, reading)
    seen = {
        document.path: KnownFile(
            stamps[document.path] if document.readability is Readability.UNREADABLE else document.stamp,
            document.content_hash or UNREADABLE,
        )
        for document in mission.documents
    }
    save_known_files(
        transaction,
        project.slug,
        {path: seen.get(path) or KnownFile(stamps[path], "") for path in touched if path in stamps},
    )


def list_topics(project: Project, plan: MissionPlan) -> frozenset[str]:
    """Name what open pages show of the missions that a plan touches."""
    jobs: Sequence[ReadingJob] = plan.jobs
    missions = (mission_topic(project.slug, *place) for place in chain(map(place_of, jobs), plan.gone))
    paths = (path for job in jobs for path in plan.touched.get(job.folder.path, ()))
    return frozenset(chain(missions, (document_topic(project.slug, path) for path in paths)))
