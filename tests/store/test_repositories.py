from collections.abc import Callable

import pytest

from tandemweb.domain.commit import Ref, RefKind, RepositoryCondition, RepositoryStatus, Worktree
from tandemweb.store.connections import IndexWriter
from tandemweb.store.repositories import get_repository_status, save_repository_status
from tandemweb.store.revisions import get_revision

FULL = RepositoryStatus(
    condition=RepositoryCondition.SHALLOW,
    head="refs/heads/main",
    head_oid="a" * 40,
    refs=tuple(Ref(f"refs/x/{kind}", kind, "b" * 40) for kind in RefKind),
    worktrees=(
        Worktree("/work/shop", "refs/heads/main", "a" * 40, is_main=True),
        Worktree("/work/gone", None, None, is_main=False, is_locked=True, is_missing=True),
    ),
    message="Some history is missing.",
    shallow_oids=("c" * 40, "d" * 40),
    fingerprint="abc",
)


@pytest.fixture
def save_status(writer: IndexWriter) -> Callable:
    def save(status: RepositoryStatus) -> None:
        with writer.transaction() as index:
            save_repository_status(index, "shop", status)

    return save


@pytest.mark.parametrize("condition", RepositoryCondition)
def test_status_comes_back(save_status: Callable, ask: Callable, condition: RepositoryCondition):
    assert ask(get_repository_status, "shop") == RepositoryStatus(RepositoryCondition.UNREAD)
    save_status(RepositoryStatus(condition))
    assert ask(get_repository_status, "shop") == RepositoryStatus(condition)


def test_status_is_replaced(save_status: Callable, ask: Callable):
    for status in (FULL, RepositoryStatus(RepositoryCondition.EMPTY), FULL):
        save_status(status)
        assert ask(get_repository_status, "shop") == status


def test_the_same_status_is_no_change(save_status: Callable, ask: Callable):
    save_status(FULL)
    before = ask(get_revision)
    save_status(FULL)
    assert ask(get_revision) == before
