from tandemweb.domain.commit import Commit, Ref, RefKind, RepositoryCondition, RepositoryStatus
from tandemweb.services.parallel import find_common_base, find_parallel


def commit(oid: str, *parents: str) -> Commit:
    return Commit(oid, parents, "A", "a@example.org", None, None, oid, "")


HISTORY = [commit("b2", "b1"), commit("a1", "base"), commit("b1", "base"), commit("base", "first"), commit("first")]


def status(*refs: Ref) -> RepositoryStatus:
    return RepositoryStatus(RepositoryCondition.NORMAL, refs=refs)


def branch(name: str, oid: str) -> Ref:
    return Ref(f"refs/heads/{name}", RefKind.BRANCH, oid)


def remote(name: str, oid: str) -> Ref:
    return Ref(f"refs/remotes/origin/{name}", RefKind.REMOTE, oid)


def test_branches_of_one_base_are_parallel():
    found = find_parallel(status(branch("impl/codex", "b2"), branch("impl/claude", "a1")), HISTORY, ["SPEC.md"])
    assert found is not None
    assert (found.spec, found.base, found.branches) == ("SPEC.md", "base", ("impl/claude", "impl/codex"))


def test_remote_branches_stand_in_for_missing_local_ones():
    refs = status(branch("impl/codex", "b2"), remote("impl/codex", "b1"), remote("impl/claude", "a1"))
    found = find_parallel(refs, HISTORY, ["SPEC.md"])
    assert found is not None
    assert found.branches == ("impl/claude", "impl/codex")


def test_one_branch_or_no_spec_is_no_parallel_work():
    two = status(branch("impl/codex", "b2"), branch("impl/claude", "a1"))
    assert find_parallel(status(branch("impl/codex", "b2"), branch("main", "a1")), HISTORY, ["SPEC.md"]) is None
    assert find_parallel(two, HISTORY, []) is None


def test_branch_that_another_builds_on_is_the_base():
    assert find_common_base(HISTORY, ["b2", "b1"]) == "b1"


def test_histories_without_a_common_commit_have_no_base():
    assert find_common_base([commit("x"), commit("y")], ["x", "y"]) is None
