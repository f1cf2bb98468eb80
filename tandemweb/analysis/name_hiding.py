"""Hiding whose work a text is: names of branches, authors and agents give way to one word, the same for all."""

import re
from collections.abc import Collection
from dataclasses import dataclass

HIDDEN = "[name]"
AGENTS = ("claude", "codex", "anthropic", "openai", "chatgpt", "copilot")
SHORTEST = 3  # characters of a name that is hidden wherever it stands
_BINARY = re.compile(r"^GIT binary patch\n.*?(?=^diff --git |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class NameHider:
    """``words`` are hidden in any spelling and inside other words, ``names`` as they are written and on their own."""

    words: Collection[str] = AGENTS
    names: Collection[str] = ()

    def hide(self, text: str) -> str:
        for pattern in self._patterns():
            text = pattern.sub(HIDDEN, text)
        return text

    def _patterns(self) -> list[re.Pattern[str]]:
        # Longest first: a whole branch name is one name, not two.
        named = sorted({name for name in self.names if len(name) >= SHORTEST}, key=len, reverse=True)
        alone = "|".join(map(re.escape, named))
        parts = "|".join(map(re.escape, sorted(self.words, key=len, reverse=True)))
        found = [re.compile(rf"(?<![A-Za-z0-9])(?:{alone})(?![A-Za-z0-9])")] if alone else []
        return [*found, *([re.compile(parts, re.IGNORECASE)] if parts else [])]


def leave_out_binaries(patch: str) -> str:
    """Take the encoded content of binary files out of a patch: nobody can read it."""
    return _BINARY.sub("(the content of a binary file is left out)\n", patch)


def list_patched_paths(patch: str) -> list[str]:
    """List the paths that a patch names as new or old, without those that git quotes."""
    found = re.findall(r"^(?:---|\+\+\+) [ab]/([^\t\n]+)", patch, re.MULTILINE)
    return list(dict.fromkeys(found))
