"""Files that a program wrote: nobody reads them line by line, and pages keep them closed. Pure."""

import re

BEGINNING = 2048  # bytes of a file that may say that it was generated

_NAMES = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|poetry\.lock|"
    r"uv\.lock|pdm\.lock|pipfile\.lock|cargo\.lock|go\.sum|go\.work\.sum|gemfile\.lock|composer\.lock|podfile\.lock|"
    r"cartfile\.resolved|package\.resolved|mix\.lock|pubspec\.lock|packages\.lock\.json|flake\.lock|gradle\.lockfile|"
    r"[^/]*(?:\.min\.(?:js|css)|\.(?:js|css)\.map|_pb2(?:_grpc)?\.pyi?|\.pb\.(?:go|cc|h)|\.g\.dart|\.designer\.cs|"
    r"\.snap))$|(?:^|/)(?:node_modules|vendor|dist|__snapshots__)/",
    re.IGNORECASE,
)
_SAID = re.compile(
    rb"@generated\b|\b(?:this file (?:is|was) (?:automatically |auto-?)?generated|"
    rb"(?:automatically |auto-?)generated (?:by|from|file|code)|code generated .{0,80}\bdo not edit)\b",
    re.IGNORECASE,
)


def is_generated_name(path: str) -> bool:
    """Whether files of that name are lock files, or come out of a program."""
    return _NAMES.search(path) is not None


def says_generated(content: bytes) -> bool:
    """Whether the beginning of a file says that a program wrote it."""
    return _SAID.search(content[:BEGINNING]) is not None
