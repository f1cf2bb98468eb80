"""Worktrees that this program made: what would be lost is shown, and nothing is lost without a branch or a patch."""

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from forking import SIDES, comparing, fork
from run_folders import make_run
from trusting import trust

from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.synthesis_branches import make_worktree
from tandemweb.services.comparing import read_matrix
from tandemweb.services.folders import shadow_folder, step_trees_folder
from tandemweb.services.made_trees import list_made_trees
from tandemweb.services.picking import pick_everything
from tandemweb.services.registering import list_registered
from tandemweb.services.synthesising import list_syntheses, synthesise
from tandemweb.store.state import open_state_reader
from web.conftest import ORIGIN

BRANCH = "csv/impl/claude"
PARALLEL = """\
name = "apart"
title = "Apart"
mission = false
[parameters.feature]
title = "Feature"
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "One"
stage = "all"
agent = "command"
argv = ["true"]
work-tree = "claude"
next = { "*" = "end" }
"""


@pytest.fixture
def project(git_repository, index_project):
    git_repository.commit("Start", {"app.py": "print(1)\n", ".gitignore": "*.log\n"})
    return index_project(git_repository.path)


@pytest.fixture
def tree(git_repository, project, configuration):
    """Make the worktree of a step, with a commit, uncommitted files of three kinds, and one that git ignores."""
    place = step_trees_folder(configuration.data_folder) / project.slug / BRANCH.replace("/", "-")
    place.parent.mkdir(parents=True)
    location = find_repository(git_repository.path)
    with open_repository(location, shadow_folder(configuration.data_folder)) as repository:
        make_worktree(repository, BRANCH, git_repository.git("rev-parse", "HEAD"), place)
    (place / "made.py").write_text("made = True\n")
    git_repository.git("-C", str(place), "add", "made.py")
    git_repository.git("-C", str(place), "commit", "-q", "-m", "Make it")
    (place / "app.py").write_text("print(2)\n")
    (place / "new.bin").write_bytes(b"\0\1\2" * 100)
    (place / "staged.py").write_text("staged\n")
    git_repository.git("-C", str(place), "add", "staged.py")
    (place / "x.log").write_text("ignored\n")
    return place


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


def find_own(client) -> dict:
    return client.get("/worktrees.json").json["rows"][0]


def part(client, keep: str, seen: str | None = None):
    tree = find_own(client)["tree"]
    return client.send_form(f"/worktrees/{tree['id']}/remove", seen=seen or tree["seen"], keep=keep)


def list_patches(configuration) -> list:
    return sorted((configuration.data_folder / "patches").glob("*/*.patch"))


def apply(git_repository, patch, at: str, place) -> str:
    """Apply a patch to a commit with plain git and give the tree that comes of it."""
    git_repository.git("worktree", "add", "-q", "--detach", str(place), at)
    git_repository.git("-C", str(place), "apply", "--index", str(patch))
    return git_repository.git("-C", str(place), "write-tree")


def test_it_says_what_would_be_lost(client, tree, git_repository):
    row = find_own(client)
    assert row["tree"]["branch"] == BRANCH
    assert row["tree"]["changed"] == ["app.py", "new.bin", "staged.py"]
    assert row["tree"]["unmerged"] == [git_repository.git("rev-parse", BRANCH)]
    html = read(client, "/worktrees")
    assert "3 uncommitted files" in html
    assert "1 unmerged commit" in html
    html = read(client, row["address"])
    for name in row["tree"]["changed"]:
        assert f"<code>{name}</code>" in html
    assert "x.log" not in html
    assert str(tree) in html
    assert f'href="{row["address"]}"' in read(client, "/worktrees?project=repository")


def test_it_names_the_run_and_is_kept_while_that_works(client, tree, project, configuration):
    run = make_run(configuration.data_folder, project, mission="", workflow=PARALLEL, parameters={"feature": "csv"})
    row = find_own(client)
    assert (row["tree"]["run_id"], row["tree"]["is_run_active"]) == (run.id, True)
    assert "a run is at work" in read(client, row["address"])
    assert part(client, "patch").status_code == 409
    assert tree.is_dir()
    run.end("done")
    assert part(client, "archive").status_code == 303


def test_that_of_a_mission_goes_with_its_project(client, tree, index_project, configuration, git_repository):
    own = index_project(tree)
    row = find_own(client)
    assert (row["tree"]["made_for"], row["tree"]["own_project"]) == ("mission", own.slug)
    run = make_run(configuration.data_folder, own)
    assert find_own(client)["tree"]["is_run_active"]
    assert part(client, "archive").status_code == 409
    run.end("done")
    assert find_own(client)["tree"]["run_id"] == run.id
    assert part(client, "archive").status_code == 303
    assert not tree.exists()
    assert [project.slug for project in list_registered(configuration.data_folder)] == ["repository"]
    assert "staged.py" in git_repository.git("ls-tree", "--name-only", BRANCH)


def test_a_run_whose_folder_is_gone_keeps_no_tree(client, tree, index_project, configuration):
    make_run(configuration.data_folder, index_project(tree)).remove()
    assert not find_own(client)["tree"]["is_run_active"]
    assert part(client, "archive").status_code == 303


def test_many_trees_are_asked_for_at_once(tree, project, configuration):
    def count() -> int:
        asked: list[str] = []
        with open_state_reader(configuration.data_folder) as state:
            state.connection.set_trace_callback(asked.append)
            list_made_trees(configuration.data_folder, state)
        return len(asked)

    few = count()
    for number in range(5):
        (tree.parent / f"other-{number}").mkdir()
    assert count() == few


def test_archiving_keeps_all_in_the_branch(client, tree, git_repository, configuration):
    before = git_repository.git("status", "--porcelain"), git_repository.git("rev-parse", "HEAD")
    assert part(client, "archive").status_code == 303
    assert not tree.exists()
    names = git_repository.git("ls-tree", "-r", "--name-only", BRANCH).split("\n")
    assert names == [".gitignore", "app.py", "made.py", "new.bin", "staged.py"]
    assert git_repository.git("show", f"{BRANCH}:app.py") == "print(2)"
    assert "csv" not in git_repository.git("worktree", "list")
    assert (git_repository.git("status", "--porcelain"), git_repository.git("rev-parse", "HEAD")) == before
    assert list_patches(configuration) == []


def test_removing_it_keeps_the_branch_and_a_patch_of_the_rest(client, tree, git_repository, configuration, tmp_path):
    tip = git_repository.git("rev-parse", BRANCH)
    assert part(client, "branch").status_code == 303
    assert not tree.exists()
    assert git_repository.git("rev-parse", BRANCH) == tip
    (patch,) = list_patches(configuration)
    made = apply(git_repository, patch, tip, tmp_path / "applied")
    names = git_repository.git("ls-tree", "-r", "--name-only", made).split("\n")
    assert names == [".gitignore", "app.py", "made.py", "new.bin", "staged.py"]
    assert patch.name in read(client, "/worktrees")


def test_removing_both_keeps_one_patch_of_all(client, tree, git_repository, configuration, tmp_path):
    assert part(client, "patch").status_code == 303
    assert not tree.exists()
    assert git_repository.git("branch", "--list", BRANCH) == ""
    (patch,) = list_patches(configuration)
    made = apply(git_repository, patch, "HEAD", tmp_path / "applied")
    names = git_repository.git("ls-tree", "-r", "--name-only", made).split("\n")
    assert names == [".gitignore", "app.py", "made.py", "new.bin", "staged.py"]
    assert (tmp_path / "applied" / "new.bin").read_bytes() == b"\0\1\2" * 100


def test_where_no_patch_can_be_made_all_stays_as_it_is(client, tree, git_repository):
    git_repository.git("checkout", "-q", "--orphan", "elsewhere")
    git_repository.commit("Nothing in common")
    before = git_repository.git("rev-parse", BRANCH), git_repository.git("-C", str(tree), "status", "--porcelain")
    answer = part(client, "patch")
    assert answer.status_code == 500
    assert "no commit in common with HEAD" in answer.text
    after = git_repository.git("rev-parse", BRANCH), git_repository.git("-C", str(tree), "status", "--porcelain")
    assert after == before


@pytest.mark.parametrize("keep", ["archive", "branch", "patch"])
def test_what_was_not_seen_is_not_removed(client, tree, keep):
    seen = find_own(client)["tree"]["seen"]
    (tree / "later.py").write_text("later\n")
    answer = part(client, keep, seen)
    assert answer.status_code == 409
    assert "Look again" in answer.text
    assert (tree / "later.py").read_text() == "later\n"


def test_no_other_way_to_part_is_known(client, tree):
    assert part(client, "nothing").status_code == 400
    assert client.send_form("/worktrees/0123456789abcdef/remove", keep="patch", seen="x").status_code == 404
    assert client.get("/worktrees/..%2f..%2fetc").status_code == 404
    assert tree.is_dir()


def test_reading_removes_nothing_and_strangers_nothing_at_all(client, tree):
    row = find_own(client)
    address, fields = f"{row['address']}/remove", {"seen": row["tree"]["seen"], "keep": "patch"}
    assert client.get(address, query_string=fields).status_code in {404, 405}
    assert client.post(address, data=fields, headers={"Origin": ORIGIN}).status_code == 403
    foreign = {"Origin": "http://evil.test"}
    assert client.post(address, data={**fields, "csrf": client.token}, headers=foreign).status_code == 403
    assert tree.is_dir()


def test_a_folder_that_git_does_not_know_is_left_alone(client, tree, git_repository):
    git_repository.git("worktree", "prune")
    (tree / ".git").unlink()
    git_repository.git("worktree", "prune")
    row = find_own(client)
    assert "look at it by hand" in row["tree"]["problem"]
    assert part(client, "patch").status_code == 409
    assert tree.is_dir()


def test_hooks_and_filters_of_the_repository_do_not_run(client, tree, git_repository, tmp_path):
    canary = tmp_path / "canary"
    for name in ("post-commit", "reference-transaction", "post-checkout", "pre-commit"):
        hook = git_repository.path / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\necho {name} >> {canary}\n")
        hook.chmod(0o755)
    git_repository.git("config", "core.fsmonitor", f"sh -c 'echo fsmonitor >> {canary}'")
    git_repository.git("config", "filter.evil.clean", f"sh -c 'echo clean >> {canary}; cat'")
    (tree / ".gitattributes").write_text("*.py filter=evil\n")
    read(client, find_own(client)["address"])
    assert part(client, "archive").status_code == 303
    assert not canary.exists(), canary.read_text()
    subprocess.run(["git", "-C", git_repository.path, "status"], check=True, capture_output=True)
    assert canary.exists()  # the canary does sing


def test_names_of_files_are_not_active(client, tree):
    (tree / "<script>alert(1)<").write_text("x")
    html = read(client, find_own(client)["address"])
    assert "<script>alert" not in html
    assert re.search(r"&lt;script&gt;alert\(1\)&lt;", html)


@pytest.mark.parametrize("keep", ["archive", "patch"])
def test_a_synthesis_goes_the_same_way(client, git_repository, index_project, configuration, keep):
    fork(git_repository, {"app.py": "1\n"}, {"app.py": "2\n"}, {"app.py": "3\n"})
    project = index_project(git_repository.path)
    trust(configuration.data_folder, project)
    shadows = configuration.data_folder / "shadows"
    with comparing(git_repository.path, shadows, SIDES[:2]) as (repository, comparison):
        picks = pick_everything(read_matrix(repository, comparison), "a")
        made = synthesise(configuration.data_folder, project, repository, comparison, picks)
    row = find_own(client)
    assert (row["tree"]["made_for"], row["tree"]["branch"]) == ("synthesis", made.branch)
    assert row["tree"]["changed"] == []
    (Path(made.worktree) / "by hand.py").write_text("1\n")
    assert part(client, keep).status_code == 303
    assert not Path(made.worktree).exists()
    assert list_syntheses(configuration.data_folder) == ()
    assert bool(git_repository.git("branch", "--list", made.branch)) == (keep == "archive")
    if keep == "archive":
        assert git_repository.git("show", f"{made.branch}:by hand.py") == "1"
    else:
        assert "by hand.py" in list_patches(configuration)[0].read_text()


def test_what_steers_agents_there_is_a_link_away(client, tree, index_project, git_repository):
    (tree / "CLAUDE.md").write_text("Only here.\n")
    index_project(git_repository.path)
    html = read(client, f"/worktrees/{find_own(client)['tree']['id']}")
    link = re.search(r'href="([^"]+/trust\?[^"]+)"', html)
    assert link
    assert "Only here." in read(client, unescape(link[1]))
