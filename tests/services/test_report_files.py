"""Reports that a test command left, and what only looks like one."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tandemweb.domain.case_results import SideTests
from tandemweb.services.report_files import read_reports

SUITE = "<testsuite><testcase name='{}'/></testsuite>"
HUGE = 100 * 1024 * 1024


def read(tree: Path, named: str = "", since: datetime | None = None) -> SideTests:
    since = since or datetime.now(UTC) - timedelta(hours=1)
    return read_reports(str(tree), named, since, oid="1" * 40, exit_status=0)


def write(tree: Path, path: str, text: str) -> None:
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text)


def test_files_are_found_by_their_names(tmp_path: Path):
    for path in ("junit.xml", "a/b/report-1.xml", "test-results/test/x.xml", "target/surefire-reports/TEST-a.xml"):
        write(tmp_path, path, SUITE.format(path))
    for path in ("pom.xml", "node_modules/x/junit.xml", ".git/junit.xml", "junit.txt"):
        write(tmp_path, path, SUITE.format("no"))
    found = read(tmp_path)
    assert len(found.cases) == len(found.reports) == 4
    assert {case.name for case in found.cases} == set(found.reports)
    assert read(tmp_path, "pom.xml").reports == ("pom.xml",)


def test_old_ones_say_nothing(tmp_path: Path):
    write(tmp_path, "junit.xml", SUITE.format("a"))
    later = datetime.now(UTC) + timedelta(hours=1)
    assert read(tmp_path, since=later) == SideTests("1" * 40, 0)
    assert "older than the tests" in read(tmp_path, "junit.xml", later).problems[0]


@pytest.mark.security
def test_what_leads_elsewhere_is_not_read(tmp_path: Path):
    tree = tmp_path / "tree"
    write(tmp_path, "outside/junit.xml", SUITE.format("secret"))
    tree.mkdir()
    (tree / "junit.xml").symlink_to(tmp_path / "outside/junit.xml")
    (tree / "test-results").symlink_to(tmp_path / "outside")
    os.mkfifo(tree / "junit-pipe.xml")
    assert read(tree).cases == ()
    for named in ("junit.xml", "test-results/junit.xml", "../outside/junit.xml", "junit-pipe.xml", "/etc/passwd"):
        found = read(tree, named)
        assert found.cases == ()
        assert "was not read" in found.problems[0]


@pytest.mark.security
def test_a_file_of_a_hundred_megabytes_is_left_alone(tmp_path: Path):
    with (tmp_path / "junit.xml").open("wb") as file:
        file.truncate(HUGE)
    write(tmp_path, "junit-2.xml", SUITE.format("a"))
    found = read(tmp_path)
    assert found.problems == ("junit.xml was not read: it has 100 MiB; at most 16 are read.",)
    assert found.reports == ("junit-2.xml",)
