"""How much longer the commits of a history take than git's own log of them."""

import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tandemweb.history.log import read_commits

COMMIT_COUNT = 3000
FILES_PER_COMMIT = 4


def compose_stream() -> Iterator[bytes]:
    for number in range(COMMIT_COUNT):
        yield b"commit refs/heads/main\n"
        yield b"committer A <a@x> %d +0000\n" % (1_700_000_000 + number)
        yield b"data 20\nmission %012d\n" % number
        for file in range(FILES_PER_COMMIT):
            content = b"document %d %d\n" % (number, file)
            path = b"TandemKit/%03d-Mission/Round-%02d/%d.md" % (number // 10, number % 10, file)
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(content), content)


def take_time(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


@pytest.mark.benchmark
def test_reading_commits_costs_little_more_than_gits_log(git_repository, open_at, status_of):
    git_repository.git("fast-import", "--quiet", stdin=b"".join(compose_stream()))
    tips = status_of(git_repository.path).tips
    repository = open_at(git_repository.path)

    def ask_git() -> None:
        command = ["git", "-C", git_repository.path, "log", "--raw", "-z", "-M", "--no-abbrev", "main"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def ask_history() -> None:
        assert (
            sum(len(commit.changes) for commit in read_commits(repository, tips=tips))
            == COMMIT_COUNT * FILES_PER_COMMIT
        )

    times = [(take_time(ask_git), take_time(ask_history)) for _ in range(7)]
    floor, own = (min(column) for column in zip(*times, strict=True))

    print(f"{COMMIT_COUNT} commits: git log {floor:.3f} s, read_commits {own:.3f} s, ratio {own / floor:.2f}")
    # 1.1 to 1.3 with a free second core; twice is what history may cost at most (parsing takes its turn without one).
    assert own < 2 * floor + 0.1
