"""Starting agents: each in a session of its own, its output to files that outlive us, nothing of ours inherited."""

import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, cast

from tandemweb.agents.identity import identify
from tandemweb.agents.priority import put_in_background
from tandemweb.domain.run import ProcessIdentity
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import AgentError

PRIVATE = 0o600
HOW_TO_GET = {
    AgentKind.CLAUDE: "install it with `npm install -g @anthropic-ai/claude-code` and log in with `claude`",
    AgentKind.CODEX: "install it with `npm install -g @openai/codex` and log in with `codex login`",
}


class MissingAgentError(AgentError):
    """The program of an agent is not there."""


class StartError(AgentError):
    """The system refuses to start a program that is there."""


def find_executable(kind: AgentKind, settings: AgentSettings, *, path: str | None = None) -> str:
    """Find the agent's program by its absolute path; ``path`` is a PATH. Raises MissingAgentError."""
    wanted = settings.executable or kind.value
    folders = os.pathsep.join(folder for folder in _split_path(path) if Path(folder).is_absolute())
    # A name with a slash is not looked for on PATH, and a relative one would depend on where we were started.
    wanted = os.path.expanduser(wanted)  # noqa: PTH111 a name stays a name
    found = None if "/" in wanted and not wanted.startswith("/") else shutil.which(wanted, path=folders)
    if found is None:
        hint = HOW_TO_GET.get(kind, "name one that exists")
        raise MissingAgentError(
            f"{kind.value} cannot be started: there is no program {wanted!r}; {hint}, "
            f"or name its path as `executable` below [agents.{kind.value}] in settings.toml."
        )
    return found


class Child:
    """A started agent: who it is, and its end. ``send`` and ``close_stdin`` are for one that has a pipe."""

    def __init__(self, process: "subprocess.Popen[bytes]", identity: ProcessIdentity) -> None:
        self.identity = identity
        self._process = process
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        if process.stdin is not None:
            # A thread, since an agent that does not read would hold up whoever writes.
            threading.Thread(target=self._write_lines, args=(process.stdin,), daemon=True).start()

    def poll(self) -> int | None:
        """Give the exit status once it has ended: negative is the signal that ended it."""
        status = self._process.poll()
        if status is not None:
            self.close_stdin()  # lets go of the thread
        return status

    def wait(self, seconds: float) -> int | None:
        """Wait for the end for so many seconds; None when it still runs."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.poll()

    def send(self, line: bytes) -> None:
        """Hand a line (without its end) to the agent's stdin. Never waits; one that is gone gets nothing."""
        self._lines.put(line + b"\n")

    def close_stdin(self) -> None:
        """Close the pipe after all that was sent: the agent ends when it has nothing left to do."""
        self._lines.put(None)

    def _write_lines(self, pipe: IO[bytes]) -> None:
        with suppress(OSError), pipe:
            while (line := self._lines.get()) is not None:
                pipe.write(line)
                pipe.flush()


def spawn(
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    stdout: Path,
    stderr: Path,
    stdin: Path | None = None,
    has_pipe: bool = False,
) -> Child:
    """Start ``argv`` with the file ``stdin`` (else nothing, or a pipe) and its output appended to files.

    Raises MissingAgentError or StartError.
    """
    with ExitStack() as stack:
        source: int | IO[bytes] = subprocess.DEVNULL
        if has_pipe:
            source = subprocess.PIPE
        elif stdin is not None:
            source = stack.enter_context(stdin.open("rb"))
        process = _start(argv, cwd, environment, source, (_append(stack, stdout), _append(stack, stderr)))
    put_in_background(process.pid)
    # It may have ended already; then nobody is there who could be taken for it.
    identity = identify(process.pid) or ProcessIdentity(process.pid, 0.0)
    return Child(process, identity)


def spawn_detached(
    argv: Sequence[str], *, cwd: Path, environment: Mapping[str, str], stdout: Path, stderr: Path
) -> ProcessIdentity:
    """Start a program that goes on without us; while we live, its end is taken note of, so that no zombie stays."""
    with ExitStack() as stack:
        outputs = (_append(stack, stdout), _append(stack, stderr))
        process = _start(argv, cwd, environment, subprocess.DEVNULL, outputs)
    identity = identify(process.pid) or ProcessIdentity(process.pid, 0.0)
    threading.Thread(target=process.wait, daemon=True).start()
    return identity


def _start(
    argv: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    stdin: int | IO[bytes],
    outputs: tuple[IO[bytes], IO[bytes]],
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 the user's own agents, from the user's own settings
            list(argv),
            cwd=cwd,
            env=dict(environment),
            stdin=stdin,
            stdout=outputs[0],
            stderr=outputs[1],
            start_new_session=True,
        )
    except FileNotFoundError as error:
        if not cwd.is_dir():
            raise StartError(f"{argv[0]} cannot be started in {cwd}: there is no such folder (any more).") from error
        raise MissingAgentError(
            f"There is no program {argv[0]!r}; install it, or name another one in settings.toml."
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StartError(f"{argv[0]} cannot be started in {cwd}: {reason}.") from error


def _append(stack: ExitStack, path: Path) -> IO[bytes]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, PRIVATE)
    return cast("IO[bytes]", stack.enter_context(os.fdopen(descriptor, "ab")))


def _split_path(path: str | None) -> list[str]:
    return (os.environ.get("PATH", os.defpath) if path is None else path).split(os.pathsep)
