"""What the index costs against the floor of the same work, measured in one run. Run it with ``-s``.

TANDEMWEB_BENCHMARK_SIZE=full makes 2,000 missions with 60,000 documents and 20,000 commits; else 60 missions.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from serving import running_server

from benchmarks.floors import insert_texts, read_files, read_log, seconds_of, walk
from benchmarks.generator import COMMITS_PER_MISSION, DOCUMENTS_PER_MISSION, ROOT, generate, mission_name
from tandemweb.services.changes import Broker, document_topic
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import list_registered
from tandemweb.services.touching import refresh_paths
from tandemweb.services.watching import Watcher
from tandemweb.store.connections import open_index_reader, open_index_writer
from tandemweb.store.index_projects import list_project_summaries

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

IS_FULL = os.environ.get("TANDEMWEB_BENCHMARK_SIZE") == "full"
MISSION_COUNT = 2000 if IS_FULL else 60
TESTS = Path(__file__).parent.parent
# Generous: at the small size starting processes counts more than the work itself.
LONGEST_CHANGE_SECONDS = 3.0


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("benchmark") / "generated", MISSION_COUNT)


@pytest.fixture(scope="module")
def floor(generated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    paths = walk(str(generated))
    texts: list[str] = []
    return {
        "walk": min(seconds_of(lambda: walk(str(generated))) for _ in range(3)),
        "read files": seconds_of(lambda: texts.extend(read_files(paths))),
        "git log": seconds_of(lambda: read_log(generated)),
        "FTS5 insert": seconds_of(lambda: insert_texts(tmp_path_factory.mktemp("floor") / "floor.db", texts)),
    }


@dataclass(frozen=True)
class ColdIndex:
    """What indexing from nothing took, without findings and whole; ``home`` keeps the whole one in its data folder."""

    home: Path
    plain: dict[str, float]
    whole: dict[str, float]


@pytest.fixture(scope="module")
def cold(generated: Path, floor: dict[str, float], tmp_path_factory: pytest.TempPathFactory) -> ColdIndex:
    home = tmp_path_factory.mktemp("home")
    plain = index_cold(generated, home / "plain", "without")
    return ColdIndex(home, plain, index_cold(generated, home / "tandemweb", "with"))


@pytest.fixture
def home(cold: ColdIndex) -> Path:
    return cold.home


def index_cold(generated: Path, data_folder: Path, findings: str) -> dict[str, float]:
    command = [sys.executable, str(TESTS / "benchmarks" / "cold.py"), str(generated), str(data_folder), findings]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), str(TESTS.parent)))}
    finished = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert finished.returncode == 0, finished.stderr
    figures: dict[str, float] = json.loads(finished.stdout)
    return figures


def show(what: str, seconds: float, *ratios: tuple[str, float]) -> None:
    told = "".join(f"   {seconds / against:6.2f} x {name}" for name, against in ratios if against)
    print(f"{what:<44}{seconds * 1000:>12,.1f} ms{told}")


def test_cold_index(floor: dict[str, float], cold: ColdIndex):
    least = floor["read files"] + floor["git log"] + floor["FTS5 insert"]
    plain, whole = cold.plain, cold.whole
    print(f"\n{MISSION_COUNT} missions, {MISSION_COUNT * DOCUMENTS_PER_MISSION} documents, {os.cpu_count()} processors")
    for name in ("read files", "git log", "FTS5 insert"):
        show(f"floor: {name}", floor[name])
    show("floor: together", least)
    show("cold index without findings", plain["seconds"], ("floor", least))
    show("cold index", whole["seconds"], ("floor", least), ("without findings", plain["seconds"]))
    show("  missions can be browsed after", whole["listed_seconds"])
    print(
        f"  processor seconds: {whole['own_cpu_seconds']:.1f} own, {whole['worker_cpu_seconds']:.1f} of workers and git"
    )
    print(f"  peak memory: {whole['own_megabytes']:.0f} MB, largest worker {whole['largest_worker_megabytes']:.0f} MB")
    for figures in (plain, whole):
        assert figures["missions"] == MISSION_COUNT
        assert figures["commits"] == MISSION_COUNT * COMMITS_PER_MISSION + 1
    with open_index_reader(cold.home / "tandemweb") as index:
        (summary,) = list_project_summaries(index)
    assert summary.document_count == MISSION_COUNT * DOCUMENTS_PER_MISSION + 1  # and the Config.json


def test_refresh(generated: Path, floor: dict[str, float], home: Path):
    (project,) = list_registered(home / "tandemweb")
    path = f"{ROOT}/{mission_name(MISSION_COUNT // 2)}/Evaluator/Round-02.md"
    with open_index_writer(home / "tandemweb") as writer:
        unchanged = [refresh_project(writer, project) for _ in range(3)]
        change(generated / path)
        touched = refresh_paths(writer, project, [path])
        change(generated / path)
        changed = refresh_project(writer, project)
    print()
    show("floor: stat walk", floor["walk"])
    show("refresh, nothing changed", min(r.seconds for r in unchanged), ("stat walk", floor["walk"]))
    show("refresh, one document changed", changed.seconds, ("stat walk", floor["walk"]))
    assert touched is not None
    show("refresh of one touched document", touched.seconds)
    assert all(refresh.topics == frozenset() for refresh in unchanged)
    assert touched.saved_mission_count == changed.saved_mission_count == 1


def test_live_change(generated: Path, home: Path):
    (project,) = list_registered(home / "tandemweb")
    path = f"{ROOT}/{mission_name(MISSION_COUNT // 2)}/Evaluator/Round-02.md"
    broker = Broker()
    with Watcher(home / "tandemweb", broker) as watcher:
        while not all(watched.is_settled for watched in watcher._projects.values()) or not watcher._projects:
            time.sleep(0.05)
        times = [
            seconds_until_published(broker, generated / path, document_topic(project.slug, path)) for _ in range(5)
        ]
    print()
    show("written document to committed rows, median", sorted(times)[2])
    assert max(times) < LONGEST_CHANGE_SECONDS * (3 if IS_FULL else 1)


def test_pages(home: Path):
    """Times of pages as one client sees them, over a socket, with everything that a request goes through."""
    mission = f"/projects/generated/missions/tandemkit/{mission_name(MISSION_COUNT // 2)}"
    spec = f"/projects/generated/documents/{ROOT}/{mission_name(MISSION_COUNT // 2)}/Spec.md"
    pages = ("/", mission, f"{mission}/planning", f"{mission}/rounds/2", spec, "/search?q=parser", "/problems")
    print()
    with running_server(home) as server:
        cookie = server.log_in()
        for page in (*pages, "/projects/generated/commits"):
            times = []
            for _ in range(10):
                start = time.monotonic()
                answer = server.get(page, cookie)
                times.append(time.monotonic() - start)
                assert answer.status == 200, (page, answer.status)
            times.sort()
            print(f"{page:<70} median {times[5] * 1000:8.1f} ms   slowest {times[-1] * 1000:8.1f} ms")


def change(document: Path) -> None:
    document.write_text(document.read_text() + "\nOne more line.\n")


def seconds_until_published(broker: Broker, document: Path, topic: str) -> float:
    revision = broker.revision
    start = time.monotonic()
    change(document)
    while time.monotonic() - start < 60:
        found = broker.find_change(revision, timeout=5)
        if found and topic in found.topics:
            break
        revision = found.revision if found else revision
    elapsed = time.monotonic() - start
    time.sleep(0.3)
    return elapsed
