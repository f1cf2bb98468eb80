"""Steps as argument vectors.

A prompt never stands in one: it would be seen by everybody in ``ps``, be read as an option when it begins with a dash,
and be too long for the kernel at 128 KiB.
"""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.agents.json_lines import is_session
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import Access, AgentKind, Limits, Step
from tandemweb.errors import AgentError

# Without these, claude may read what stands below its folder, and run commands that it knows to change nothing.
READ_ONLY_TOOLS = ("Read", "Glob", "Grep")
EDITING_TOOLS = ("Edit", "NotebookEdit", "Write")


@dataclass(frozen=True, slots=True)
class Session:
    """The conversation of a step. claude is given an id for a new one too, codex chooses its own (``id`` is "")."""

    id: str = ""
    is_resumed: bool = False


@dataclass(frozen=True, slots=True)
class AgentCommand:
    """``has_pipe``: the prompt and the answers to questions go as JSON lines through a pipe that the driver holds."""

    argv: tuple[str, ...]
    has_pipe: bool = False


def build_command(
    step: Step,
    settings: AgentSettings,
    session: Session,
    *,
    cwd: str,
    folders: Sequence[str] = (),
    documents: Sequence[str] = (),
    in_git: bool = True,
) -> AgentCommand:
    """Say how a step is started.

    ``folders`` are further ones that it may use, ``documents`` (relative to ``cwd``, the folders with a slash at the
    end) what it may write where it may not write everything; codex knows no such rule. ``in_git`` is whether ``cwd``
    lies in a git work tree, which codex insists on otherwise. Raises AgentError.
    """
    if session.is_resumed and not is_session(session.id):
        raise AgentError(f"The conversation of the step {step.name!r} has no name that can be continued.")
    match step.agent:
        case AgentKind.CLAUDE:
            return AgentCommand(_build_claude(step, settings, session, folders, documents), has_pipe=step.asks)
        case AgentKind.CODEX:
            return AgentCommand(_build_codex(step, settings, session, cwd, folders, in_git=in_git))
        case AgentKind.COMMAND:
            return AgentCommand(step.argv)
        case AgentKind.TANDEMWEB:
            raise AgentError(f"The step {step.name!r} starts no process; it is done by tandemweb itself.")


def shell_command(argv: Sequence[str], prompt_file: str, cwd: str) -> str:
    """Write a step as a line for a POSIX shell, to be copied."""
    return f"cd {shlex.quote(cwd)} && {shlex.join(argv)} < {shlex.quote(prompt_file)}"


def _build_claude(
    step: Step, settings: AgentSettings, session: Session, folders: Sequence[str], documents: Sequence[str]
) -> tuple[str, ...]:
    argv = [settings.executable or "claude", *settings.arguments]
    argv += ["-p", "--output-format", "stream-json", "--verbose"]
    if step.asks:
        argv += ["--input-format", "stream-json", "--permission-prompt-tool", "stdio"]
    if session.id:
        argv += ["--resume" if session.is_resumed else "--session-id", session.id]
    argv += ["--permission-mode", "acceptEdits" if step.access is Access.WRITE else "default"]
    argv += _flag("--model", step.model) + _flag("--effort", step.effort)
    argv += _claude_limits(step.limits)
    # Last, since these take all words up to the next option.
    argv += _flags("--add-dir", folders)
    return (*argv, *_claude_tools(step, documents))


def _claude_limits(limits: Limits) -> list[str]:
    turns = "" if limits.turns is None else str(limits.turns)
    budget = "" if limits.budget_usd is None else f"{limits.budget_usd:.4f}"
    return _flag("--max-turns", turns) + _flag("--max-budget-usd", budget)


def _claude_tools(step: Step, documents: Sequence[str]) -> list[str]:
    rules = [f"Edit({_write_rule(path)})" for path in documents]
    match step.access:
        case Access.WRITE:
            return _flags("--allowedTools", step.allowed_tools)
        case Access.DOCUMENTS:
            return _flags("--allowedTools", (*READ_ONLY_TOOLS, "Bash", *rules, *step.allowed_tools))
        case Access.READ_ONLY:
            allowed = _flags("--allowedTools", (*READ_ONLY_TOOLS, *rules, *step.allowed_tools))
            # Not offered at all rather than refused each time; but that would overrule a rule for one path.
            may_edit = rules or any(tool.partition("(")[0] in EDITING_TOOLS for tool in step.allowed_tools)
            return allowed if may_edit else [*allowed, "--disallowedTools", *EDITING_TOOLS]


def _write_rule(path: str) -> str:
    """Write a path as claude's rules have it: an absolute one begins with two slashes."""
    absolute = "/" if path.startswith("/") else ""
    below = "**" if path.endswith("/") else ""
    return f"{absolute}{path}{below}"


def _build_codex(
    step: Step, settings: AgentSettings, session: Session, cwd: str, folders: Sequence[str], *, in_git: bool
) -> tuple[str, ...]:
    argv = [settings.executable or "codex", "exec", *settings.arguments, "--json"]
    # A resumed conversation does not remember it: it would be read-only.
    argv += ["-s", "read-only" if step.access is Access.READ_ONLY else "workspace-write", "-C", cwd]
    argv += [] if in_git else ["--skip-git-repo-check"]
    argv += _flag("-m", step.model)
    if step.effort:
        argv += ["-c", f"model_reasoning_effort={json.dumps(step.effort)}"]
    for folder in folders:
        argv += ["--add-dir", folder]
    if session.is_resumed:
        argv += ["resume", session.id]
    return (*argv, "-")


def _flag(name: str, value: str) -> list[str]:
    return [name, value] if value else []


def _flags(name: str, values: Sequence[str]) -> list[str]:
    return [name, *values] if values else []
