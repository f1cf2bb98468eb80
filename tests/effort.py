"""How much a test that could go on for ever does: a little on every run, much when it is asked for.

``TANDEMWEB_LONG_TESTS=1 pytest -m "security or faults or load"`` is the long part.
"""

import os

IS_LONG = os.environ.get("TANDEMWEB_LONG_TESTS") == "1"


def choose(quick: int, long: int) -> int:
    return long if IS_LONG else quick
