"""The play itself: read the prompt, say a few words, write the document, end."""

import itertools
import json
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

from tandemweb.rehearsal.documents import is_passing, write_document
from tandemweb.rehearsal.streams import ClaudeStream, CodexStream, Stream
from tandemweb.rehearsal.task import Kind, Task, read_task

PACE = "REHEARSAL_PACE"  # seconds after each event, as a variable of the environment
USUAL_PACE = 0.4
TRACE = "REHEARSAL.md"
USAGE, INTERRUPTED = 2, 130  # exit statuses
QUESTION = {
    "question": "How thorough should the rehearsal be?",
    "header": "Rehearsal",
    "multiSelect": False,
    "options": [
        {"label": "As it is", "description": "One file, two rounds"},
        {"label": "Just as thorough", "description": "There is only one way: this is a rehearsal"},
    ],
}


def main(arguments: Sequence[str]) -> int:
    """Play ``claude …`` or ``codex …``; options that matter for a rehearsal are obeyed, all others are not."""
    if not arguments or arguments[0] not in {"claude", "codex"}:
        sys.stderr.write("A rehearsal plays claude or codex: name one, then its options.\n")
        return USAGE
    try:
        play(arguments[0], arguments[1:])
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def play(agent: str, options: Sequence[str]) -> None:
    prompt = _read_prompt(is_json="--input-format" in options)
    task = read_task(prompt)
    pace = float(os.environ.get(PACE, USUAL_PACE))
    answer = ""
    stream: Stream
    if agent == "claude":
        stream = claude = ClaudeStream(_find_option(options, ("--session-id", "--resume")), pace, str(Path.cwd()))
        claude.begin()
        if task.kind is Kind.INVESTIGATION and "--permission-prompt-tool" in options:
            answer = claude.ask(QUESTION)
    else:
        stream = CodexStream(_find_option(options, ("resume",)), pace)
        stream.begin()
    stream.say(f"Rehearsal: playing {agent} for {task.path or 'a prompt of another workflow'}.")
    _work(task, stream, write_document(task, agent, answer))


def _work(task: Task, stream: Stream, text: str) -> None:
    stream.read("State.json" if task.kind is Kind.INVESTIGATION else TRACE)
    if task.is_message or not task.path:
        stream.end(text)
        return
    if task.kind is Kind.REPORT:
        _write(stream, TRACE, _trace(task))
        _write(stream, task.manifest, f"{TRACE}\n")
    _write(stream, task.path, text)
    stream.end(f"Wrote {task.path}.")


def _trace(task: Task) -> str:
    """Add the line of a round to the file that a rehearsal leaves behind; the first round forgets it."""
    try:
        text = Path(TRACE).read_text(encoding="utf-8")
    except OSError:
        text = "# Rehearsal\n\nLeft behind by a rehearsal of tandemweb; it can be removed.\n\n"
    return text + (f"- Round {task.round}\n" if is_passing(task) else "")


def _write(stream: Stream, path: str, text: str) -> None:
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    stream.wrote(str(target.absolute()))


def _read_prompt(*, is_json: bool) -> str:
    if not is_json:
        return sys.stdin.read()
    line = sys.stdin.readline()
    return str(json.loads(line)["message"]["content"]) if line else ""


def _find_option(options: Sequence[str], names: tuple[str, ...]) -> str:
    for name, value in itertools.pairwise(options):
        if name in names:
            return value
    return str(uuid.uuid4())
