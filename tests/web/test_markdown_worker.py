"""Workers that die, hang, and end with their server."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from flask import Flask

from tandemweb.web.markdown import MarkdownRenderer, TooExpensiveError, close_renderer, get_renderer
from tandemweb.web.markdown_slots import Resolvers
from tandemweb.web.markdown_worker import JobFailedError, JobKind, WorkerPool

SLOW = "[" * 60_000  # seconds of work: brackets that are never closed
PATIENT = 20.0


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(worker_count=1)
    yield pool
    pool.close()


@pytest.fixture
def renderer() -> Iterator[MarkdownRenderer]:
    renderer = MarkdownRenderer(worker_count=1, deadline=PATIENT)
    yield renderer
    renderer.close()


def workers() -> list[int]:
    return [
        process.pid
        for process in multiprocessing.active_children()
        if process.name == "tandemweb-render" and process.pid
    ]


def test_a_slow_job_costs_its_worker_and_nothing_else(pool: WorkerPool):
    pool.run(JobKind.MARKDOWN, ("warm", ""), deadline=PATIENT)
    (first,) = workers()
    began = time.monotonic()
    with pytest.raises(JobFailedError, match="took more than"):
        pool.run(JobKind.MARKDOWN, (SLOW, ""), deadline=0.3)
    assert time.monotonic() - began < 1.5
    assert not psutil.pid_exists(first)
    assert pool.run(JobKind.MARKDOWN, ("*after*", ""), deadline=PATIENT).parts
    assert workers() != [first]


def test_a_killed_worker_is_replaced(pool: WorkerPool):
    pool.run(JobKind.MARKDOWN, ("one", ""), deadline=PATIENT)
    (pid,) = workers()
    os.kill(pid, signal.SIGKILL)
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert pool.run(JobKind.MARKDOWN, ("two", ""), deadline=PATIENT).parts
    assert workers() != [pid]


def test_a_worker_that_is_warm_serves_the_first_job(pool: WorkerPool):
    pool.warm_up()
    (pid,) = workers()
    assert pool.run(JobKind.MARKDOWN, ("first", ""), deadline=PATIENT).parts
    assert workers() == [pid]
    pool.close()
    pool.warm_up()
    assert workers() == []


def test_the_first_colours_are_in_time(pool: WorkerPool):
    """The deadline is for the text: what has to be imported for it is there when the worker says that it is ready."""
    assert "<span" in pool.run(JobKind.HIGHLIGHT, ('{"a": 1}\n', "State.json"), deadline=0.3)[0]


def test_an_error_in_a_job_is_told(pool: WorkerPool):
    with pytest.raises(JobFailedError, match="ValueError"):
        pool.run(JobKind.MARKDOWN, ("x", "not a prefix!"), deadline=PATIENT)


def test_a_worker_that_cannot_start_is_told_and_tried_again(
    pool: WorkerPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A new process begins in the folder of this one, which may be gone."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(JobFailedError, match="died"):
        pool.run(JobKind.MARKDOWN, ("x", ""), deadline=PATIENT)
    monkeypatch.chdir(tmp_path)
    assert pool.run(JobKind.MARKDOWN, ("x", ""), deadline=PATIENT).parts


def test_many_threads_share_few_workers():
    pool = WorkerPool(worker_count=2)

    def run(number: int) -> str:
        return "".join(pool.run(JobKind.MARKDOWN, (f"text {number}", ""), deadline=PATIENT).parts)

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(run, range(64)))
    assert all(f"text {number}<" in answer for number, answer in enumerate(answers))
    assert len(workers()) == 2
    pool.close()
    assert workers() == []


def test_close_frees_a_thread_that_waits(pool: WorkerPool):
    pool.run(JobKind.MARKDOWN, ("warm", ""), deadline=PATIENT)
    failed = threading.Event()

    def wait() -> None:
        with pytest.raises(JobFailedError):
            pool.run(JobKind.MARKDOWN, (SLOW, ""), deadline=PATIENT)
        failed.set()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    pool.close()
    assert failed.wait(5)
    thread.join()
    assert workers() == []
    with pytest.raises(JobFailedError, match="stops"):
        pool.run(JobKind.MARKDOWN, ("x", ""), deadline=PATIENT)


def test_no_worker_outlives_its_server(tmp_path: Path):
    script = tmp_path / "server.py"
    script.write_text(
        "import os\n"
        "if __name__ != '__main__':\n"
        "    raise SystemExit('a worker imported the main program')\n"
        "from tandemweb.web.markdown import MarkdownRenderer\n"
        "if __name__ == '__main__':\n"
        "    renderer = MarkdownRenderer(worker_count=1, deadline=20)\n"
        "    renderer.render('x')\n"
        "    import multiprocessing\n"
        "    print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n",
        encoding="utf-8",
    )
    finished = subprocess.run([sys.executable, str(script)], check=False, capture_output=True, text=True)
    assert finished.returncode == -9, finished.stderr
    deadline = time.monotonic() + 10
    while psutil.pid_exists(int(finished.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(finished.stdout))


class TestRenderer:
    def test_answers_markup_that_htmx_leaves_alone(self, renderer: MarkdownRenderer):
        page = renderer.render("# A\n\nb")
        assert page.html.startswith('<div class="markdown" hx-disable>')
        assert hasattr(page.html, "__html__")
        assert [heading.text for heading in page.headings] == ["A"]

    def test_renders_the_same_text_once(self, renderer: MarkdownRenderer):
        assert "/one" in renderer.render("a.py:1", Resolvers(reference=lambda *_: "/one")).html
        renderer.close()  # whatever is answered from here on was known
        assert "/two" in renderer.render("a.py:1", Resolvers(reference=lambda *_: "/two")).html
        with pytest.raises(TooExpensiveError):
            renderer.render("a.py:2")

    def test_refuses_what_is_too_large_at_once(self, renderer: MarkdownRenderer):
        with pytest.raises(TooExpensiveError, match="1,048,577 characters"):
            renderer.render("a" * (1 << 20) + "b")
        assert workers() == []

    def test_a_document_has_no_more_than_a_second(self):
        renderer = MarkdownRenderer(worker_count=1)
        renderer.render("warm")
        with pytest.raises(TooExpensiveError):
            renderer.render(SLOW)
        renderer.close()

    def test_does_not_try_again_what_was_too_slow(self):
        renderer = MarkdownRenderer(worker_count=1, deadline=0.5)
        for limit in (20.0, 0.1):
            began = time.monotonic()
            with pytest.raises(TooExpensiveError):
                renderer.render(SLOW)
            assert time.monotonic() - began < limit
        renderer.close()

    def test_highlights_and_falls_back_to_plain_lines(self, renderer: MarkdownRenderer):
        assert renderer.highlight("def f(): 1\n", "a.py")[0].startswith('<span class="k">def</span>')
        renderer.close()
        assert renderer.highlight("def g(): <\n", "a.py") == ("def g(): &lt;",)

    def test_ends_its_workers_when_it_is_forgotten(self):
        renderer = MarkdownRenderer(worker_count=1, deadline=PATIENT)
        renderer.render("x")
        assert len(workers()) == 1
        del renderer
        gc.collect()
        assert workers() == []

    def test_belongs_to_its_application(self):
        app = Flask("test")
        with app.app_context():
            renderer = get_renderer()
            assert get_renderer() is renderer
        close_renderer(app)
        close_renderer(app)
        with pytest.raises(TooExpensiveError):
            renderer.render("x")
