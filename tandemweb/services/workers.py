"""Reading many missions at once in worker processes, so that reading and analysis overlap with writing the index."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for_end
from typing import ParamSpec, TypeVar

from tandemweb.archive.missions import MissionFolder
from tandemweb.domain.mission import ArchiveRoot
from tandemweb.services.collector import stay_undisturbed, undisturbed
from tandemweb.services.reading import MissionReading, read_mission

WORKER_COUNT = min(2, os.cpu_count() or 1)
BATCH_SIZE = 120  # documents that travel together from a worker
WAITING_BATCHES = 5 * WORKER_COUNT  # read ahead of the writer; bounds the memory
WORTHWHILE = 300  # documents; below that, starting workers takes longer than reading

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ReadingJob:
    root: ArchiveRoot
    folder: MissionFolder

    @property
    def document_count(self) -> int:
        return len(self.folder.documents)


def read_missions(project_path: str, jobs: Sequence[ReadingJob]) -> Iterator[MissionReading]:
    """Yield a reading for each job, in any order; by worker processes when there is enough to do."""
    return share_out(read_batch, project_path, jobs)


def share_out(
    work: Callable[[str, Sequence[ReadingJob]], list[Result]], project_path: str, jobs: Sequence[ReadingJob]
) -> Iterator[Result]:
    """Yield what some work makes of each job, in any order; by worker processes when there is enough to do."""
    if sum(job.document_count for job in jobs) < WORTHWHILE:
        yield from work(project_path, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKER_COUNT, mp_context=context, initializer=_begin_worker) as pool:
        try:
            yield from _work_ahead(pool, work, project_path, list(split_jobs(jobs)))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def run_apart(work: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """Do some work in a process of its own, whose memory goes with it. Raises what the work raises."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin_worker) as pool:
        return pool.submit(work, *given, **named).result()


def split_jobs(jobs: Sequence[ReadingJob]) -> Iterator[list[ReadingJob]]:
    """Cut the jobs into batches of about ``BATCH_SIZE`` documents; a mission is never cut."""
    batch: list[ReadingJob] = []
    for job in jobs:
        batch.append(job)
        if sum(member.document_count for member in batch) >= BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def _work_ahead(
    pool: ProcessPoolExecutor,
    work: Callable[[str, Sequence[ReadingJob]], list[Result]],
    project_path: str,
    batches: list[list[ReadingJob]],
) -> Iterator[Result]:
    remaining = iter(batches)
    running: set[Future[list[Result]]] = set()
    while True:
        for batch in remaining:
            running.add(pool.submit(work, project_path, batch))
            if len(running) >= WAITING_BATCHES:
                break
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield from future.result()


def read_batch(project_path: str, jobs: Sequence[ReadingJob]) -> list[MissionReading]:
    """Read some missions in this process."""
    with undisturbed():
        return [read_mission(project_path, job.root, job.folder) for job in jobs]


def _begin_worker() -> None:
    """Leave the terminal's process group, whose Ctrl-C is for the parent alone, and end when the parent is gone."""
    os.setpgrp()
    stay_undisturbed()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_end([parent.sentinel])
        os._exit(1)
