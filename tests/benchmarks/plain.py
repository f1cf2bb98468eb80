"""Reading missions without analysis, in the same worker processes: what the index costs without findings."""

from collections.abc import Sequence

from tandemweb.analysis.documents import DocumentReading
from tandemweb.analysis.spec import SpecReading
from tandemweb.services import exchanges, index_missions, reading
from tandemweb.services.prepared import PreparedMission, prepare_batch
from tandemweb.services.workers import ReadingJob


def prepare_plain_batch(project_path: str, jobs: Sequence[ReadingJob]) -> list[PreparedMission]:
    """Stand in for ``prepare_batch``; called by name in a worker, where nothing else is replaced."""
    reading.extract_document = lambda text, *, path, **_: DocumentReading(path=path, title=text[:40].partition("\n")[0])
    reading.extract_spec = lambda text, path: SpecReading(path=path, title=text[:40].partition("\n")[0])
    exchanges.match_exchange = lambda documents: ()
    return prepare_batch(project_path, jobs)


def leave_out_analysis() -> None:
    index_missions.prepare_batch = prepare_plain_batch
