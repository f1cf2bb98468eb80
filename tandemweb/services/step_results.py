"""What a step leaves behind: its document put where it belongs, looked at, and judged by its gate."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.archive.changes import Change
from tandemweb.archive.changing import apply_change
from tandemweb.archive.opening import open_file
from tandemweb.archive.reading import read_text
from tandemweb.archive.writing import Edit, read_version
from tandemweb.domain.mission import FileStamp
from tandemweb.domain.run import FailureKind
from tandemweb.domain.workflow import Delivery
from tandemweb.errors import TandemwebError
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.gates import GATES, Evidence, Judgement
from tandemweb.services.step_planning import StepPlan

PREFACE_LIMIT = 600  # characters that an agent may say before its document begins
_FENCE = re.compile(r"\A\s*(`{3,}|~{3,})(?:markdown|md)?[ \t]*\n(.*?)\n\1\s*\Z", re.DOTALL)
_HEADING = re.compile(r"^# \S", re.MULTILINE)


class OutputError(TandemwebError):
    """A step's document is not what it should be; ``kind`` says in what way."""

    kind = FailureKind.OUTPUT


class StrayError(OutputError):
    """A step changed files that it may not change."""

    kind = FailureKind.ELSEWHERE


@dataclass(frozen=True, slots=True)
class OutputStamps:
    """How the documents of a step were before it; None is a file that was not there.

    ``text`` is that of its output, where its gate wants to know.
    """

    stamps: Mapping[str, FileStamp | None]
    text: str = ""


def stamp_outputs(work_tree: str, plan: StepPlan) -> OutputStamps:
    stamps = {path: _find_stamp(work_tree, path) for path in plan.documents}
    return OutputStamps(stamps, read_text(work_tree, plan.output).text if stamps.get(plan.output) else "")


def has_written(work_tree: str, plan: StepPlan, before: OutputStamps) -> bool:
    """Whether every document of the step is there and newer than the step."""
    return all(
        (stamp := _find_stamp(work_tree, path)) is not None and stamp != before.stamps.get(path)
        for path in plan.documents
    )


def check_outputs(work_tree: str, plan: StepPlan, before: OutputStamps) -> None:
    """Raise OutputError unless every document of the step is there, has something in it, and is newer than the step."""
    for path in plan.documents:
        stamp = _find_stamp(work_tree, path)
        if stamp is None:
            raise OutputError(f"{path} was not written; look at the log for why, and start the step again.")
        if stamp == before.stamps.get(path):
            raise OutputError(f"{path} is older than the step: it was not written anew. Start the step again.")
        if stamp.size == 0 and path == plan.output:
            raise OutputError(f"{path} is empty; look at the log for why, and start the step again.")
        _check_plain(work_tree, path)


def _check_plain(work_tree: str, path: str) -> None:
    """Raise OutputError for a link: what it leads to may be no document of this project, and nobody's to read."""
    try:
        with open_file(work_tree, path):
            return
    except TandemwebError as error:
        raise OutputError(f"{error} It cannot be the step's document; start the step again.") from error


def extract_message(message: str, path: str) -> str:
    """Take the document out of an agent's last message. Raises OutputError where there is none.

    A fence around the whole and a few words before the first heading are not part of it; of JSON it is the object.
    """
    if path.endswith(".json"):
        return _extract_json(message, path)
    fenced = _FENCE.match(message)
    text = (fenced[2] if fenced else message).strip()
    heading = _HEADING.search(text)
    if heading and 0 < heading.start() <= PREFACE_LIMIT and "\n## " not in text[: heading.start()]:
        text = text[heading.start() :]
    if not text:
        raise OutputError(f"The agent's last message, which becomes {path}, is empty; start the step again.")
    return f"{text}\n"


def _extract_json(message: str, path: str) -> str:
    start = message.find("{")
    try:
        source, _ = json.JSONDecoder().raw_decode(message, start)
        return json.dumps(source, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except (ValueError, RecursionError) as error:
        raise OutputError(f"The agent's last message holds no JSON for {path}; start the step again.") from error


def write_document(
    data_folder: Path, work_tree: str, path: str, content: bytes, *, title: str, made_by: str, mission_path: str
) -> None:
    """Write a document of a step as a whole, in place of what stood there. Raises ArchiveError, ConflictError."""
    before = read_version(work_tree, path)
    if before == content:
        return
    change = Change(
        event="document",
        title=title,
        root_path=mission_path.rpartition("/")[0],
        mission_path=mission_path,
        edits=(Edit(path, before, content),),
        new_folders=_list_missing_folders(work_tree, path),
    )
    apply_change(data_folder, work_tree, change, at=datetime.now(UTC), made_by=made_by)


def judge_by_gate(
    paths: DocumentPaths, plan: StepPlan, *, exit_status: int | None, stuck_on: tuple[str, ...] = (), before: str = ""
) -> Judgement:
    """Let the step's gate look at what it left behind. Raises OutputError where that is not what was asked for."""
    gate = GATES[plan.step.gate]
    text = read_text(paths.work_tree, plan.output).text if plan.output else ""
    if gate.needs_document and not text.strip():
        raise OutputError(f"{plan.output} holds no text that can be read; start the step again.")
    judgement = gate.judge(Evidence(plan.output, text, exit_status, stuck_on, before))
    if not judgement.outcome:
        raise OutputError(f"{judgement.reason} Start the step again, or mend the document.")
    return judgement


def find_outcome(paths: DocumentPaths, plan: StepPlan) -> str:
    """Give the outcome of a step whose documents are there already, "" where it has still to be done."""
    if plan.step.delivery is Delivery.NOTHING or not plan.documents:
        return ""
    stamps = [_find_stamp(paths.work_tree, path) for path in plan.documents]
    if not all(stamp and stamp.size for stamp in stamps):
        return ""
    try:
        for path in plan.documents:
            _check_plain(paths.work_tree, path)
        outcome = judge_by_gate(paths, plan, exit_status=0).outcome
    except OutputError:
        return ""
    return "" if outcome in GATES[plan.step.gate].unfinished else outcome


def _find_stamp(work_tree: str, path: str) -> FileStamp | None:
    try:
        status = Path(work_tree, path).lstat()
    except OSError:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns, status.st_ino)


def _list_missing_folders(work_tree: str, path: str) -> tuple[str, ...]:
    folders = []
    parent = path.rpartition("/")[0]
    while parent and not Path(work_tree, parent).exists():
        folders.append(parent)
        parent = parent.rpartition("/")[0]
    return tuple(reversed(folders))
