"""A mission that was read, made ready for the index where the reading is: the index has one writer only."""

from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.analysis.key_decisions import extract_key_decisions
from tandemweb.domain.mission import FileStamp, Readability
from tandemweb.services.collector import undisturbed
from tandemweb.services.mission_traces import digest_evidence
from tandemweb.services.reading import MissionReading, read_mission
from tandemweb.services.survey import UNREADABLE
from tandemweb.services.workers import ReadingJob
from tandemweb.store.decisions import DecisionRows, make_decision_rows
from tandemweb.store.missions import MissionRows, make_mission_rows
from tandemweb.store.questions import pack_questions


@dataclass(frozen=True, slots=True)
class PreparedMission:
    """``seen`` gives by path what was seen of each document; None in place of the stamp of one that is unreadable."""

    mission: MissionRows
    decisions: DecisionRows
    questions: bytes
    seen: dict[str, tuple[tuple[int, int, int] | None, str]]


def prepare_batch(project_path: str, jobs: Sequence[ReadingJob]) -> list[PreparedMission]:
    """Read some missions in this process, ready for the index."""
    with undisturbed():
        return [prepare_mission(read_mission(project_path, job.root, job.folder)) for job in jobs]


def prepare_mission(reading: MissionReading) -> PreparedMission:
    mission = reading.mission
    return PreparedMission(
        make_mission_rows(mission, reading.texts, digest_evidence(mission)),
        make_decision_rows(extract_key_decisions(mission, reading.texts)),
        pack_questions(reading.questions),
        {
            document.path: (
                None if document.readability is Readability.UNREADABLE else _take_apart(document.stamp),
                document.content_hash or UNREADABLE,
            )
            for document in mission.documents
        },
    )


def _take_apart(stamp: FileStamp) -> tuple[int, int, int]:
    """Take a value apart: plain tuples pass from process to process in a tenth of the time."""
    return stamp.size, stamp.mtime_ns, stamp.inode
