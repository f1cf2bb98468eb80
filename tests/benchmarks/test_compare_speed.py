"""Two branches with 300 changed files, beside plain git's own answers in the same run. Run it with ``-s``.

Ratios are of processor time, git's included, so that others on the machine do not count; milliseconds are of the clock.
"""

import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import pytest
from conftest import init_repository
from forking import comparing, fork, look_for_evidence, tell_sides

from tandemweb.domain.comparison import Comparison, FileRow
from tandemweb.history.invocation import Invocation
from tandemweb.history.opening import Repository
from tandemweb.services.chunking import read_chunks
from tandemweb.services.comparing import read_matrix

pytestmark = [pytest.mark.benchmark, pytest.mark.compare]
FILES, CHANGED, LINES = 1000, 300, 150
REPEATS = 9
NAMES, FILE, HUGE = 0.050, 0.150, 1.0  # seconds of the processor


def write_lines(count: int, random: Random) -> list[str]:
    return [f"    value_{number} = compute({random.randint(0, 9999)}, {number})\n" for number in range(count)]


def edit(lines: list[str], count: int, random: Random, who: str) -> str:
    edited = list(lines)
    for _ in range(count):
        place = random.randrange(1, len(edited))
        if random.random() < 0.5:
            edited[place] = f"    changed_by_{who} = {random.random()}\n"
        else:
            edited.insert(place, f"    added_by_{who}({place})\n")
    return "".join(edited)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Repository, Comparison]]:
    folder = tmp_path_factory.mktemp("compared")
    git = init_repository(folder / "repository")
    random = Random(1)
    base = {
        f"src/m{number // 50}/f{number}.py": ["def main():\n", *write_lines(LINES, random)] for number in range(FILES)
    }
    base |= {f"long{count}.py": ["def main():\n", *write_lines(count, random)] for count in (2_000, 10_000)}
    sides = []
    for who in "ab":
        chosen = [name for name in base if name.startswith("src")][:CHANGED]
        sides.append({name: edit(base[name], 5, random, who) for name in chosen})
        sides[-1] |= {
            name: edit(lines, len(lines) // 10, random, who) for name, lines in base.items() if "long" in name
        }
    fork(git, {name: "".join(lines) for name, lines in base.items()}, *sides)
    git.git("gc", "-q")
    with comparing(git.path, folder / "shadows") as found:
        yield found


@dataclass(frozen=True)
class Cost:
    """Seconds, each the least of several: of the clock, and of the processor."""

    clock: float
    processor: float


def measure(work: Callable[[], object], repeats: int = REPEATS) -> Cost:
    clock, processor = [], []
    for _ in range(repeats):
        started, before = time.perf_counter(), take_processor_time()
        work()
        clock.append(time.perf_counter() - started)
        processor.append(take_processor_time() - before)
    return Cost(min(clock), min(processor))


def take_processor_time() -> float:
    """Seconds of this process and of the children that it has waited for."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def say(what: str, own: Cost, git: Cost) -> float:
    """Print, and give how many times as much as git's it is."""
    ratio = own.processor / git.processor
    clock = f"{own.clock * 1000:.1f} ms, git {git.clock * 1000:.1f} ms"
    print(f"\n{what}: {clock}; processor {own.processor * 1000:.0f} ms, {ratio:.2f} times git's")
    return ratio


def ask_plainly(repository: Repository, comparison: Comparison, *options: str) -> Callable[[], None]:
    """Ask git as a person would for each pair: the two sides against the base, then against each other."""
    left, right = (side.oid for side in comparison.sides)
    pairs = ((comparison.base, left), (comparison.base, right), (left, right))
    path = repository.location.work_tree

    def ask() -> None:
        for pair in pairs:
            subprocess.run(["git", "-C", path, "diff", "-z", "-M", *options, *pair], check=True, capture_output=True)

    return ask


def test_names_of_300_files(opened):
    own = measure(lambda: read_matrix(*opened))
    git = measure(ask_plainly(*opened, "--raw"))

    assert len(read_matrix(*opened).rows) == CHANGED + 2
    assert say("names of 300 files", own, git) <= 3
    assert own.processor <= NAMES


def test_overview(opened):
    repository, comparison = opened

    def overview() -> None:
        tell_sides(repository, comparison, with_counts=True)

    own = measure(overview)
    git = measure(ask_plainly(repository, comparison, "--raw", "--numstat"))

    assert say("overview", own, git) <= 1.5


def get_row(opened, name: str) -> FileRow:
    return next(row for row in read_matrix(*opened).rows if row.path == name)


@pytest.mark.parametrize(("name", "limit"), [("long2000.py", FILE), ("long10000.py", HUGE)])
def test_one_file(name, limit, opened):
    repository, comparison = opened
    row = get_row(opened, name)

    own = measure(lambda: read_chunks(repository, row))
    git = measure(ask_plainly(repository, comparison, "-U0", "--histogram", "--", name))

    assert len(read_chunks(repository, row).differences) > 100
    say(name, own, git)
    assert own.processor <= limit


def test_evidence(opened):
    own = measure(lambda: look_for_evidence(*opened), 3)
    git = measure(ask_plainly(*opened, "-U0"), 3)

    assert say("evidence", own, git) <= 10


def test_git_is_asked_a_handful_of_times(opened, monkeypatch):
    repository, comparison = opened
    started: list[str] = []
    stream = Invocation.stream

    def note(self, arguments, **rest):
        started.append(arguments[0])
        return stream(self, arguments, **rest)

    monkeypatch.setattr(Invocation, "stream", note)

    tell_sides(repository, comparison, with_counts=True)
    assert started == ["diff-tree", "log"]
    row = get_row(opened, "long2000.py")
    started.clear()
    read_chunks(repository, row)
    assert started == ["cat-file", "diff"]
