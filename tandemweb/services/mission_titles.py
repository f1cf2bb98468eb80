"""What a mission is called: the spec's title, without what the folder's name says already."""

import re

_SEPARATOR = re.compile(r"(\s+[—–|-]+\s+|\s*:\s+)")
_KIND = frozenset({"spec", "specification", "missionspec", "mission", "missionspecification"})


def choose_title(spec_title: str, folder_name: str, folder_title: str) -> str:
    """Give the spec's title without the folder's name and the word Spec at its ends; the folder's if that is all.

    ``001-tag-search — Spec`` gives ``folder_title``, ``Spec: Search by tag`` and ``Mission 001 — Search by tag`` give
    ``Search by tag``.
    """
    parts = _SEPARATOR.split(spec_title.strip())  # text, separator, text, ...
    while len(parts) > 1 and _is_said(parts[0], folder_name):
        del parts[:2]
    while len(parts) > 1 and _is_said(parts[-1], folder_name):
        del parts[-2:]
    return folder_title if _is_said(parts[0], folder_name) and len(parts) == 1 else "".join(parts)


def _is_said(part: str, folder_name: str) -> bool:
    letters, name = _letters(part), _letters(folder_name)
    number = re.match(r"\d*", name)
    said = {"", name, number[0] if number else "", f"mission{name}", f"mission{number[0] if number else ''}"}
    return letters in said | _KIND


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
