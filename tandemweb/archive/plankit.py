"""Unfinished steps of a PlanKit folder, each of which may become the goal of a mission.

PlanKit keeps one file for each step of a feature (``Features/005-StreakSystem/A-DesignCalendar.md``) or for a feature
of one step (``Features/006-SmartReminders.md``), which is deleted when it is done; features of the roadmap that have no
file yet are headings of the third level under their version.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tandemweb.archive.naming import fold_name, split_words
from tandemweb.archive.opening import open_folder
from tandemweb.archive.reading import read_text
from tandemweb.archive.tree import Tree, read_subtree
from tandemweb.errors import TandemwebError

FOLDER_NAMES = ("PlanKit", "plan-kit")
TEXT_LIMIT = 256 * 1024  # bytes of one file
MOST_STEPS = 200
GOAL_LIMIT = 4000  # characters of a goal that are taken from a step
NOT_STEPS = frozenset(("ideas", "done", "progress", "roadmap", "readme"))

_HEADING = re.compile(r"(#{1,6}) +(.+?)[ \t#]*")
_FINISHED = re.compile("[✅⏭❌]")
_CHECKBOX = re.compile(r" {0,3}[-*+] \[(.)\] +(.+)")
_FEATURE = re.compile(r"Feature:? +(.+)")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step: where it stands (``line`` from 1), its title, what it belongs to, and its text as a goal."""

    path: str
    line: int
    title: str
    feature: str
    goal: str

    @property
    def key(self) -> str:
        return f"{self.path}:{self.line}"


def list_plan_steps(project_path: str) -> tuple[PlanStep, ...]:
    """List the unfinished steps of a project's PlanKit folder in their order; none where there is no such folder.

    Never raises for what is on disk: what cannot be read is left out.
    """
    for name in FOLDER_NAMES:
        try:
            with open_folder(project_path, name):
                tree = read_subtree(project_path, name)
        except TandemwebError:
            continue
        return tuple(_list_steps(tree, name))[:MOST_STEPS]
    return ()


def _list_steps(tree: Tree, folder: str) -> Iterator[PlanStep]:
    described: set[str] = set()
    done = _list_done(tree, folder)
    for path in tree.list_files(folder):
        name = path.rpartition("/")[2]
        if not name.lower().endswith(".md") or fold_name(name[:-3]) in NOT_STEPS or path.lower() in done:
            continue
        lines = _read_lines(tree, path)
        step = _read_step(path, lines)
        described.add(fold_name(step.title))
        described.add(fold_name(step.feature))
        described.update(fold_name(" ".join(split_words(part[4:]))) for part in path.split("/")[:-1])
        yield step
    for path in tree.list_files(folder):
        if fold_name(path.rpartition("/")[2]) == "roadmap.md":
            yield from (f for f in _list_features(path, _read_lines(tree, path)) if fold_name(f.title) not in described)


def _read_lines(tree: Tree, path: str) -> list[str]:
    return read_text(tree.project_path, path, text_limit=TEXT_LIMIT).text.split("\n")


def _list_done(tree: Tree, folder: str) -> frozenset[str]:
    """List the files that Progress.md ticks off, which somebody has not deleted yet."""
    paths: set[str] = set()
    for path in tree.list_files(folder):
        if fold_name(path.rpartition("/")[2]) == "progress.md":
            ticked = (_CHECKBOX.match(line) for line in _read_lines(tree, path))
            for match in ticked:
                if match and match[1].lower() == "x":
                    paths.update(f"{folder}/{name}".lower() for name in re.findall(r"`([^`]+\.md)`", match[2]))
    return frozenset(paths)


def _read_step(path: str, lines: Sequence[str]) -> PlanStep:
    heading = next(_list_headings(lines), None)
    line, title = (heading[0], heading[2]) if heading else (1, _name_title(path))
    feature = next((match[1] for match in map(_FEATURE.match, lines[line : line + 6]) if match), "")
    body = "\n".join(lines[line:]).strip()
    return PlanStep(path, line, title, feature.partition(" (from")[0], _write_goal(title, body))


def _name_title(path: str) -> str:
    stem = path.rpartition("/")[2][:-3]
    return " ".join(split_words(re.sub(r"^(?:[A-Za-z]|[0-9]{3})-", "", stem))) or stem


def _list_features(path: str, lines: Sequence[str]) -> Iterator[PlanStep]:
    """List the features of a roadmap that neither they nor their version mark as finished."""
    headings = [heading for heading in _list_headings(lines) if heading[1] <= 3]
    version, is_finished = "", False
    for index, (line, level, title) in enumerate(headings):
        if level <= 2:
            version, is_finished = title, bool(_FINISHED.search(title))
        elif not is_finished and not _FINISHED.search(title):
            end = headings[index + 1][0] - 1 if index + 1 < len(headings) else len(lines)
            body = "\n".join(lines[line:end]).strip().removesuffix("---").rstrip()
            yield PlanStep(path, line, title, version, _write_goal(title, body))


def _list_headings(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Give line, level and text of each heading outside of code blocks."""
    is_code = False
    for number, text in enumerate(lines, start=1):
        if _FENCE.match(text):
            is_code = not is_code
        match = None if is_code else _HEADING.fullmatch(text.rstrip())
        if match:
            yield number, len(match[1]), match[2].strip()


def _write_goal(title: str, body: str) -> str:
    goal = f"{title}\n\n{body}".strip()
    return goal if len(goal) <= GOAL_LIMIT else f"{goal[:GOAL_LIMIT].rstrip()} …"
