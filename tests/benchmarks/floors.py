"""The least that the same work can cost on this machine at this moment."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

GIT = ("git", "-c", "core.quotePath=false")


def seconds_of(work: Callable[[], object]) -> float:
    start = time.monotonic()
    work()
    return time.monotonic() - start


def walk(folder: str) -> list[str]:
    """Give all files below a folder, each with its stamps looked up, as any refresh has to."""
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    files += walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                files.append(entry.path)
    return files


def read_files(paths: list[str]) -> list[str]:
    return [Path(path).read_bytes().decode() for path in paths]


def read_log(project: Path) -> int:
    finished = subprocess.run(
        [*GIT, "-C", str(project), "log", "--all", "--raw", "-M", "-z"], capture_output=True, check=True
    )
    return len(finished.stdout)


def insert_texts(path: Path, texts: list[str]) -> None:
    """One transaction into a bare FTS5 table with the tokenizer that the index uses."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("""CREATE VIRTUAL TABLE texts USING fts5(body, tokenize = "unicode61 remove_diacritics 2")""")
    with connection:
        connection.executemany("INSERT INTO texts VALUES (?)", ((text,) for text in texts))
    connection.close()
