"""Search beside ripgrep over the same files, in one run. TANDEMWEB_BENCHMARK_SIZE=full makes 60,000 documents.

Each question is asked as a page asks it: parse, search, first 30 hits with excerpts, on a new connection.
"""

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.generator import DOCUMENTS_PER_MISSION, ROOT, Writer, generate, mission_name
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.services.searching import SearchAnswer, answer_query
from tandemweb.store.connections import open_index_reader, open_index_writer
from tandemweb.store.paths import INDEX_NAME

MISSIONS = 2000 if os.environ.get("TANDEMWEB_BENCHMARK_SIZE") == "full" else 60
REPEATS = 7
LARGEST_INDEX = 2.1  # times the texts
RARE, COMMON, LONGEST = 0.030, 0.150, 0.250  # seconds
IDENTIFIER = Writer(11).sentence().split("`")[1]
# What is looked for -> how ripgrep looks for it.
RARE_QUERIES = {
    f"{mission_name(7)} ": mission_name(7),
    f"{Writer(11).topic} ": Writer(11).topic,
    f"{IDENTIFIER} ": IDENTIFIER,
}
COMMON_QUERIES = {
    "parser ": "parser",
    "nobody ": "nobody",
    "the ": "the",
    "pars": r"\bpars",
    "swallows nobody cache ": "swallows",
    "kind:finding parser ": "parser",
    "severity:high nobody ": "nobody",
    "nobody -parser ": "nobody",
    "author:codex verdict:FAIL": "FAIL",
}
PHRASE_QUERIES = {'"the tests do not cover" ': "the tests do not cover"}  # of common words only


@dataclass(frozen=True)
class Library:
    folder: Path
    data_folder: Path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    base = tmp_path_factory.mktemp("search")
    folder, data_folder = generate(base / "big", MISSIONS), base / "data"
    project = register_project(data_folder, folder)
    with open_index_writer(data_folder) as writer:
        refresh_project(writer, project)
    yield Library(folder, data_folder)
    shutil.rmtree(base)


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_search_beside_ripgrep(library: Library):
    print(f"\n{MISSIONS * DOCUMENTS_PER_MISSION:,} documents; median and longest of {REPEATS}, milliseconds")
    longest = 0.0
    slow = []
    for queries, limit in ((RARE_QUERIES, RARE), (COMMON_QUERIES, COMMON), (PHRASE_QUERIES, LONGEST)):
        for query, pattern in queries.items():
            times = measure(lambda query=query: ask(library, query))
            answer = ask(library, query)
            beside = statistics.median(measure(lambda pattern=pattern: grep(library, pattern), repeats=3))
            median = statistics.median(times)
            longest = max(longest, *times)
            hits = sum(len(group.hits) for group in answer.groups)
            facts = f"{hits}{'+' if answer.has_more else ''} hits{', partial' if answer.is_partial else ''}"
            print(f"  {query:36}{median * 1000:7.1f}{max(times) * 1000:8.1f}   ripgrep {beside * 1000:7.1f}   {facts}")
            assert hits
            if median >= limit * slack():
                slow.append(query)
    print(f"  longest of all: {longest * 1000:.1f}")
    assert not slow
    assert longest < LONGEST * slack()


@pytest.mark.benchmark
@pytest.mark.timeout(3600)
def test_size_of_the_index(library: Library):
    texts = sum(file.stat().st_size for file in (library.folder / ROOT).rglob("*") if file.is_file())
    with open_index_reader(library.data_folder) as index:
        words = index.value("SELECT sum(length(block)) FROM document_texts_data")
        packed = index.value("SELECT sum(length(packed)) FROM texts")
        details = index.value(
            "SELECT sum(length(exchanges) + length(decisions) + length(questions)) FROM mission_details"
        )
    size = (library.data_folder / INDEX_NAME).stat().st_size
    print(f"\nindex {size / texts:.2f} x text; words {words / texts:.2f}, texts {packed / texts:.2f}, ", end="")
    print(f"findings and decisions {details / texts:.2f}")
    assert size < LARGEST_INDEX * texts


def slack() -> float:
    """Give a shared machine of a CI more time than the one that the limits are for."""
    return 3.0 if os.environ.get("CI") == "true" else 1.0


def ask(library: Library, query: str) -> SearchAnswer:
    with open_index_reader(library.data_folder) as index:
        return answer_query(index, query)


def grep(library: Library, pattern: str) -> None:
    ripgrep = shutil.which("rg")
    if ripgrep is None:
        pytest.skip("there is no ripgrep to compare with")
    command = [ripgrep, "--count", "--ignore-case", pattern, str(library.folder / ROOT)]
    subprocess.run(command, check=False, capture_output=True)


def measure(work: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times
