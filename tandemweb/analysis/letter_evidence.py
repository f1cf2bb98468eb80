"""Single letters as a reason: points counted ``A.``, ``B.``, and who speaks of them, ``A: fine``, ``see B below``."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.reply_evidence import find_reviewed

LETTER_SCORE = 0.8
SEARCHED = 300  # characters of an item in which it speaks of another by its letter
_NOUN = r"(?:(?:gap|point|item|finding|issue|concern|problem|risk|worry)\s+)?"
_BORNE = re.compile(rf"[\s*_(\[#]*(?i:{_NOUN})([A-HJ-Z])(?:[.)\]:]|\s[—–-])\s")
_OPENS = re.compile(
    rf"[\s*_(\[]*(?i:{_NOUN})([A-HJ-Z])(?:[:.,)]\s|\s[—–-]\s|\s(?:is|at|as|should|stays|can|has|needs)\b)"
)
_POINTS = re.compile(
    r"\b(?:[Ss]ee|[Uu]nder|[Ww]ith)\s+([A-HJ-Z])\b(?! \w+ing\b)|\(([A-HJ-Z])(?: below| above)?\)"
    r"|\b([A-HJ-Z]) (?:below|above)\b"
)
_NAMED = re.compile(r"\b(?:([Cc]odex|[Cc]laude)(?:['’]s)?|[Mm]y)\s+([A-HJ-Z])\b(?![\w'’-])")

Letters = Mapping[str, int]  # the place of the item that bears a letter


def follow_letters(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Note for each item that names another by its letter which one it is."""
    borne = _find_borne(entries)
    reviewed: dict[int, int] = {}
    for place, entry in enumerate(entries) if borne else ():
        if entry.role == "review" and entry.document not in reviewed:
            reviewed[entry.document] = find_reviewed(entry, entries)
        for document, letter in _list_spoken_of(entry, borne, reviewed.get(entry.document, -1)):
            target = borne[document][1].get(letter) if document in borne else None
            if target is not None and target != place:
                pairs.add(place, target, "reference", LETTER_SCORE)


def _find_borne(entries: Sequence[Entry]) -> Mapping[int, tuple[Entry, Letters]]:
    """Find the items of each document that are counted by letters, from A on, with the first of them."""
    borne: dict[int, dict[str, int]] = defaultdict(dict)
    for place, entry in enumerate(entries):
        match = None if entry.is_verdict or entry.role == "review" else _BORNE.match(entry.mention.text)
        if match:
            borne[entry.document].setdefault(match[1], place)
    return {
        document: (entries[letters["A"]], letters)
        for document, letters in borne.items()
        if "A" in letters and "B" in letters
    }


def _list_spoken_of(
    entry: Entry, borne: Mapping[int, tuple[Entry, Letters]], reviewed: int
) -> Iterator[tuple[int, str]]:
    """List the documents and letters that an item names; ``reviewed`` is the document that its review is of."""
    text = entry.mention.text[:SEARCHED]
    if entry.role == "review" and (opens := _OPENS.match(text)):
        yield reviewed, opens[1]
    if entry.is_verdict:
        yield from ((entry.document, next(filter(None, match.groups()))) for match in _POINTS.finditer(text))
    for match in _NAMED.finditer(text):
        author = match[1].lower() if match[1] else entry.author
        for document, (first, _) in borne.items():
            if first.author == author and first.role in UNREAD_ROLES and document < entry.document:
                yield document, match[2]
