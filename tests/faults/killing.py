"""Run a tandemweb command and kill its process at the N-th thing it writes: ``python killing.py N FOLDER -- COMMAND``.

Counted is, from the very process, everything that could be left half done: a file opened for writing, made, renamed or
removed below FOLDER, a folder made, and every statement that changes a database or ends a transaction. With N = 0
nobody is killed and the number of such places is printed as the last line on stderr.
"""

import os
import signal
import sqlite3
import sys

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

fatal, folder = int(sys.argv[1]), os.path.realpath(sys.argv[2])
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
    if (is_opened or event in FILE_EVENTS) and is_inside(arguments[0]):
        note()


def look_at_statement(statement: str) -> None:
    if statement.lstrip().upper().startswith(CHANGING):
        note()


def connect(*arguments: object, **options: object) -> sqlite3.Connection:
    connection = open_database(*arguments, **options)
    connection.set_trace_callback(look_at_statement)
    return connection


def main() -> None:
    from tandemweb.cli import main as run  # noqa: PLC0415 importing it writes nothing that counts

    sys.addaudithook(look)
    sqlite3.connect = connect
    sys.argv = ["tandemweb", *sys.argv[4:]]
    try:
        run()
    except SystemExit as end:
        status = end.code
    else:
        status = 0
    if not fatal:
        print(count, file=sys.stderr)
    sys.stdout.flush()
    os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main()
