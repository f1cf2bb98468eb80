"""Captured streams of the real agents, and how to read one."""

import shutil
from pathlib import Path

from tandemweb.agents.event_log import LOG_NAME, EventLog, ReadLine
from tandemweb.agents.summary import StreamSummary
from tandemweb.domain.workflow import AgentKind

CAPTURES = Path(__file__).parent / "captures"


def name_kind(name: str) -> AgentKind:
    return AgentKind(name.partition("-")[0])


def put_capture(name: str, folder: Path) -> None:
    shutil.copy(CAPTURES / f"{name}.jsonl", folder / LOG_NAME)


def read_lines(folder: Path, kind: AgentKind) -> list[ReadLine]:
    with EventLog(folder, kind) as log:
        return list(log.read(is_complete=True))


def summarise(folder: Path, kind: AgentKind) -> StreamSummary:
    summary = StreamSummary(kind)
    for line in read_lines(folder, kind):
        summary.add(line)
    return summary
