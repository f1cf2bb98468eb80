import os
import subprocess
import sys
from pathlib import Path

import pytest

from tandemweb.agents.priority import NICENESS

PRINT = """
import os
from tandemweb.agents.priority import work_in_background
os.nice({before})
work_in_background()
print(os.getpriority(os.PRIO_PROCESS, 0), flush=True)
"""


@pytest.mark.parametrize(("before", "after"), [(0, NICENESS), (15, 15)])
def test_a_process_gives_way_and_never_less_than_before(before: int, after: int):
    given = os.getpriority(os.PRIO_PROCESS, 0)
    told = subprocess.run(
        [sys.executable, "-c", PRINT.format(before=max(0, before - given))],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        check=True,
    )
    assert int(told.stdout) == max(after, given)
