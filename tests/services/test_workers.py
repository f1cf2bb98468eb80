import multiprocessing
import os

import pytest

from services.examples import archive
from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree
from tandemweb.services import workers
from tandemweb.services.workers import ReadingJob, read_missions, run_apart, split_jobs

COUNT = 40


@pytest.fixture
def jobs(git_repository) -> list[ReadingJob]:
    git_repository.write(archive(*(f"{number:03d}-Mission{number}" for number in range(1, COUNT + 1))))
    tree = read_tree(str(git_repository.path))
    return [ReadingJob(root, folder) for root in find_roots(tree) for folder in list_missions(tree, root)]


def test_workers_read_the_same_as_this_process(git_repository, jobs, monkeypatch):
    monkeypatch.setattr(workers, "WORTHWHILE", 0)
    apart = {reading.mission.path: reading for reading in read_missions(str(git_repository.path), jobs)}
    monkeypatch.setattr(workers, "WORTHWHILE", 10**9)
    here = {reading.mission.path: reading for reading in read_missions(str(git_repository.path), jobs)}
    assert apart == here
    assert len(here) == COUNT


def test_leaving_early_ends_the_workers(git_repository, jobs, monkeypatch):
    monkeypatch.setattr(workers, "WORTHWHILE", 0)
    readings = read_missions(str(git_repository.path), jobs)
    next(readings)
    assert multiprocessing.active_children()
    readings.close()
    assert multiprocessing.active_children() == []


def test_batches_keep_missions_whole_and_in_order(jobs):
    batches = list(split_jobs(jobs))
    assert [job for batch in batches for job in batch] == jobs
    assert all(sum(job.document_count for job in batch[:-1]) < workers.BATCH_SIZE for batch in batches)
    assert len(batches) == 4  # 11 documents each: 11 missions make a batch


def test_work_is_done_apart():
    assert run_apart(os.getpid) != os.getpid()
    with pytest.raises(FileNotFoundError):
        run_apart(os.stat, "/nowhere")
    assert multiprocessing.active_children() == []
