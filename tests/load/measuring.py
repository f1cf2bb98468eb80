"""What a server holds and uses: processes, threads, open files, memory, processor time."""

import os
import re
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil

SETTLED_SECONDS = 60
QUIET_SECONDS = 2


@dataclass(frozen=True)
class Holdings:
    """Counts of what a process holds; ``files`` by what they are."""

    threads: int
    children: int
    files: Counter[str]

    def list_added(self, later: "Holdings") -> list[str]:
        """Say what is held later and was not before."""
        added = [f"{count} more of {name}" for name, count in (later.files - self.files).items()]
        added += [f"{later.threads} threads instead of {self.threads}"] if later.threads > self.threads else []
        return added + [f"{later.children} children instead of {self.children}"] * (later.children > self.children)

    def __str__(self) -> str:
        return f"{self.files.total()} files, {self.threads} threads, {self.children} children"


def count_holdings(process: psutil.Process) -> Holdings:
    files: Counter[str] = Counter()
    for path in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            files[re.sub(r"\[\d+\]", "", str(path.readlink()))] += 1
        except OSError:  # closed meanwhile
            continue
    return Holdings(process.num_threads(), len(process.children(recursive=True)), files)


def count_settled(process: psutil.Process) -> Holdings:
    """Count when a server has started all that it starts by itself: nothing has changed for a while."""
    before, now = None, count_holdings(process)
    while before != now:
        time.sleep(QUIET_SECONDS)
        before, now = now, count_holdings(process)
    return now


def assert_nothing_is_added(process: psutil.Process, before: Holdings) -> None:
    """Wait until a process holds no more than before. Workers that render are replaced now and then."""
    end = time.monotonic() + SETTLED_SECONDS
    while added := before.list_added(count_holdings(process)):
        assert time.monotonic() < end, added
        time.sleep(0.2)
    print(f"held after: {count_holdings(process)}; before: {before}")


def find_largest_memory(process: psutil.Process) -> int:
    """Give the most bytes of memory that a process ever had."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


class ProcessorTime:
    """Processor time since it was made, in processors kept busy: by a server, by all of this test, by all others."""

    def __init__(self, server: psutil.Process) -> None:
        self._process = server
        self._begun = self._read()

    def _read(self) -> tuple[float, float, float, float]:
        server, test = self._process.cpu_times(), psutil.Process()
        ours = [_sum_up(process) for process in (test, *test.children(recursive=True))]
        machine = psutil.cpu_times()
        at_work = sum(machine) - machine.guest - machine.guest_nice - machine.idle - machine.iowait
        return time.monotonic(), server.user + server.system, sum(ours), at_work

    def tell(self) -> float:
        """Print them; gives those of the server."""
        seconds, server, ours, machine = (now - before for now, before in zip(self._read(), self._begun, strict=True))
        others = (machine - ours) / seconds
        print(
            f"processors kept busy in {seconds:.0f} s: {server / seconds:.2f} by the server, {ours / seconds:.2f} by "
            f"the test with server, runs and Chromium, {others:.2f} of {os.cpu_count()} by other programs"
        )
        return server / seconds


def _sum_up(process: psutil.Process) -> float:
    """Give the seconds of a process and of those below it that have ended; 0 for one that is gone."""
    try:
        return sum(process.cpu_times()[:4])
    except psutil.Error:
        return 0.0
