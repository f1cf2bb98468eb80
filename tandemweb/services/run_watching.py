"""Watching the runs while a server runs: open pages hear of what drivers write, and dead drivers are found out.

One thread looks at the folders of runs that have not ended, four times a second, by ``stat`` alone; a run is read again
only when its folder says that something other than a log has changed. Runs that other processes begin are found in the
same way. What is known of all runs together goes to the board, so that pages need not ask for it.
"""

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tandemweb.agents.run_folder import RunFolder, get_runs_folder, list_run_folders
from tandemweb.agents.run_reading import is_driven, read_run
from tandemweb.domain.run import Question, Run, RunStatus
from tandemweb.errors import NotFoundError, TandemwebError
from tandemweb.services.changes import RUNS, Broker, mission_topic, run_topic
from tandemweb.services.reconciling import reconcile_runs
from tandemweb.services.run_board import (
    OpenQuestion,
    RunBoard,
    RunNotices,
    UnseenRun,
    describe_question,
    name_anchor,
    title_run,
)
from tandemweb.store.connections import open_index_reader
from tandemweb.store.mission_places import list_mission_places
from tandemweb.store.paths import STATE_NAME
from tandemweb.store.runs import list_open_runs, list_unseen_runs
from tandemweb.store.state import open_state_reader

LOOK_SECONDS = 0.25
LIVENESS_SECONDS = 0.5
RETRY_SECONDS = 5.0
GROWTH_SECONDS = 1.0  # an agent may print thousands of lines in that time; pages hear of them as one
GROWING = ("stdout.jsonl", "events.idx", "stderr.txt")  # the index, because a busy driver is behind the log
FRESH_SECONDS = 0.1  # a folder that was changed so lately may change again without a new time

log = logging.getLogger(__name__)
Stamp = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Watched:
    """A run that has not ended, as it was seen last. ``shape`` changes with its files, ``growth`` with its logs.

    ``grew_at`` is when pages were told of longer logs.
    """

    folder: RunFolder
    shape: Stamp = ()
    growth: Stamp = ()
    run: Run | None = None
    looked_at: float = 0.0
    grew_at: float = 0.0
    open_steps: tuple[Path, ...] = field(default_factory=tuple)


class RunWatcher:
    """Watches between ``with`` and its end. ``look`` is one look, for a caller that has no thread."""

    def __init__(self, data_folder: Path, broker: Broker, board: RunBoard) -> None:
        self._data_folder = data_folder
        self._broker = broker
        self._board = board
        self._runs_folder = get_runs_folder(data_folder)
        self._watched: dict[str, _Watched] = {}
        self._ended: set[str] = set()
        self._is_new = True  # nothing was looked at yet
        self._clerk = ThreadPoolExecutor(1, thread_name_prefix="tandemweb-ends")
        self._noting: tuple[Future[object], list[str]] | None = None
        self._note_after = 0.0
        self._unseen: dict[str, UnseenRun] = {}
        self._folder_stamp = self._state_stamp = (0, 0)
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="tandemweb-runs")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopping.set()
        self._thread.join()
        self._clerk.shutdown()

    def _keep_looking(self) -> None:
        pause = LOOK_SECONDS
        while not self._is_stopping.wait(pause):
            pause = LOOK_SECONDS
            try:
                self.look()
            except TandemwebError as error:
                log.warning("The runs could not be looked at: %s", error)
                pause = RETRY_SECONDS
            except Exception:  # a mistake of ours: the pages go on, and it is tried again
                log.exception("The runs could not be looked at")
                pause = RETRY_SECONDS

    def look(self) -> None:
        """See what has changed since the last look, and tell. Raises StoreError."""
        self._take_up_new()
        topics: set[str] = set()
        moved = [watched for watched in self._watched.values() if self._look_at(watched, topics)]
        self._note_ends()
        topics |= self._name_missions(moved)
        if self._has_state_changed():  # as it has when an end was noted, or seen
            self._unseen = self._list_unseen()
        is_board_new = self._board.show(self._sum_up())
        topics |= {RUNS} if is_board_new or moved else set()
        self._broker.publish(topics)

    def _take_up_new(self) -> None:
        stamp = _stamp(self._runs_folder)
        if stamp == self._folder_stamp and not _is_fresh((stamp,)) and not self._is_new:
            return
        self._folder_stamp = stamp
        folders = {folder.id: folder for folder in list_run_folders(self._data_folder)}
        if self._is_new:
            with open_state_reader(self._data_folder) as state:
                unnoted = {row.id for row in list_open_runs(state)}
            self._ended |= {number for number in folders.keys() - unnoted if _has_ended(folders[number])}
            self._is_new = False
        for number in self._watched.keys() - folders.keys():
            del self._watched[number]
        for number in folders.keys() - self._watched.keys() - self._ended:
            self._watched[number] = _Watched(folders[number])

    def _look_at(self, watched: _Watched, topics: set[str]) -> bool:
        """Look at one run; true where it is not what it was, apart from longer logs."""
        now = time.monotonic()
        shape = _stamp_all([watched.folder.path, *_list_folders(watched.folder), *watched.open_steps])
        is_due = now - watched.looked_at >= LIVENESS_SECONDS
        if shape != watched.shape or (is_due and self._may_have_died(watched)):
            watched.looked_at = now
            return self._read(watched, shape, topics)
        watched.looked_at = now if is_due else watched.looked_at
        self._look_at_logs(watched, now, topics)
        return False

    def _look_at_logs(self, watched: _Watched, now: float, topics: set[str]) -> None:
        if now - watched.grew_at < GROWTH_SECONDS:
            return
        growth = _stamp_logs(watched.open_steps)
        if growth != watched.growth:
            watched.growth, watched.grew_at = growth, now
            topics.add(run_topic(watched.folder.id))

    def _may_have_died(self, watched: _Watched) -> bool:
        return watched.run is None or watched.run.status.is_end or not is_driven(watched.folder)

    def _read(self, watched: _Watched, shape: Stamp, topics: set[str]) -> bool:
        try:
            run = read_run(watched.folder)
        except NotFoundError:
            return False
        before, watched.run = watched.run, run
        watched.open_steps = tuple(watched.folder.steps / step.folder for step in run.steps if not step.status.is_end)
        # Stamped before it was read: what was written meanwhile is seen by the next look. Two writes within one tick
        # of the file system's clock have the same stamp, so a fresh one is not relied on.
        watched.shape = () if _is_fresh(shape) else shape
        watched.growth = _stamp_logs(watched.open_steps)
        topics.add(run_topic(run.id))
        return before is None or _outline(before) != _outline(run)

    def _note_ends(self) -> None:
        """Have ends written down. Agents that outlived their driver are ended first, which may take seconds."""
        ended = [number for number, watched in self._watched.items() if watched.run and watched.run.status.is_end]
        if self._noting is None:
            if ended and time.monotonic() >= self._note_after:
                self._noting = self._clerk.submit(reconcile_runs, self._data_folder), ended
            return
        future, numbers = self._noting
        if not future.done():
            return
        self._noting, self._state_stamp = None, (0, 0)
        try:
            future.result()
        except TandemwebError as error:
            log.warning("The end of runs could not be noted: %s", error)
            self._note_after = time.monotonic() + RETRY_SECONDS
            return
        for number in numbers:
            self._watched.pop(number, None)
        self._ended.update(numbers)

    def _name_missions(self, moved: list[_Watched]) -> set[str]:
        runs = [watched.run for watched in moved if watched.run and watched.run.mission_path]
        if not runs:
            return set()
        with suppress(TandemwebError), open_index_reader(self._data_folder) as index:
            places = list_mission_places(index, {run.mission_path for run in runs})
            found = [places.get((run.project, run.mission_path)) for run in runs]
            return {mission_topic(place.project, place.root, place.name) for place in found if place}
        return set()

    def _has_state_changed(self) -> bool:
        """Whether anybody has written the state database: an end may have been seen elsewhere."""
        path = self._data_folder / STATE_NAME
        stamp = max(_stamp(path), _stamp(path.with_name(f"{path.name}-wal")))
        is_new = stamp != self._state_stamp
        # SQLite writes the file a moment before readers see what is in it.
        self._state_stamp = (0, 0) if _is_fresh((stamp,)) else stamp
        return is_new

    def _list_unseen(self) -> dict[str, UnseenRun]:
        with open_state_reader(self._data_folder) as state:
            rows = list_unseen_runs(state)
        return {row.id: self._unseen.get(row.id) or self._describe_end(row.id) for row in rows}

    def _describe_end(self, number: str) -> UnseenRun:
        with suppress(NotFoundError):
            run = read_run(RunFolder(self._runs_folder / number))
            return UnseenRun(run.id, run.status, title_run(run), run.reason, run.ended_at)
        return UnseenRun(number, RunStatus.INTERRUPTED, number, "Its folder is gone.", None)

    def _sum_up(self) -> RunNotices:
        runs = [watched.run for watched in self._watched.values() if watched.run and not watched.run.status.is_end]
        questions = [_describe_question(run, question) for run in runs for question in run.questions]
        return RunNotices(len(runs), tuple(questions), tuple(self._unseen.values()))


def _list_folders(folder: RunFolder) -> tuple[Path, ...]:
    return folder.questions, folder.control, folder.steps


def _describe_question(run: Run, question: Question) -> OpenQuestion:
    return OpenQuestion(
        run_id=run.id,
        id=question.id,
        kind=question.kind,
        step=question.step,
        title=title_run(run),
        text=describe_question(question),
        asked_at=question.asked_at,
        anchor=name_anchor(question.id),
    )


def _outline(run: Run) -> tuple[object, ...]:
    steps = [(step.number, step.status, step.outcome) for step in run.steps]
    return run.status, run.reason, run.waits_for, steps, [question.id for question in run.questions]


def _has_ended(folder: RunFolder) -> bool:
    return folder.end.exists() or read_run(folder).status.is_end


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


def _is_fresh(stamp: Stamp) -> bool:
    return time.time_ns() - max(changed_at for changed_at, _ in stamp) < FRESH_SECONDS * 1e9


def _stamp_all(paths: list[Path]) -> Stamp:
    return tuple(_stamp(path) for path in paths)


def _stamp_logs(steps: tuple[Path, ...]) -> Stamp:
    return _stamp_all([step / name for step in steps for name in GROWING])
