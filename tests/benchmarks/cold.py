"""Index one project from nothing in a process of its own and print the figures as JSON.

python cold.py PROJECT DATA_FOLDER with|without
"""

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.plain import leave_out_analysis
from tandemweb.services.indexing import Progress, refresh_project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import open_index_writer


def main() -> None:
    project_path, data_folder, findings = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if findings == "without":
        leave_out_analysis()
    listed: list[float] = []
    with open_index_writer(data_folder) as writer:
        project = register_project(data_folder, project_path)
        start = time.monotonic()

        def report(progress: Progress) -> None:
            if progress.stage == "documents" and not listed:
                listed.append(time.monotonic() - start)

        refresh = refresh_project(writer, project, report=report)
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "seconds": refresh.seconds,
        "listed_seconds": listed[0],
        "missions": refresh.saved_mission_count,
        "commits": refresh.new_commit_count,
        "own_cpu_seconds": own.ru_utime + own.ru_stime,
        "worker_cpu_seconds": children.ru_utime + children.ru_stime,
        "own_megabytes": own.ru_maxrss / 1024,
        "largest_worker_megabytes": children.ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
