"""Processes that render texts of strangers, and are killed when one takes too long.

Threads cannot be killed, and one line of Markdown can take seconds. A worker is spawned (never forked: the server
has threads), imports the pure rendering modules and nothing of Flask, and answers one job at a time.
"""

import contextlib
import multiprocessing
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from tandemweb.web.highlighting import highlight_file
from tandemweb.web.markdown_rendering import render_markdown

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

MEMORY_LIMIT = 512 << 20  # bytes of address space
START_LIMIT = 20.0  # seconds a worker may take to start, on a busy machine
WAIT_LIMIT = 5.0  # seconds a request waits for a free worker
REAP_LIMIT = 5.0  # seconds a killed process may take to be gone
COMMON_FILES = ("a.json", "a.md", "a.py", "a.js", "a.sh", "a.diff")
ORPHAN_LIMIT = 30  # seconds after which a job ends its worker, should nobody be left to kill it


class JobKind(StrEnum):
    MARKDOWN = "markdown"  # (text, id prefix) -> Rendering
    HIGHLIGHT = "highlight"  # (text, path) -> list of lines


_JOBS: dict[JobKind, Callable[..., Any]] = {
    JobKind.MARKDOWN: render_markdown,
    JobKind.HIGHLIGHT: highlight_file,
}


class JobFailedError(Exception):
    """The job took too long, took too much memory, or its worker died."""


class NoWorkerError(JobFailedError):
    """The job was not tried: all workers are busy, or the server stops."""


class WorkerPool:
    """A few workers, each started when first needed; `close` ends them all."""

    def __init__(self, *, worker_count: int) -> None:
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._workers = [_Worker() for _ in range(worker_count)]
        self._is_closed = False
        for worker in reversed(self._workers):
            self._idle.put(worker)

    def run(self, kind: JobKind, arguments: tuple[str, ...], *, deadline: float) -> Any:
        """Answer the job's result. Raises `JobFailedError` when it takes longer than ``deadline`` seconds, or fails."""
        try:
            worker = self._idle.get(timeout=0 if self._is_closed else WAIT_LIMIT)
        except queue.Empty:
            raise NoWorkerError("the server stops" if self._is_closed else "all workers are busy") from None
        try:
            self._start(worker)
            return worker.run(kind, arguments, deadline)
        except (OSError, EOFError) as error:
            worker.discard()
            raise JobFailedError("the worker died") from error
        except JobFailedError:
            worker.discard()
            raise
        finally:
            self._idle.put(worker)

    def warm_up(self) -> None:
        """Start one worker, so that it is ready before somebody waits for it; does not wait either."""
        with contextlib.suppress(queue.Empty):
            worker = self._idle.get_nowait()
            try:
                self._start(worker)
            except (OSError, JobFailedError):
                worker.discard()  # the first job tries again, and says so
            finally:
                self._idle.put(worker)

    def close(self) -> None:
        """Kill every worker. Threads that wait for one get `JobFailedError`."""
        with self._lock:
            self._is_closed = True
            for worker in self._workers:
                worker.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().discard()

    def _start(self, worker: "_Worker") -> None:
        with self._lock:
            if self._is_closed:
                raise JobFailedError("the server stops")
            worker.start()


class _Worker:
    """One process and the pipe to it. Used by one thread at a time, except `kill`."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._is_ready = False

    def start(self) -> None:
        """Start the process, unless it runs; does not wait until it is ready."""
        if self._process is not None and self._process.is_alive():
            return
        self.discard()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), name="tandemweb-render", daemon=True)
        try:
            with _hidden_main_module():
                process.start()
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._process, self._pipe = process, ours

    def run(self, kind: JobKind, arguments: tuple[str, ...], deadline: float) -> Any:
        pipe = self._pipe
        if pipe is None:
            raise JobFailedError("the worker was stopped")
        if not self._is_ready:
            self._receive(pipe, START_LIMIT)
            self._is_ready = True
        pipe.send((kind, arguments))
        return self._receive(pipe, deadline)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def discard(self) -> None:
        """Kill the process and free everything of it; the next `start` makes a new one."""
        if self._process is not None:
            self._process.kill()
            self._process.join(REAP_LIMIT)
            with contextlib.suppress(ValueError):  # somebody else reaped it: as good as ended
                self._process.close()
        if self._pipe is not None:
            self._pipe.close()
        self._process, self._pipe, self._is_ready = None, None, False

    @staticmethod
    def _receive(pipe: Connection, deadline: float) -> Any:
        if not pipe.poll(deadline):
            raise JobFailedError(f"took more than {deadline:g} s")
        problem, result = pipe.recv()
        if problem:
            raise JobFailedError(problem)
        return result


@contextlib.contextmanager
def _hidden_main_module() -> Iterator[None]:
    """Keep the program's main module, and all of the server with it, from being imported into a new process.

    A spawned process imports it to find what it is to run; our worker stands in a module of its own.
    """
    main = sys.modules["__main__"]
    spec, file = main.__spec__, getattr(main, "__file__", None)
    main.__spec__ = None
    if file is not None:
        del main.__file__
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


def _serve(pipe: Connection) -> None:
    """Live as a worker: answer ``(problem, result)`` to each job until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # What is imported at first use takes longer than colours may take.
    for path in COMMON_FILES:
        highlight_file("1\n", path)
    with contextlib.suppress(EOFError, OSError):
        pipe.send(("", None))
        while True:
            kind, arguments = pipe.recv()
            signal.alarm(ORPHAN_LIMIT)
            pipe.send(_answer(kind, arguments))
            signal.alarm(0)


def _answer(kind: JobKind, arguments: tuple[str, ...]) -> tuple[str, Any]:
    try:
        return "", _JOBS[kind](*arguments)
    except Exception as error:  # noqa: BLE001 - whatever a text provokes is told to the server, and costs this worker
        return f"{type(error).__name__}: {error}"[:200], None
