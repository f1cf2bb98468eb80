"""The steps of a workflow as functions of a shell: what each is, reads, writes, says and runs."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tandemweb.agents.presets import Session, build_command
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import FAILED, AgentKind, Delivery, Step
from tandemweb.errors import InvalidRequestError
from tandemweb.services.script_paths import ScriptPaths
from tandemweb.services.script_words import comment, fill_pattern, here_document, name_variable, quote
from tandemweb.services.step_planning import OPTIONAL, with_effort
from tandemweb.services.templates import render_template

_DOCUMENT = re.compile(r"\{([a-z][a-z0-9-]*)\}")
_STAND_IN = re.compile("\x01(\\d+)\x02")
_TREE = "\x01900000\x02"
_RULER = 118


@dataclass(frozen=True, slots=True)
class ScriptSteps:
    """Writes the functions of steps; ``subject`` is that of commits that the script makes."""

    paths: ScriptPaths
    subject: str

    def render(self, step: Step) -> str:
        """Write all functions of one step."""
        variable = name_variable(step.name)
        head = f"# ---- {comment(step.title)} "
        parts = [
            f"{head}{'-' * max(4, _RULER - len(head))}",
            self._render_facts(step, variable),
            _render_function(f"inputs_{variable}", self._list_inputs(step)),
            _render_function(f"documents_{variable}", [f'"$1" {self._word(path)}' for path in _list_written(step)]),
            _render_function(f"places_{variable}", [f'"$1" {self._word(path)}' for path in step.places]),
        ]
        if step.agent is not AgentKind.TANDEMWEB:
            parts += [
                _render_function(f"command_{variable}", [self._render_command(step)]),
                f"prompt_{variable}() {{\n{self._render_prompt(step)}}}",
                f"placeholder_{variable}() {{\n{self._render_placeholder(step)}}}",
            ]
        return "\n".join(parts)

    def _render_facts(self, step: Step, variable: str) -> str:
        facts = {
            "title": quote(comment(step.title)),
            "node": step.node,
            "agent": step.agent.value,
            "access": step.access.value if step.agent is not AgentKind.TANDEMWEB else "",
            "delivery": step.delivery.value,
            "gate": step.gate,
            "session": step.session,
            "begins": step.begins,
            "ends": quote(" ".join(f"{word}={point}" for word, point in step.ends.items())) if step.ends else "",
            "repeat_limit": str(step.repeat_limit or ""),
            "seconds": f"{step.limits.seconds:.0f}" if step.limits.seconds else "",
            "may_fail": "yes" if FAILED in step.next else "",
            "tree_name": quote(step.work_tree) if step.work_tree else "",
            "action": step.action,
            "subject": quote(self.subject or step.title) if step.action == "commit" else "",
            "slash_command": quote(step.slash_command.partition(" ")[0]) if step.slash_command else "",
            "output": self._word(step.output) if step.output else "",
        }
        if step.delivery is Delivery.FILE and not step.output:
            facts["delivery"] = Delivery.NOTHING.value
        if step.action in {"copy", "scope"}:
            facts["input"] = self._word(step.inputs[0].removesuffix(OPTIONAL))
            facts["companion"] = self._word(step.companions[0]) if step.companions else "''"
        return _render_function(
            f"step_{variable}", [f"{name}={_as_text(value)}" for name, value in facts.items() if value]
        )

    def _list_inputs(self, step: Step) -> Iterator[str]:
        """Call back with each input: the first callback those that must be there, the second the others."""
        for template in step.inputs:
            call = '"${2:-:}"' if template.endswith(OPTIONAL) else '"$1"'
            yield f"{call} {self._word(template.removesuffix(OPTIONAL))}"

    def _word(self, template: str) -> str:
        """Write a path: the variable of a document where it is one, else all of it."""
        name = _DOCUMENT.fullmatch(template)
        if name and name[1] in self.paths.paths.workflow.documents:
            return f'"$doc_{name_variable(name[1])}"'
        return self.paths.write_path(template)

    def _render_prompt(self, step: Step) -> str:
        text = _strip(self._expand(step.prompt, step))
        return here_document("    fill", text, "PROMPT") if text else "    :\n"

    def _render_placeholder(self, step: Step) -> str:
        if not step.placeholder:
            return "    return 1\n"
        text = _strip(self._expand(step.placeholder, step))
        return "    word_reason=$(printf '%s' \"$problem\" | tr '\\n' ' ')\n" + here_document(
            "    fill", text, "PLACEHOLDER"
        )

    def _expand(self, template: str, step: Step) -> str:
        """Put in texts and lists of documents; what stands for values is left for the script to fill in."""
        texts = self.paths.paths.workflow.texts

        def find(name: str) -> str:
            if name in texts:
                return self._expand(texts[name], step).strip()
            if name == "inputs":
                return "\n".join(self._name_inputs(step)) or "(none)"
            if name == "output":
                return self._name(step.output) if step.output else ""
            return f"{{{name}}}"

        return render_template(template, find)

    def _name_inputs(self, step: Step) -> Iterator[str]:
        for number, template in enumerate(step.inputs, start=1):
            path = template.removesuffix(OPTIONAL)
            whole = render_template(path, lambda name: self.paths.paths.workflow.documents.get(name, ""))
            several = " (all of them, in order)" if "*" in whole else ""
            yield f"{number}. {self._name(path)}{several}{' (if it exists)' if path != template else ''}"

    def _name(self, template: str) -> str:
        name = _DOCUMENT.fullmatch(template)
        known = name and name[1] in self.paths.paths.workflow.documents
        return template if known else f"`{template}`"

    def _render_command(self, step: Step) -> str:
        if step.agent is AgentKind.COMMAND:
            return " ".join(['within "$seconds"', *self._list_words(step)])
        return self._render_agent(step)

    def _list_words(self, step: Step) -> Iterator[str]:
        """Write the words of a command; a parameter that is a word of its own may be several."""
        values = {parameter.name: parameter.default for parameter in self.paths.paths.workflow.parameters}
        values |= self.paths.paths.parameters
        for part in step.argv:
            name = _DOCUMENT.fullmatch(part)
            if name and name[1] in values:
                try:
                    yield from map(quote, shlex.split(values[name[1]]))
                except ValueError as error:
                    message = f"{values[name[1]]!r} cannot be taken apart into words ({error}); mind the quotes."
                    raise InvalidRequestError(message) from error
            else:
                yield fill_pattern(part, _DOCUMENT, self._find_variable)

    def _find_variable(self, match: re.Match[str]) -> str:
        kind = "doc" if match[1] in self.paths.paths.workflow.documents else "word"
        return f"{kind}_{name_variable(match[1])}"

    def _render_agent(self, step: Step) -> str:
        """Write the agent's command as a run would have it, but for questions, which nobody could answer here."""
        written = list(_list_written(step)) if step.delivery is Delivery.FILE else []
        templates = [*written, *step.places]
        stand_ins = [f"\x01{number}\x02" for number in range(len(templates))]
        documents = [*stand_ins[: len(written)], *(f"{path}/" for path in stand_ins[len(written) :])]
        alone = replace(with_effort(self.paths.paths, step), asks=False)
        command = build_command(alone, AgentSettings(), Session(), cwd=_TREE, documents=documents)
        program, *words = (self._render_word(word, templates) for word in command.argv)
        if step.agent is AgentKind.CLAUDE:
            return " ".join([f'within "$seconds" "${program}" -p ${{1:+--resume "$1"}}', *words[1:]])
        said = '-o "$message"' if step.delivery is Delivery.MESSAGE else ""
        words[-1:] = ['${1:+resume "$1"}', "-"]
        return " ".join(filter(None, [f'within "$seconds" "${program}"', *words[:2], said, *words[2:]]))

    def _render_word(self, word: str, templates: list[str]) -> str:
        if not _STAND_IN.search(word):
            return quote(word)
        if word == _TREE:
            return '"$tree"'
        inner = _STAND_IN.sub(lambda match: self._word(templates[int(match[1])])[1:-1], word)
        return f'"{inner}"'


def _list_written(step: Step) -> Iterator[str]:
    return (path for path in (step.output, *step.companions) if path)


def _as_text(value: str) -> str:
    """Put plain words in quotes too: some are commands, and a reader should see that none is meant."""
    return f"'{value}'" if re.fullmatch(r"[\w-]+", value, re.ASCII) else value


def _render_function(name: str, lines: Iterable[str]) -> str:
    body = "".join(f"    {line}\n" for line in lines) or "    :\n"
    return f"{name}() {{\n{body}}}"


def _strip(text: str) -> str:
    return f"{text.strip()}\n" if text.strip() else ""
