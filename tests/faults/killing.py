"""Run a tandemweb command and kill its process at the N-th thing it writes: ``python killing.py N FOLDER -- COMMAND``.

Counted is, from the very process, everything that could be left half done: a file opened for writing, made, renamed or
removed below FOLDER, a folder made, every statement that changes a database or ends a transaction, and every program
started. With N = 0 nobody is killed and the number of such places is printed as the last line on stderr.

``python killing.py - FOLDER`` does calls of services instead, as ``verbs.py`` has them: for every line ``N VERB`` on
stdin it forks a process that is killed at its N-th write, and answers with its exit status and what it said, as JSON.
``full:BYTES`` in place of N is a disk on which no file can become larger than that, ``readonly`` one mounted so.
FOLDER is the working folder then: what is opened relative to an open folder comes here without it.
"""

import errno
import json
import os
import resource
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

CHANGING = (
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "ALTER",
    "REPLACE",
    "COMMIT",
    "BEGIN IMMEDIATE",
    "PRAGMA user",
)
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FILE_EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod"}
STARTING = {"subprocess.Popen", "os.posix_spawn"}

LIMITED, READ_ONLY = "full:", "readonly"

fatal, folder = 0, os.path.realpath(sys.argv[2])
count = 0
open_database = sqlite3.connect
own = os.getpid()


def note() -> None:
    global count  # noqa: PLW0603 an audit hook has nothing else to count in
    if os.getpid() != own:  # a worker, which the program must survive anyway
        return
    count += 1
    if count == fatal:
        os.kill(own, signal.SIGKILL)


def is_inside(path: object) -> bool:
    if isinstance(path, int) or not isinstance(path, str | bytes | os.PathLike):
        return False
    return os.path.abspath(os.fsdecode(path)).startswith(folder + os.sep)  # noqa: PTH100 no objects in a hook


def look(event: str, arguments: tuple) -> None:
    is_opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITE_FLAGS
    if event in STARTING or ((is_opened or event in FILE_EVENTS) and is_inside(arguments[0])):
        note()


def look_at_statement(statement: str) -> None:
    if statement.lstrip().upper().startswith(CHANGING):
        note()


def connect(*arguments: object, **options: object) -> sqlite3.Connection:
    connection = open_database(*arguments, **options)
    connection.set_trace_callback(look_at_statement)
    return connection


def watch(number: int) -> None:
    """Kill this process at the ``number``-th write from now on."""
    global fatal, own
    fatal, own = number, os.getpid()
    sys.addaudithook(look)
    sqlite3.connect = connect


def refuse(event: str, arguments: tuple) -> None:
    is_opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITE_FLAGS
    if (is_opened or event in FILE_EVENTS) and is_inside(arguments[0]):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), arguments[0])


def refuse_writes() -> None:
    """Answer every write below the folder as a disk does that is mounted read-only."""
    sqlite3.connect = lambda path, uri=False, **options: open_database(
        path if uri else f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, **options
    )
    sys.addaudithook(refuse)


def run_command() -> None:
    from tandemweb.cli import main as run  # noqa: PLC0415 importing it writes nothing that counts

    watch(int(sys.argv[1]))
    sys.argv = ["tandemweb", *sys.argv[4:]]
    try:
        run()
    except SystemExit as end:
        status = end.code
    else:
        status = 0
    finish(status if isinstance(status, int) else 1)


def finish(status: int) -> None:
    if not fatal:
        print(count, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def run_verbs() -> None:
    from faults.verbs import VERBS  # noqa: PLC0415 once for all of them

    for line in sys.stdin:
        number, verb = line.split()
        reading, writing = os.pipe()  # no file: a disk may be full
        child = os.fork()
        if not child:
            os.dup2(writing, 2)
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            os.chdir(folder)
            if number.startswith(LIMITED):
                limit = int(number.removeprefix(LIMITED))
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            elif number == READ_ONLY:
                refuse_writes()
            else:
                watch(int(number))
            run_verb(VERBS[verb])
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said]), flush=True)


def run_verb(verb: Callable[[], object]) -> None:
    try:
        verb()
    except BaseException:  # noqa: BLE001 the child must never go on with its parent's loop
        traceback.print_exc()
        finish(1)
    finish(0)


if __name__ == "__main__":
    run_verbs() if sys.argv[1] == "-" else run_command()
