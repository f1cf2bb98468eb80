"""Where fuzzing starts: documents of the corpus, and what was found before."""

import subprocess
import tempfile
from functools import cache
from pathlib import Path

from corpus.clones import clone_corpus

from tandemweb.history.log_parsing import LOG_FORMAT

VERSIONS = (
    b"\1\2\3\xfea\nb\nc\nd\n\xfea\nB\nc\nd\ne\n\xfea\nbb\nC\nd\n",
    b"\0\2\1\xfe\xfea line that both added alike\nx\n\xfea line that both added alike\ny",
    b"\5\1\2\2\xfea\r\nb\r\n\xfeb\r\n\xfea\r\nb\xfe",
)  # picks, the base, and two or three sides
CAPTURES = Path(__file__).parents[1] / "agents" / "captures"
FOUND = Path(__file__).with_name("found")
NAMES = ("ledgerlite", "linkshelf", "papertrail")
LOG = ["log", "-z", "--raw", "-c", "--no-abbrev", f"--format={LOG_FORMAT}"]
QUERIES = (
    b'severity:high author:codex "same day" -draft',
    b"kind:decision file:src/a.py after:2026-01-01",
    b"a* NEAR(",
)


@cache
def _read_history(name: str) -> dict[str, bytes]:
    """Give the Markdown and JSON of a bundle's main branch by path; ``*log`` and ``*patch`` hold what git says."""
    with tempfile.TemporaryDirectory() as work:
        folder = clone_corpus(name, Path(work, name))

        def git(*arguments: str) -> bytes:
            return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True).stdout

        paths = git("ls-tree", "-r", "-z", "--name-only", "main").decode().split("\0")[:-1]
        files = {path: git("show", f"main:{path}") for path in paths if path.endswith((".md", ".json"))}
        files["*log"] = git(*LOG, "main")
        files["*patch"] = git("log", "-5", "-p", "--raw", "--no-abbrev", "--format=", "main")
    return files


def _list_captures() -> list[bytes]:
    captures = sorted(CAPTURES.glob("*.jsonl"))
    return [(b"\0" if path.name.startswith("claude") else b"\1") + path.read_bytes() for path in captures]


def list_seeds(target: str) -> list[bytes]:
    """Give the seeds of one target, first what was found before."""
    found = [path.read_bytes() for path in sorted((FOUND / target).glob("*"))] if (FOUND / target).is_dir() else []
    if target == "agent":
        return [*found, *_list_captures()]
    if target == "query":
        return [*found, *QUERIES]
    if target == "synthesis":
        return [*found, *VERSIONS]
    files = {path: content for name in NAMES for path, content in _read_history(name).items()}
    if target in {"log", "patch"}:
        return [*found, files[f"*{target}"]]
    ending = ".json" if target == "json" else ".md"
    prefix = b"" if target in {"json", "spec"} else b"\x05"
    return [*found, *(prefix + content for path, content in files.items() if path.endswith(ending))]
