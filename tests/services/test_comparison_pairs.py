import pytest
from conftest import GitRepository
from corpus.clones import clone_corpus
from forking import SIDES, fork, get_location

from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.opening import open_repository
from tandemweb.history.status import read_status
from tandemweb.services.comparison_pairs import compose_comparison, list_suggestions

pytestmark = pytest.mark.compare


@pytest.fixture
def suggest(git_repository, tmp_path):
    def ask(path=git_repository.path, **options):
        location = get_location(path)
        status = read_status(location, tmp_path / "shadows")
        with open_repository(location, tmp_path / "shadows") as repository:
            return list_suggestions(repository, "project", status, **options)

    return ask


@pytest.fixture
def compose(git_repository, tmp_path):
    def ask(*names: str, **options):
        location = get_location(git_repository.path)
        status = read_status(location, tmp_path / "shadows")
        with open_repository(location, tmp_path / "shadows") as repository:
            return compose_comparison(repository, "project", status, names, **options)

    return ask


@pytest.mark.parametrize("name", ["ledgerlite", "papertrail"])
def test_the_pairs_of_the_corpus_are_found(name, suggest, tmp_path):
    git = GitRepository(clone_corpus(name, tmp_path / name))

    (found,) = suggest(git.path)

    assert found.base == git.git("merge-base", *SIDES[:2])
    assert found.spec == "SPEC.md"
    assert [(side.letter, side.name, side.oid) for side in found.sides] == [
        (letter, name, git.git("rev-parse", name)) for letter, name in zip("AB", SIDES, strict=False)
    ]


def test_siblings_of_each_place_belong_together(git_repository, suggest):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    for place in ("search", "lone"):
        git_repository.git("branch", f"{place}/impl/claude", SIDES[0])
    git_repository.git("branch", "search/impl/codex", SIDES[1])
    git_repository.git("branch", "impl/synthesis", SIDES[1])

    found = suggest()

    assert [[side.name for side in pair.sides] for pair in found] == [
        ["impl/claude", "impl/codex"],
        ["search/impl/claude", "search/impl/codex"],
    ]
    assert suggest(specs=["Other.md"]) == ()
    assert suggest(patterns=["try-*"]) == ()


def test_worktrees_without_a_branch_go_by_their_folder(git_repository, suggest, tmp_path):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    for name, branch in (("try-one", SIDES[0]), ("try-two", SIDES[1])):
        git_repository.git("worktree", "add", "-q", "--detach", str(tmp_path / name), branch)

    (found,) = suggest(patterns=["try-*"])

    assert [side.oid for side in found.sides] == [git_repository.git("rev-parse", name) for name in SIDES[:2]]


def test_any_refs_by_hand(git_repository, compose):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"}, {"a": "4\n"})
    git_repository.git("tag", "-a", "-m", "tag", "v1", SIDES[2])
    base, first = git_repository.git("rev-parse", "main"), git_repository.git("rev-parse", SIDES[0])

    by_hand = compose(first[:10], "refs/heads/impl/codex", "v1")

    assert (by_hand.base, by_hand.spec) == (base, "SPEC.md")
    assert [side.ref for side in by_hand.sides] == ["", "refs/heads/impl/codex", "refs/tags/v1"]
    assert by_hand.sides[2].oid == git_repository.git("rev-parse", SIDES[2])
    assert compose(*SIDES[:2], base=SIDES[2]).base == by_hand.sides[2].oid


@pytest.mark.parametrize("name", ["HEAD~1", ":/base", "--output=x", "main@{0}", "1234567", "", "nothing", "a" * 64])
def test_nothing_but_names_and_ids_is_understood(name, git_repository, compose):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})

    with pytest.raises(NotFoundError):
        compose(SIDES[0], name)


def test_what_cannot_be_compared(git_repository, compose):
    fork(git_repository, {"a": "1\n"}, {"a": "2\n"}, {"a": "3\n"})
    git_repository.git("checkout", "-q", "--orphan", "other")
    git_repository.commit("other", {"b": "1\n"})

    with pytest.raises(InvalidRequestError, match="2 to 8"):
        compose(SIDES[0])
    with pytest.raises(InvalidRequestError, match="same commit"):
        compose(SIDES[0], SIDES[0])
    with pytest.raises(InvalidRequestError, match="no commit in common"):
        compose(SIDES[0], "other")
    assert compose(SIDES[0], "other", base="main").base == git_repository.git("rev-parse", "main")
