"""The XML files that a test command left in a work tree, found by name and read with limits."""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from tandemweb.analysis.junit_reports import LARGEST, UnreadableReportError, extract_junit_report, merge_cases
from tandemweb.archive.opening import open_file
from tandemweb.domain.case_results import CaseResult, SideTests
from tandemweb.errors import TandemwebError

NAMES = ("junit*.xml", "report*.xml", "test-*.xml")  # of files anywhere
FOLDERS = frozenset(("test-results", "test-reports", "surefire-reports"))  # every *.xml in them
SKIPPED = frozenset((".git", "node_modules", ".venv", "venv", "__pycache__", ".tox"))
DEEPEST, MOST_LOOKED_AT, MOST_FILES = 8, 50_000, 200
MOST_CASES, MOST_BYTES = 20_000, 64 * 1024 * 1024


def read_reports(tree: str, named: str, since: datetime, *, oid: str, exit_status: int | None) -> SideTests:
    """Read what was written since a time: the file that is named, relative to the tree, or whatever looks like it."""
    paths = [named] if named else sorted(_list_candidates(tree))[:MOST_FILES]
    reports: list[str] = []
    problems: list[str] = []
    cases: list[CaseResult] = []
    is_truncated, left = False, MOST_BYTES
    for path in paths:
        try:
            content = _read(tree, path, since, min(LARGEST, left))
            report = extract_junit_report(content)
        except _OldFileError as error:
            problems += [str(error)] if named else []
            continue
        except (UnreadableReportError, TandemwebError, OSError) as error:
            problems.append(f"{path} was not read: {str(error).rstrip('.')}.")
            continue
        left -= len(content)
        reports.append(path)
        cases += report.cases
        is_truncated |= report.is_truncated
    whole = merge_cases(cases)
    is_truncated |= len(whole) > MOST_CASES
    return SideTests(oid, exit_status, tuple(reports), whole[:MOST_CASES], tuple(problems), is_truncated)


class _OldFileError(Exception):
    """The file was there before the command."""


def _read(tree: str, path: str, since: datetime, limit: int) -> bytes:
    with open_file(tree, path) as descriptor:
        status = os.fstat(descriptor)
        if status.st_mtime < since.timestamp():
            raise _OldFileError(f"{path} is older than the tests, so it says nothing about them.")
        if status.st_size > limit:
            raise UnreadableReportError(f"it has {status.st_size >> 20} MiB; at most {limit >> 20} are read")
        with os.fdopen(os.dup(descriptor), "rb") as opened:
            content = opened.read(limit + 1)
    if len(content) > limit:
        raise UnreadableReportError(f"it has more than {limit >> 20} MiB")
    return content


def _list_candidates(tree: str) -> Iterator[str]:
    """List paths relative to the tree; folders that are links are not entered."""
    waiting, count = [("", 0)], 0
    while waiting:
        folder, depth = waiting.pop()
        with suppress(OSError), os.scandir(Path(tree, folder)) as entries:
            for entry in entries:
                count += 1
                if count > MOST_LOOKED_AT:
                    return
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting += [(path, depth + 1)] * (depth < DEEPEST and entry.name not in SKIPPED)
                elif entry.is_file(follow_symlinks=False) and _looks_like_report(folder, entry.name):
                    yield path


def _looks_like_report(folder: str, name: str) -> bool:
    small = name.lower()
    if any(fnmatchcase(small, pattern) for pattern in NAMES):
        return True
    return small.endswith(".xml") and not FOLDERS.isdisjoint(folder.lower().split("/"))
