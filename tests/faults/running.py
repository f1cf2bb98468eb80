"""Running something that is killed at one of its writes, at every such place in turn."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from effort import IS_LONG

KILLING = Path(__file__).with_name("killing.py")
TESTS = KILLING.parent.parent
QUICK_COUNT = 12  # places of a command that are tried on every run; the long run tries all


def run(folder: Path, number: int, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that is killed at its ``number``-th write; 0 lets it live, and it counts its writes then."""
    return subprocess.run(
        [sys.executable, str(KILLING), str(number), str(folder), "--", *command],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=name_environment(folder),
    )


def choose_places(count: int, quick: int = QUICK_COUNT) -> Iterator[int]:
    """Give places from the first to the last, evenly spread."""
    tried = count if IS_LONG else min(count, quick)
    return (1 + round(place * (count - 1) / max(tried - 1, 1)) for place in range(tried))


@dataclass
class Machine:
    """A folder in which verbs are done and killed, and which can be put back to how it was prepared.

    Its place stays the same, since what is written holds it.
    """

    folder: Path
    keeper: subprocess.Popen[str]
    part: Path = field(init=False)  # what is put back

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def project(self) -> Path:
        return self.folder / "project"

    def do(self, verb: str, number: int | str = 0) -> tuple[int, str]:
        """Do a verb, killed at its ``number``-th write or on a full disk; gives the exit status and what was said."""
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.write(f"{number} {verb}\n")
        self.keeper.stdin.flush()
        status, said = json.loads(self.keeper.stdout.readline())
        return status, said

    def do_whole(self, verb: str) -> int:
        """Do a verb to its end, and say how many places it can be killed at."""
        status, said = self.do(verb)
        assert status == 0, said
        return int(said.splitlines()[-1])

    def keep(self, part: str = "") -> None:
        """Note how things are now in the folder, or in one part of it that alone is to be put back."""
        self.part = self.folder / part
        subprocess.run(["cp", "-a", str(self.part), str(self._kept)], check=True)

    def put_back(self) -> None:
        shutil.rmtree(self.part)
        subprocess.run(["cp", "-a", str(self._kept), str(self.part)], check=True)

    def kill_everywhere(self, verb: str, count: int, quick: int = QUICK_COUNT) -> Iterator[int]:
        """Kill a verb at its places, each time with everything as it was kept."""
        survived = 0
        for place in choose_places(count, quick):
            self.put_back()
            status, said = self.do(verb, place)
            assert status == -signal.SIGKILL, (place, said)
            yield place
            survived += 1
        print(f"{verb}: survived kills at {survived} of {count} places")

    @property
    def _kept(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.kept")


@contextmanager
def open_machine(folder: Path) -> Iterator[Machine]:
    """Give a machine in a folder that is there."""
    keeper = subprocess.Popen(
        [sys.executable, str(KILLING), "-", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=name_environment(folder),
    )
    with keeper:
        yield Machine(folder, keeper)
        assert keeper.stdin is not None
        keeper.stdin.close()


def name_environment(folder: Path) -> dict[str, str]:
    places = {"TANDEMWEB_HOME": str(folder / "data"), "HOME": str(folder)}
    return {**os.environ, **places, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"}
