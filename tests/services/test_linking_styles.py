"""Which commits are linked in archives of many styles, each made as a real repository with the answer beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from corpus.clones import clone_corpus, labels_path

from tandemweb.services.exporting import export_project

ADA = {"GIT_AUTHOR_NAME": "Ada", "GIT_COMMITTER_NAME": "Ada"}
BEA = {"GIT_AUTHOR_NAME": "Bea", "GIT_COMMITTER_NAME": "Bea"}
SPEC = "# {title}\n\n## Goal\n\n{goal}\n\n## Acceptance Criteria\n\n1. {goal}\n"
REPORT = "# Generator Report — Round {number:02d}\n\n## What Was Done\n\n{done}\n"
EVALUATION = "# Evaluation — Round {number:02d}\n\n**Verdict: {verdict}**\n"


@dataclass
class Story:
    """Writes a history commit by commit; every commit is a minute after the one before, unless told otherwise."""

    repository: Any
    minute: int = 0
    expected: dict[str, dict[str, int | None]] = field(default_factory=dict)

    def time(self, minute: int | None = None) -> str:
        minute = self.minute if minute is None else minute
        return f"2026-03-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z"

    def commit(self, message: str, files: Mapping[str, str], *, by: Mapping[str, str] = ADA, at: str = "") -> str:
        self.minute += 10
        self.repository.write(files)
        self.repository.git("add", "--all")
        when = at or self.time()
        times = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        self.repository.git("commit", "-q", "--allow-empty", "-m", message, env={**by, **times})
        return self.repository.git("rev-parse", "HEAD")

    def work(self, mission: str, number: int | None, message: str, files: Mapping[str, str], **how) -> str:
        """Commit what must be linked to a round of a mission."""
        oid = self.commit(message, files, **how)
        self.expected.setdefault(mission, {})[oid] = number
        return oid

    def expect(self, mission: str, number: int | None, oid: str) -> None:
        self.expected.setdefault(mission, {})[oid] = number

    def switch(self, branch: str, *, new: bool = False) -> None:
        self.repository.git("checkout", "-q", *(["-b"] if new else []), branch)

    def merge(self, branch: str, message: str) -> str:
        self.minute += 10
        times = {"GIT_AUTHOR_DATE": self.time(), "GIT_COMMITTER_DATE": self.time()}
        self.repository.git("merge", "-q", "--no-ff", "-m", message, branch, env={**ADA, **times})
        return self.repository.git("rev-parse", "HEAD")

    def check(self) -> None:
        exported = export_project(self.repository.path)
        found = {
            mission["mission"]: {link["oid"]: link["round"] for link in mission["commit_links"]}
            for mission in exported["missions"]
            if mission["commit_links"]
        }
        assert self.name(found) == self.name(self.expected)
        for mission in exported["missions"]:
            assert mission["implementing_commits"] == sorted(self.expected.get(mission["mission"], {}))
            assert all(link["evidence"] for link in mission["commit_links"])

    def name(self, links: Mapping[str, Mapping[str, int | None]]) -> dict[str, dict[str, int | None]]:
        """Put messages for ids: a failure can be read then."""
        return {
            mission: {
                self.repository.git("log", "-1", "--format=%s", oid): number for oid, number in sorted(oids.items())
            }
            for mission, oids in sorted(links.items())
        }


@pytest.fixture
def story(git_repository) -> Story:
    told = Story(git_repository)
    told.commit("Begin", {"app.py": "app\n", "README.md": "# App\n", "requirements.txt": "flask==3.0\n"})
    told.commit("Make the tests run", {"tests/test_app.py": "test\n"})
    return told


def state(phase: str, number: int, generator: str | None, evaluator: str | None, verdict: str | None, **more) -> str:
    values = {"phase": phase, "round": number, "generatorStatus": generator, "evaluatorStatus": evaluator}
    return json.dumps({**values, "verdict": verdict, "userFeedbackRounds": 0, **more}, indent=2) + "\n"


@dataclass(frozen=True)
class Files:
    """The files of one mission at each of its steps."""

    name: str
    goal: str
    started: str
    root: str = "TandemKit"

    def at(self, path: str) -> str:
        return f"{self.root}/{self.name}/{path}"

    def state(self, updated: str, *values) -> dict[str, str]:
        return {self.at("State.json"): state(*values, started=self.started, updated=updated)}

    def plan(self, updated: str) -> dict[str, str]:
        return {
            self.at("Spec.md"): SPEC.format(title=self.name, goal=self.goal),
            self.at("Planner-Discussion/Claude-01.md"): f"# Plan\n\n{self.goal}\n",
            **self.state(updated, "ready-for-execution", 0, None, None, None),
        }

    def handover(
        self, updated: str, number: int, changed: list[str], done: str = "As the spec says."
    ) -> dict[str, str]:
        return {
            self.at(f"Generator/Round-{number:02d}.md"): REPORT.format(number=number, done=done),
            self.at(f"Generator/ChangedFiles-{number:02d}.txt"): "".join(f"{path}\n" for path in changed),
            **self.state(updated, "evaluation", number, "ready-for-eval", "pending", None),
        }

    def evaluation(self, updated: str, number: int, verdict: str) -> dict[str, str]:
        return {
            self.at(f"Evaluator/Round-{number:02d}.md"): EVALUATION.format(number=number, verdict=verdict),
            **self.state(updated, "evaluation", number, "ready-for-eval", "done", verdict),
        }

    def close(self, updated: str, number: int) -> dict[str, str]:
        return {
            self.at("Summary.md"): f"# Summary\n\n{self.goal}\n",
            **self.state(updated, "complete", number, "awaiting-user", "done", "PASS"),
        }


def make(name: str, goal: str, story: Story, root: str = "TandemKit") -> Files:
    return Files(name, goal, story.time(story.minute + 5), root)


def test_plain_rounds_on_one_branch(story: Story):
    one = make("001-ExportTable", "Export the table of orders as a file.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Export orders", {"export.py": "1\n", "app.py": "export\n"})
    story.commit("Bump flask from 3.0 to 3.1", {"requirements.txt": "flask==3.1\n"})
    story.work(one.name, 1, "Test the export of orders", {"tests/test_export.py": "1\n"})
    story.commit("Run CI on Windows", {".github/workflows/ci.yml": "windows\n"}, by=BEA)
    story.commit("Ready", one.handover(story.time(), 1, ["export.py", "app.py", "tests/test_export.py"]))
    story.commit("Fix a typo on the start page", {"app.py": "export!\n"}, by=BEA)
    story.commit("Reviewed", one.evaluation(story.time(), 1, "FAIL"))
    story.work(one.name, 2, "Quote fields of the exported file", {"export.py": "2\n"})
    story.commit("Ready again", one.handover(story.time(), 2, ["export.py"]))
    story.commit("Reviewed again", one.evaluation(story.time(), 2, "PASS"))
    story.commit("Close", one.close(story.time(), 2))
    story.commit("Release 0.2.0", {"export.py": "3\n", "CHANGELOG.md": "0.2.0\n"})
    story.check()


def test_a_dependency_bump_that_the_manifest_could_mean(story: Story):
    one = make("001-ExportTable", "Export the table of orders as a file.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Export orders", {"export.py": "1\n", "requirements.txt": "flask\nopenpyxl\n"})
    story.commit("Bump flask from 3.0 to 3.1", {"requirements.txt": "flask==3.1\nopenpyxl\n"})
    bot = {"GIT_AUTHOR_NAME": "dependabot[bot]", "GIT_COMMITTER_NAME": "GitHub"}
    story.commit("Update openpyxl requirement", {"requirements.txt": "flask==3.1\nopenpyxl==3\n"}, by=bot)
    story.commit("Ready", one.handover(story.time(), 1, ["export.py", "requirements.txt"]))
    story.check()


def test_one_squash_commit_for_each_mission(story: Story):
    for number, (name, goal, file) in enumerate(
        [
            ("ExportTable", "Export the table of orders.", "export.py"),
            ("ImportTable", "Import orders.", "importing.py"),
        ],
        1,
    ):
        one = make(f"00{number}-{name}", goal, story)
        story.commit("Fix the look of the start page", {"app.py": f"look {number}\n"}, by=BEA)
        story.minute += 60
        files = {**one.plan(""), **one.handover("", 1, [file, "app.py"]), **one.evaluation("", 1, "PASS")}
        files |= one.close(story.time(), 1)
        story.work(one.name, 1, goal, {**files, file: f"{number}\n", "app.py": f"{name}\n"})
        story.commit("Say more in the README", {"README.md": f"# App {number}\n"})
    story.check()


def test_feature_branches_that_are_merged(story: Story):
    one = make("001-tag-search", "Find bookmarks by tag.", story)
    story.commit("Plan searching by tag", one.plan(story.time()))
    story.switch("feature/tag-search", new=True)
    story.work(one.name, 1, "Understand tags in queries", {"query.py": "1\n"})
    story.switch("main")
    story.commit("Explain queries in the README", {"README.md": "# Queries\n"}, by=BEA)
    story.commit("Sort what a query finds", {"query.py": "sorted\n"}, by=BEA)
    story.repository.git("revert", "--no-edit", "HEAD", env=BEA)
    story.switch("feature/tag-search")
    story.work(one.name, 1, "Link tags to their search", {"page.py": "1\n", "README.md": "# App with tags\n"})
    story.commit("Ready", one.handover(story.time(), 1, ["query.py", "page.py", "README.md"]))
    story.commit("Verified", {**one.evaluation(story.time(), 1, "PASS"), **one.close(story.time(), 1)})
    story.switch("main")
    story.repository.git(
        "merge", "-q", "-X", "theirs", "--no-ff", "-m", "Merge branch 'feature/tag-search'", "feature/tag-search"
    )
    story.repository.git("branch", "-q", "-D", "feature/tag-search")
    story.commit("Release 0.3", {"CHANGELOG.md": "0.3\n"})
    story.check()


def test_mission_files_together_with_code(story: Story):
    one = make("001-ExportTable", "Export the table of orders.", story)
    story.commit("Plan the export", one.plan(story.time()))
    working = one.state(story.time(), "generation", 1, "working", "watching", None)
    story.work(one.name, 1, "Write orders to a file", {"export.py": "1\n", **working})
    story.work(
        one.name, 1, "Offer the export", {"app.py": "e\n", **one.handover(story.time(), 1, ["export.py", "app.py"])}
    )
    story.commit("Tidy the README", {"README.md": "# Tidy\n"})
    evaluated = one.evaluation(story.time(), 1, "FAIL")
    story.work(one.name, 2, "Quote fields", {"export.py": "2\n", **evaluated, **one.handover("", 2, ["export.py"])})
    story.commit("Close", {**one.evaluation(story.time(), 2, "PASS"), **one.close(story.time(), 2)})
    story.check()


def test_mission_files_that_are_committed_at_the_end(story: Story):
    one = make("001-ExportTable", "Export the table of orders.", story)
    story.work(one.name, None, "Export orders", {"export.py": "1\n"})
    story.commit("Pin flask", {"requirements.txt": "flask==3.1\n"})
    story.work(one.name, None, "Quote fields of exported orders", {"export.py": "2\n"})
    files = {**one.plan(""), **one.handover("", 1, ["export.py"]), **one.evaluation("", 1, "FAIL")}
    files |= {**one.handover("", 2, ["export.py"]), **one.evaluation("", 2, "PASS"), **one.close(story.time(), 2)}
    story.commit("Add mission files", files)
    story.commit("Speed the export up", {"export.py": "3\n"})
    story.check()


def test_mission_files_that_are_never_committed(story: Story):
    story.commit("Ignore the archive", {".gitignore": "TandemKit/\n"})
    one = make("001-ExportTable", "Export the table of orders.", story)
    first = story.work(one.name, 1, "Export orders", {"export.py": "1\n", "app.py": "1\n"})
    story.commit("Change the look of the start page", {"style.css": "1\n"})
    second = story.work(one.name, 1, "Test exported orders", {"tests/test_export.py": "1\n"})
    done = f"`{first[:7]}` and `{second[:8]}`."
    files = {**one.plan(""), **one.handover("", 1, ["export.py", "app.py", "tests/test_export.py"], done)}
    story.repository.write({**files, **one.close(story.time(), 1)})
    story.minute += 120
    two = make("002-ImportTable", "Import orders from a file.", story)
    story.work(two.name, 1, "Import orders", {"importing.py": "1\n", "app.py": "2\n"})
    story.repository.write(
        {**two.plan(""), **two.handover("", 1, ["importing.py", "app.py"]), **two.close(story.time(), 1)}
    )
    story.minute += 120
    story.commit("Fix the start page", {"app.py": "3\n"})
    story.check()


def test_interleaved_missions(story: Story):
    one, two = make("001-ExportTable", "Export orders.", story), make("002-DarkPage", "A dark scheme for pages.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Write orders to a file", {"export.py": "1\n"})
    story.commit("Plan a dark page", two.plan(story.time()))
    story.work(two.name, 1, "Choose dark colours for pages", {"style.css": "dark\n"})
    story.work(one.name, 1, "Export from the command line", {"cli.py": "1\n", "export.py": "2\n"})
    story.work(two.name, 1, "Remember the dark scheme", {"page.py": "1\n", "style.css": "darker\n"})
    story.commit("Export ready", one.handover(story.time(), 1, ["export.py", "cli.py"]))
    story.commit("Dark page ready", two.handover(story.time(), 1, ["style.css", "page.py"]))
    story.check()


def test_commits_from_before_the_first_mission(story: Story):
    base = story.commit("Draft an export", {"export.py": "0\n"})
    one = make("001-ExportTable", "Export orders.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Export orders", {"export.py": "1\n"})
    story.commit("Ready", one.handover(story.time(), 1, ["export.py"], f"The output is the same as at `{base[:9]}`."))
    story.check()


def test_what_a_report_says_of_commits(story: Story):
    one = make("001-ExportTable", "Export orders.", story)
    story.commit("Plan the export", one.plan(story.time()))
    own = story.work(one.name, 1, "Export orders", {"export.py": "1\n"})
    odd = story.work(one.name, 1, "Round amounts down", {"amounts.py": "1\n"})
    foreign = story.commit("Export the head of the table", {"export.py": "2\n"})
    done = f"- `{own}`: the export\n- `{odd[:7]}`: not in the manifest\n\n`{foreign[:7]}` between them is not mine."
    story.commit("Ready", one.handover(story.time(), 1, ["export.py"], done))
    story.check()


def test_a_renamed_root_and_renamed_files(story: Story):
    one = make("001-ExportTable", "Export orders.", story, root="HarnessKit")
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Export orders", {"export.py": "".join(f"line {n}\n" for n in range(30))})
    story.minute += 10
    story.repository.git("mv", "export.py", "orders.py")
    story.work(one.name, 1, "Give the export of orders a better name", {})
    story.commit("Ready", one.handover(story.time(), 1, ["orders.py"]))
    story.commit("Close", one.close(story.time(), 1))
    story.repository.git("mv", "HarnessKit", "TandemKit")
    story.commit("Follow the new name of the tool", {})
    story.check()


def test_a_rebased_branch(story: Story):
    one = make("001-ExportTable", "Export orders.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.switch("feature/export-table", new=True)
    story.commit("Export orders", {"export.py": "1\n"})
    story.commit("Ready", one.handover(story.time(), 1, ["export.py"]))
    story.switch("main")
    story.commit("Another look", {"style.css": "2\n"}, by=BEA)
    story.switch("feature/export-table")
    story.repository.git("rebase", "-q", "main", env={**ADA, "GIT_COMMITTER_DATE": "2026-06-01T00:00:00Z"})
    story.switch("main")
    story.repository.git("merge", "-q", "--ff-only", "feature/export-table")
    story.repository.git("branch", "-q", "-D", "feature/export-table")
    story.expect(one.name, 1, story.repository.git("rev-parse", "HEAD~1"))
    story.check()


def test_a_branch_that_was_squashed_and_kept(story: Story):
    story.commit("Ignore the archive", {".gitignore": "TandemKit/\n"})
    one = make("001-ExportTable", "Export orders.", story)
    story.switch("feature/export-table", new=True)
    story.work(one.name, 1, "Export orders", {"export.py": "1\n"})
    story.work(one.name, 1, "Test the export", {"tests/test_export.py": "1\n"})
    ended = story.time()
    story.switch("main")
    story.minute += 600
    story.commit("Another look", {"style.css": "2\n"})
    story.repository.git("merge", "-q", "--squash", "feature/export-table")
    story.work(one.name, 1, "Export (#12)", {})
    story.commit("Export faster", {"export.py": "2\n"})
    story.commit("Revert to the export as it was", {"export.py": "1\n"})
    files = {**one.plan(""), **one.handover("", 1, ["export.py", "tests/test_export.py"]), **one.close(ended, 1)}
    story.repository.write(files)
    story.check()


def test_a_branch_that_was_rebased_and_kept(story: Story):
    story.commit("Ignore the archive", {".gitignore": "TandemKit/\n"})
    one = make("001-ExportTable", "Export orders.", story)
    lines = [f"line {number}\n" for number in range(40)]
    story.commit("Prepare", {"export.py": "".join(lines)})
    one = make("001-ExportTable", "Export orders.", story)
    story.switch("feature/export-table", new=True)
    story.work(one.name, 1, "Export orders", {"export.py": "".join([*lines[:30], "new\n", *lines[30:]])})
    ended = story.time()
    story.switch("main")
    story.minute += 600
    story.commit("Change the beginning", {"export.py": "".join(["first\n", *lines[1:]])})
    picked = "2026-04-01T00:00:00Z"
    story.repository.git("cherry-pick", "feature/export-table", env={**ADA, "GIT_COMMITTER_DATE": picked})
    story.expect(one.name, 1, story.repository.git("rev-parse", "HEAD"))
    story.repository.write({**one.plan(""), **one.handover("", 1, ["export.py"]), **one.close(ended, 1)})
    story.check()


def test_clocks_that_are_wrong(story: Story):
    one = make("001-ExportTable", "Export orders.", story)
    story.commit("Plan the export", one.plan(story.time()), at="2031-01-01T00:00:00Z")
    story.work(one.name, 1, "Export orders", {"export.py": "1\n"}, at="1999-01-01T00:00:00Z")
    story.commit("Ready", one.handover(story.time(), 1, ["export.py"]), at="2005-01-01T00:00:00Z")
    story.commit("Export less", {"export.py": "2\n"}, at="2001-01-01T00:00:00Z")
    story.check()


def test_work_that_goes_on(story: Story):
    one = make("001-ExportTable", "Export orders to `export.py`.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.commit("Begin", one.state(story.time(), "generation", 1, "working", "watching", None))
    story.work(one.name, 1, "Export orders", {"export.py": "1\n"})
    story.commit("Bump flask from 3.0 to 3.1", {"requirements.txt": "flask==3.1\n"})
    story.check()


def test_an_abandoned_branch_whose_documents_were_saved(story: Story):
    one = make("001-import-netscape", "Import bookmarks.", story)
    story.commit("Plan the import", one.plan(story.time()))
    story.switch("feature/import-netscape", new=True)
    story.work(one.name, 1, "Read bookmark files", {"netscape.py": "1\n", "store.py": "1\n"})
    handover = one.handover(story.time(), 1, ["netscape.py", "store.py"])
    story.commit("Ready", handover)
    story.switch("main")
    story.commit("Save bookmarks sooner", {"store.py": "own\n"}, by=BEA)
    abandoned = one.state(story.time(), "abandoned", 1, "ready-for-eval", "done", "FAIL")
    story.commit("Add mission files", {**handover, **one.evaluation("", 1, "FAIL"), **abandoned})
    story.check()


def test_a_monorepo_whose_manifests_begin_at_its_part(story: Story):
    one = make("001-ExportTable", "Export orders.", story, root="backend/TandemKit")
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Export orders", {"backend/export.py": "1\n"})
    story.commit("Another part", {"frontend/export.ts": "1\n"})
    story.commit("Ready", one.handover(story.time(), 1, ["export.py"]))
    story.check()


def test_without_manifests_the_reports_count(story: Story):
    one = make("001-ExportTable", "Export orders.", story)
    story.commit("Plan the export", one.plan(story.time()))
    story.work(one.name, 1, "Export orders", {"export.py": "1\n"})
    story.commit("Choose another colour", {"style.css": "1\n"})
    report = "Done.\n\n## Files Created or Modified\n\n- `export.py` — new\n"
    files = one.handover(story.time(), 1, [], report)
    story.commit("Ready", {path: text for path, text in files.items() if "ChangedFiles" not in path})
    story.check()


@pytest.mark.parametrize("name", ["ledgerlite", "linkshelf"])
def test_the_corpus(name: str, tmp_path: Path):
    labels = json.loads(labels_path(name).read_text())
    wanted = {mission["mission"]: sorted(mission["implementing_commits"]) for mission in labels["missions"]}
    exported = export_project(clone_corpus(name, tmp_path / name))
    assert {mission["mission"]: mission["implementing_commits"] for mission in exported["missions"]} == wanted
