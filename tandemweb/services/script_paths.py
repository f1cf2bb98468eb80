"""Paths of documents as words of a shell: what a run will know only then stands in them as variables."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tandemweb.archive.spelling import name_evaluation, name_feedback, name_planning_folder
from tandemweb.domain.mission import Naming
from tandemweb.services.document_paths import MISSION, ROOT, DocumentPaths
from tandemweb.services.script_words import fill_pattern, name_variable
from tandemweb.services.templates import LAST, list_counters, render_template

_NAME = re.compile(r"\{([a-z][a-z0-9-]*)\}")
_FIRST, _STEP = 21, 10  # numbers that stand for counters while a path is spelled; each one's last is one less


@dataclass(frozen=True, slots=True)
class ScriptPaths:
    """The documents of one workflow, on one mission or none."""

    paths: DocumentPaths

    def write_path(self, template: str) -> str:
        """Write a path as a word. Raises RefusedPathError for one that leads out of the work tree."""
        documents = self.paths.workflow.documents
        whole = render_template(template, lambda name: documents.get(name, f"{{{name}}}"))
        numbers = self._stand_ins()
        resolved = self.paths.resolve(template, numbers)
        if self.paths.files is None:
            return fill_pattern(whole, _NAME, lambda match: f"word_{name_variable(match[1])}")
        folder = self.paths.files.folder
        for start, path in ((MISSION, folder.path), (ROOT, folder.root_path)):
            if whole.startswith(start):
                rest = self._write_numbers(resolved[len(path) + 1 :])
                return f'"${{word_{name_variable(start[1:-2])}}}/{rest[1:]}'
        return fill_pattern(whole, _NAME, lambda match: f"word_{name_variable(match[1])}")

    def write_evaluation(self) -> str:
        """Write the path of the evaluation that ends the present round."""
        assert self.paths.files is not None  # noqa: S101 asked of missions only
        spelled = self.paths.files.spell(name_evaluation(self.paths.files.naming, self._stand_ins()["round"]))
        rest = self._write_numbers(spelled[len(self.paths.files.folder.path) + 1 :])
        return f'"${{word_mission}}/{rest[1:]}'

    def name_planning_folder(self) -> str:
        """Name the folder of the planning talk below the mission."""
        return self._name_inner(name_planning_folder)

    def name_feedback_stem(self) -> str:
        """Give the path of the user's feedback below the mission, without its number and ending."""
        return self._name_inner(lambda naming: name_feedback(naming, 98)).partition("98")[0]

    def _name_inner(self, name: Callable[[Naming], str]) -> str:
        assert self.paths.files is not None  # noqa: S101 asked of missions only
        spelled = self.paths.files.spell(name(self.paths.files.naming))
        return spelled[len(self.paths.files.folder.path) + 1 :]

    def _stand_ins(self) -> dict[str, int]:
        names = sorted(list_counters(self.paths.workflow))
        return {name: _FIRST + _STEP * place for place, name in enumerate(names)}

    def _write_numbers(self, path: str) -> str:
        names = {f"{number:02d}": name for name, number in self._stand_ins().items()}
        names |= {f"{number - 1:02d}": f"{LAST}{name}" for name, number in self._stand_ins().items()}
        pattern = re.compile(rf"(?<!\d)(?:{'|'.join(names)})(?!\d)")
        return fill_pattern(path, pattern, lambda match: f"word_{name_variable(names[match[0]])}")
