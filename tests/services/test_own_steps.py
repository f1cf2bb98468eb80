import sys

import pytest

from tandemweb.domain.run import RunStatus
from tests.services.running import Bench, bench

__all__ = ["bench"]
WORKFLOW = """
name = "own"
title = "Own"
mission = false
[stages.all]
title = "All"
first = "make"
[steps.make]
title = "Make"
stage = "all"
agent = "command"
access = "write"
argv = [{python}, "-c", "open('plan.md', 'w').write('Change app.py.'); open('app.py', 'w'); open('more.py', 'w')"]
output = "plan.md"
next = {{ "*" = "keep" }}
[steps.keep]
title = "Keep"
stage = "all"
agent = "tandemweb"
action = "copy"
inputs = ["plan.md"]
output = "docs/kept.md"
next = {{ "*" = "difference" }}
[steps.difference]
title = "Difference"
stage = "all"
agent = "tandemweb"
action = "difference"
output = "docs/change.patch"
next = {{ "*" = "scope" }}
[steps.scope]
title = "Scope"
stage = "all"
agent = "tandemweb"
action = "scope"
inputs = ["docs/kept.md"]
output = "docs/scope.md"
next = {{ "*" = "rest" }}
[steps.rest]
title = "Rest"
stage = "all"
agent = "tandemweb"
action = "{last}"
next = {{ "*" = "end" }}
"""


@pytest.mark.parametrize(("last", "status"), [("nothing", RunStatus.DONE), ("confidence", RunStatus.FAILED)])
def test_each_step_says_what_it_has_done(bench: Bench, last: str, status: RunStatus):
    bench.save_workflow("own", WORKFLOW.format(python=f'"{sys.executable}"', last=last))
    run = bench.wait_for_end(bench.start("own", "all"))
    assert run.status is status, run.reason
    logs = [bench.folder(run).get_step(step.folder).stdout for step in run.steps[1:]]
    kept, difference, scope, *rest = [log.read_text() for log in logs if log.exists()]
    assert kept == "Copied plan.md to docs/kept.md, byte for byte.\n"
    assert difference.startswith("Wrote docs/change.patch, the difference to commit ")
    assert difference.endswith(": 3 files were changed.\n")
    assert scope == "3 files were touched, 2 of them beyond the plan; they are listed in docs/scope.md.\n"
    # A step that fails says why, and has done nothing.
    assert rest == (["There was nothing to write.\n"] if status is RunStatus.DONE else [])
