"""Lines for a terminal: archives and repositories may hold anything."""

import logging

REPLACED = "\ufffd"


def clean_line(text: str, kept: str = "") -> str:
    """Replace what a terminal would obey, hide, or could not write; letters in ``kept`` stay."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in kept else REPLACED for letter in text)


def make_log_handler() -> logging.Handler:
    """Give a handler that writes to stderr what no terminal obeys: messages name files of repositories."""
    handler = logging.StreamHandler()
    handler.setFormatter(_CleanFormatter("%(levelname)s %(name)s: %(message)s"))
    return handler


class _CleanFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return clean_line(super().format(record), "\n")
