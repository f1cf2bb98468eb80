"""Makes or discards a synthesis and is killed at a moment that is told: run as a program by the tests of crashes.

Moments are counted from when something of the synthesis is written down: ``git N`` is before the Nth git, ``amid N``
while it runs, ``note N`` before the Nth writing of the journal.
"""

import os
import signal
import sys
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.history.invocation import Invocation
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.services import synthesis_journal
from tandemweb.services.comparing import read_matrix
from tandemweb.services.comparison_pairs import compose_comparison
from tandemweb.services.picking import pick_everything
from tandemweb.services.synthesising import discard_synthesis, list_syntheses, synthesise


def die_at(moment: str, number: int, data_folder: Path) -> None:
    start, write = Invocation._start, synthesis_journal.write_json_file
    counts = {"git": 0, "note": 0}

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def start_or_die(self, arguments, source):
        if not any(data_folder.glob("syntheses/2*")):
            return start(self, arguments, source)
        counts["git"] += 1
        if (moment, counts["git"]) == ("git", number):
            die()
        process = start(self, arguments, source)
        if (moment, counts["git"]) == ("amid", number):
            die()
        return process

    def write_or_die(path, value):
        counts["note"] += 1
        if (moment, counts["note"]) == ("note", number):
            die()
        write(path, value)

    Invocation._start = start_or_die
    synthesis_journal.write_json_file = write_or_die


def main(verb: str, project: str, data: str, moment: str, number: str) -> None:
    data_folder, shadows = Path(data), Path(data, "shadows")
    location = find_repository(Path(project))
    assert location is not None
    status = read_status(location, shadows)
    own = Project("project", "Project", project)
    die_at(moment, int(number), data_folder)
    with open_repository(location, shadows) as repository:
        if verb == "discard":
            discard_synthesis(data_folder, repository, list_syntheses(data_folder)[0].id)
            return
        comparison = compose_comparison(repository, "project", status, ["impl/claude", "impl/codex"])
        picks = pick_everything(read_matrix(repository, comparison), "a")
        synthesise(data_folder, own, repository, comparison, picks)


if __name__ == "__main__":
    main(*sys.argv[1:])
