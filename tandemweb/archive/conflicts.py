"""Differences of a file's text, and the error that says that a file is not what it was thought to be."""

import difflib
import hashlib

from tandemweb.errors import ConflictError


class ChangedMeanwhileError(ConflictError):
    """A file changed between being shown and being written; nothing was overwritten.

    ``diff`` leads from what was shown to what stands there now, "" where one of the two is not known as text.
    """

    def __init__(self, path: str, shown: bytes | None, now: bytes | None, *, is_shown_known: bool = True) -> None:
        self.path = path
        self.diff = render_diff(path, shown, now) if is_shown_known else ""
        what = "is gone" if now is None else "was created" if is_shown_known and shown is None else "was changed"
        super().__init__(f"{path} {what} meanwhile, so nothing was written. Look at what stands there now.")


def hash_content(content: bytes | None) -> str | None:
    """Give the sha256 of a file's bytes, None where there is no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def render_diff(path: str, before: bytes | None, after: bytes | None) -> str:
    """Give the unified difference of two versions; None is a file that does not exist. "" for what is no text."""
    try:
        old, new = ((b"" if content is None else content).decode("utf-8-sig") for content in (before, after))
    except UnicodeDecodeError:
        return ""
    lines = difflib.unified_diff(
        _split_lines(old),
        _split_lines(new),
        "/dev/null" if before is None else path,
        "/dev/null" if after is None else path,
        lineterm="",
    )
    return "\n".join(lines)


def _split_lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n") if text else []
