import os
from dataclasses import replace

import pytest

from store.examples import PROJECT
from tandemweb.domain.mission import Project
from tandemweb.errors import ConflictError, NotFoundError
from tandemweb.store.projects import delete_project, find_project_at, get_project, list_projects, save_project
from tandemweb.store.state import State


def test_projects_come_back_by_name(state: State):
    plain = Project("attic", "attic", os.fsdecode(b"/work/\xff"))
    with state.transaction() as transaction:
        save_project(transaction, PROJECT)
        save_project(transaction, plain)
    assert list_projects(state) == (plain, PROJECT)
    assert get_project(state, "shop") == PROJECT
    assert find_project_at(state, PROJECT.path) == PROJECT
    assert find_project_at(state, "/work") is None


def test_a_slug_is_replaced_and_a_path_is_not_taken_twice(state: State):
    renamed = replace(PROJECT, name="Store")
    with state.transaction() as transaction:
        save_project(transaction, PROJECT)
        save_project(transaction, renamed)
        with pytest.raises(ConflictError, match="already registered as shop"):
            save_project(transaction, replace(PROJECT, slug="other"))
    assert list_projects(state) == (renamed,)


def test_delete_project(state: State):
    with state.transaction() as transaction:
        save_project(transaction, PROJECT)
        delete_project(transaction, "shop")
    with pytest.raises(NotFoundError, match="shop"):
        get_project(state, "shop")
