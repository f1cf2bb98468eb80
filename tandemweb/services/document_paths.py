"""Where the documents of a workflow are: templates to paths in the spelling of the project and of what is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from tandemweb.archive.mission_files import MissionFiles, open_mission
from tandemweb.archive.naming import fold_name
from tandemweb.archive.opening import split_path
from tandemweb.archive.spelling import respell, spell_path
from tandemweb.archive.tree import NO_FOLDER, join
from tandemweb.domain.mission import DocumentKind
from tandemweb.domain.workflow import Workflow
from tandemweb.services.templates import LAST, list_placeholders, render_template

MOST = 99  # documents of one exchange, rounds of one mission
FIXED = frozenset(("Spec.md", "Summary.md", "State.json"))
MISSION, ROOT = "{mission}/", "{root}/"


@dataclass(frozen=True, slots=True)
class DocumentPaths:
    """The documents of one run, as the mission stands now. Paths are relative to ``work_tree``.

    ``files`` is None for a workflow without a mission. ``expected`` are documents that count as there, for a look
    ahead.
    """

    workflow: Workflow
    work_tree: str
    files: MissionFiles | None
    parameters: Mapping[str, str]
    expected: frozenset[str] = frozenset()

    def resolve(self, template: str, counters: Mapping[str, int]) -> str:
        """Give the path that a template stands for. Raises RefusedPathError for one that leads out of the work tree."""
        whole = self._expand(template)
        if self.files and whole.startswith(MISSION):
            inner = render_template(whole.removeprefix(MISSION), self._values(counters))
            return self._spell(inner)
        if self.files and whole.startswith(ROOT):
            inner = render_template(whole.removeprefix(ROOT), self._values(counters))
            listed = self.files.root_files.tree.folders.get(self.files.root_files.root.path, NO_FOLDER)
            return join(self.files.root_files.root.path, respell(inner, (*listed.files, *listed.folders)))
        path = render_template(whole, self._values(counters))
        split_path(path)
        return path

    def exists(self, path: str) -> bool:
        """Whether there is such a file now; a ``*`` in its name stands for anything."""
        return path in self.expected or bool(self.list_found(path))

    def list_found(self, path: str) -> tuple[str, ...]:
        """List the files that a path names, which may hold ``*``."""
        if "*" not in path:
            return (path,) if Path(self.work_tree, path).is_file() else ()
        if self.files is None:
            return tuple(sorted(str(found.relative_to(self.work_tree)) for found in Path(self.work_tree).glob(path)))
        wanted, depth = fold_name(path), path.count("/")
        found = (name for name in self.files.tree.files if name.count("/") == depth)
        return tuple(sorted(name for name in found if fnmatchcase(fold_name(name), wanted)))

    def find_last(self, templates: Iterator[str], counter: str, counters: Mapping[str, int]) -> int:
        """Find the highest number of ``counter`` for which the first template that has it names a file; 0 for none."""
        template = next((found for found in templates if counter in self.list_counters(found)), None)
        if template is None:
            return 0
        numbers = (n for n in range(MOST, 0, -1) if self.exists(self.resolve(template, {**counters, counter: n})))
        return next(numbers, 0)

    def list_counters(self, template: str) -> frozenset[str]:
        """Names of the counters in a template, those of the documents that it names included."""
        names = list_placeholders(self._expand(template))
        return frozenset(name for name in names if not name.startswith(LAST))

    def _expand(self, template: str) -> str:
        """Put the workflow's documents in place of their names: what is left are words and counters."""
        documents = self.workflow.documents
        return render_template(template, lambda name: documents.get(name, f"{{{name}}}"))

    def _spell(self, inner: str) -> str:
        assert self.files is not None  # noqa: S101 both callers have looked
        if inner in FIXED:
            return self.files.find_fixed(inner)
        return self.files.spell(spell_path(self.files.naming, inner))

    def _values(self, counters: Mapping[str, int]) -> Mapping[str, str]:
        values = {name: f"{number:02d}" for name, number in counters.items()}
        values |= {f"{LAST}{name}": f"{max(0, number - 1):02d}" for name, number in counters.items()}
        values |= {parameter.name: parameter.default for parameter in self.workflow.parameters} | dict(self.parameters)
        if self.files:
            folder = self.files.folder
            values |= {"root": folder.root_path, "mission": folder.path, "mission-name": folder.name}
        return values


def open_document_paths(
    workflow: Workflow, work_tree: str, mission_path: str, parameters: Mapping[str, str]
) -> DocumentPaths:
    """Look at the mission as it is now. Raises NotFoundError, ArchiveError."""
    files = open_mission(work_tree, mission_path) if workflow.needs_mission else None
    return DocumentPaths(workflow, work_tree, files, parameters)


def find_round(files: MissionFiles) -> int:
    """Find the round that a mission is in: what State.json says, but not less than what stands on disk."""
    return max(files.state.round or 0, *files.list_numbers(DocumentKind.EVALUATION), 0)
