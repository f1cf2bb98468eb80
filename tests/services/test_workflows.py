"""Where workflows come from, and which of them may be used."""

from datetime import UTC, datetime

import pytest

from tandemweb.domain.workflow import WorkflowSource
from tandemweb.errors import ConflictError, InvalidRequestError, NotFoundError
from tandemweb.services.workflows import UntrustedWorkflowError, get_workflow, list_workflows, trust_workflow
from tests.services.running import Bench, bench

__all__ = ["bench"]

TEXT = """
name = "{name}"
title = "Theirs"
mission = false
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "One"
stage = "all"
agent = "command"
argv = ["true"]
next = {{ "*" = "end" }}
"""


def put_in_project(bench: Bench, name: str, text: str) -> None:
    folder = bench.path / ".tandemweb/workflows"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(text)


def test_shipped_ones_have_no_mistakes(bench: Bench):
    entries = {entry.name: entry for entry in list_workflows(bench.data_folder)}
    assert {"tandem", "tandemkit-plugin"} <= entries.keys()
    assert all(entry.is_usable and entry.source is WorkflowSource.SHIPPED for entry in entries.values())


def test_a_user_s_stands_before_a_shipped_one(bench: Bench):
    bench.save_workflow("mine", TEXT.format(name="tandem"))
    assert get_workflow(bench.data_folder, "tandem").title == "Theirs"


def test_a_mistake_in_a_user_s_is_told_when_it_is_used(bench: Bench):
    bench.save_workflow("mine", TEXT.format(name="mine").replace("argv", "arg"))
    with pytest.raises(InvalidRequestError, match=r"mine.toml, line 12, steps.one.arg: this key is not known"):
        get_workflow(bench.data_folder, "mine")


def test_a_project_s_is_used_only_as_it_was_allowed(bench: Bench):
    put_in_project(bench, "theirs", TEXT.format(name="theirs"))
    with pytest.raises(NotFoundError):
        get_workflow(bench.data_folder, "theirs")
    with pytest.raises(UntrustedWorkflowError):
        get_workflow(bench.data_folder, "theirs", bench.project)
    entry = next(entry for entry in list_workflows(bench.data_folder, bench.project) if entry.name == "theirs")
    assert entry.workflow
    trust_workflow(bench.data_folder, bench.project, "theirs", entry.workflow.digest, at=datetime.now(UTC))
    assert get_workflow(bench.data_folder, "theirs", bench.project).title == "Theirs"
    put_in_project(bench, "theirs", TEXT.format(name="theirs").replace("true", "false"))
    with pytest.raises(UntrustedWorkflowError):
        get_workflow(bench.data_folder, "theirs", bench.project)
    with pytest.raises(ConflictError):
        trust_workflow(bench.data_folder, bench.project, "theirs", entry.workflow.digest, at=datetime.now(UTC))


def test_a_project_s_takes_no_other_s_name(bench: Bench):
    put_in_project(bench, "tandem", TEXT.format(name="tandem"))
    assert get_workflow(bench.data_folder, "tandem", bench.project).title == "Tandem"
    assert not list_workflows(bench.data_folder, bench.project)[-1].is_usable
