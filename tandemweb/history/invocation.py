"""Starting git: the one place that does, with an environment and options of our own making.

The environment is rebuilt from nothing by ``env -i``, since GitPython hands on the whole of ``os.environ``. Output is
taken from both pipes by one selector, so a talkative stderr cannot block git, and every wait has an end.
"""

import os
import resource
import selectors
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import BinaryIO, cast

from git.cmd import Git

from tandemweb.errors import HistoryError

ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "true",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "GIT_SSH_COMMAND": "false",
}
SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=true",
    "core.bigFileThreshold=8m",  # larger files count as binary
    "core.commitGraph=false",  # a repository's own could lie about parents, and saves nothing in one pass
    "core.quotePath=true",
    "diff.external=",
    "diff.ignoreSubmodules=all",
    "diff.suppressBlankEmpty=false",
    "log.showSignature=false",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    "commit.gpgSign=false",
    "credential.helper=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "safe.bareRepository=explicit",
)
OPTIONS = ("--no-pager", *(part for setting in SETTINGS for part in ("-c", setting)))

PATIENCE = 20.0  # seconds that git may stay silent
OUTPUT_LIMIT = 64 * 1024 * 1024
CHUNK = 256 * 1024
COMPLAINT_LIMIT = 4096
# Bytes of its own that git may take, packs not among them: some files it reads whole, and one may never end.
MEMORY_LIMIT = 2 << 30


class GitFailedError(HistoryError):
    """git ended with an error. ``complaint`` is its stderr, hostile text: to be recognised, never shown."""

    def __init__(self, command: str, status: int, complaint: str) -> None:
        super().__init__(f"git {command} failed (exit status {status})")
        self.complaint = complaint


class LongAnswerError(HistoryError):
    """git had more to say than was wanted."""

    status = 413


def find_git() -> str:
    """Find git by its absolute path. Raises HistoryError."""
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None:
        raise HistoryError("git was not found on PATH; install git 2.36 or later to see the history of projects")
    return found


class Invocation:
    """git, bound to one git directory that is named explicitly and never looked for.

    ``home`` is an empty folder: HOME, the working directory and the work tree, so that none of these leads anywhere.
    Not to be shared between threads.
    """

    def __init__(
        self, git_dir: Path, home: Path, environment: Mapping[str, str] | None = None, *, work_tree: Path | None = None
    ) -> None:
        """Bind git to ``git_dir``; ``environment`` is put on top of our own. Only who writes names a work tree."""
        environment = {**ENVIRONMENT, "HOME": str(home), **(environment or {})}
        self._git = Git(home)
        self._start_of_command = (
            "/usr/bin/env",
            "-i",
            *(f"{name}={value}" for name, value in environment.items()),
            find_git(),
            *OPTIONS,
            f"--git-dir={git_dir}",
            f"--work-tree={work_tree or home}",
        )

    def stream(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        patience: float = PATIENCE,
        accepted: tuple[int, ...] = (0,),
    ) -> Generator[bytes, None, None]:
        """Yield stdout in pieces as they come; closing the iterator ends git.

        Raises GitFailedError at the end when the exit status is not ``accepted``, HistoryError when git was silent for
        ``patience`` seconds.
        """
        with ExitStack() as stack:
            source: BinaryIO | None = None
            if stdin:
                # A file, not a pipe: git may answer before it has read all questions.
                source = cast("BinaryIO", stack.enter_context(tempfile.TemporaryFile()))
                source.write(stdin)
                source.seek(0)
            process = self._start(arguments, source)
            stack.callback(_end, process)
            complaint = bytearray()
            yield from _drain(process, arguments[0], complaint, patience)
            status = _wait(process)
        if status not in accepted:
            raise GitFailedError(arguments[0], status, complaint.decode("utf-8", "replace"))

    def run(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        patience: float = PATIENCE,
        limit: int = OUTPUT_LIMIT,
    ) -> bytes:
        """Give the whole stdout. Raises as ``stream`` does, and LongAnswerError beyond ``limit`` bytes."""
        output = bytearray()
        with closing(self.stream(arguments, stdin=stdin, patience=patience)) as pieces:
            for piece in pieces:
                output += piece
                if len(output) > limit:
                    raise LongAnswerError(f"git {arguments[0]} answered with more than {limit >> 20} MiB")
        return bytes(output)

    def _start(self, arguments: Sequence[str], source: BinaryIO | None) -> Git.AutoInterrupt:
        process = self._git.execute(
            [*self._start_of_command, *arguments],
            istream=source,
            as_process=True,
            shell=False,
            process_group=0,  # an interrupt at the terminal is for the server, which ends git itself
        )
        _limit_memory(process)
        return process


def _limit_memory(process: Git.AutoInterrupt) -> None:
    if process.proc and hasattr(resource, "prlimit"):  # Linux
        with suppress(ProcessLookupError):  # it has ended
            resource.prlimit(process.proc.pid, resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))


def _drain(process: Git.AutoInterrupt, command: str, complaint: bytearray, patience: float) -> Iterator[bytes]:
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(patience)
            if not ready:
                raise HistoryError(f"git {command} did not answer within {patience:g} seconds")
            for key, _ in ready:
                piece = os.read(key.fd, CHUNK)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    yield piece
                else:
                    complaint += piece[: COMPLAINT_LIMIT - len(complaint)]


def _end(process: Git.AutoInterrupt) -> None:
    process.kill()
    process.stdout.close()
    process.stderr.close()
    _wait(process)


def _wait(process: Git.AutoInterrupt) -> int:
    # Not AutoInterrupt.wait(), which reads pipes and raises an error of its own.
    return process.proc.wait() if process.proc else -1
