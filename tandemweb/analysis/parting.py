"""Items of a plan that restate two points at once, ``Umlauts, size of the trash | both accepted``: a mention for each.

An item is parted only where every part names an item of its own, and all of them stand in one document of the other:
then its author has put two points of that document into one line.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from tandemweb.analysis.entries import MERGING_ROLES
from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.name_evidence import MOST_NAMED, SEARCHED, Called, find_called, list_nearest_called
from tandemweb.analysis.ratings import RATING
from tandemweb.analysis.restating import name_of_position
from tandemweb.analysis.severity import get_severity
from tandemweb.analysis.stems import count_stems
from tandemweb.domain.finding import Mention

MOST_PARTS = 4
_FEWEST = 2
LONGEST_CREDITED = 300
_CREDIT = re.compile(r"\((?:both|mine|claude|codex)\)", re.IGNORECASE)
_JOINED = re.compile(r"\A\s*(?:[,;]\s*(?:and\s+)?|and\s+|[&+]\s*)", re.IGNORECASE)
_GRADE = re.compile(rf"\b{RATING}\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,;]\s+(?:and\s+)?|\s+(?:and|&|\+)\s+|\s+/\s+")


def part_items(documents: Sequence[ExchangeDocument]) -> tuple[ExchangeDocument, ...]:
    """Give the documents with each item that restates several points of an earlier one as so many mentions."""
    called: dict[int, list[Called]] = {}  # how the items of a document are called, of those that were asked for
    parted = list(documents)
    for number in range(len(parted)):
        parted[number] = _part_document(number, parted, called)
    return tuple(parted)


def _part_document(
    number: int, documents: Sequence[ExchangeDocument], called: dict[int, list[Called]]
) -> ExchangeDocument:
    document = documents[number]
    if document.role == "review":
        return _part_review(number, documents, called)
    if document.role not in MERGING_ROLES:
        return document
    answered = [
        earlier
        for earlier in range(number - 1, -1, -1)
        if documents[earlier].role in {"review", "independent"} and documents[earlier].author != document.author
    ]
    mentions: list[Mention] = []
    for mention in document.mentions:
        if credited := _split_credits(mention):
            mentions += [replace(mention, title=part, text=part) for part in credited]
            continue
        parts = _split_title(mention)
        stems = [frozenset(count_stems(part)) for part in parts]
        if parts and all(stems) and any(_name_each(stems, earlier, documents, called) for earlier in answered):
            rest = mention.text[len(mention.title) :]
            mentions += [replace(mention, title=part, text=f"{part}{rest}") for part in parts]
        else:
            mentions.append(mention)
    return replace(document, mentions=tuple(mentions)) if len(mentions) > len(document.mentions) else document


def _part_review(
    number: int, documents: Sequence[ExchangeDocument], called: dict[int, list[Called]]
) -> ExchangeDocument:
    """Part each line that takes one position on several points of the document under review."""
    review = documents[number]
    reviewed = next(
        (earlier for earlier in range(number - 1, -1, -1) if documents[earlier].role in MERGING_ROLES), None
    )
    if reviewed is None:
        return review
    mentions: list[Mention] = []
    for mention in review.mentions:
        parts = _split_position(mention)
        stems = [frozenset(count_stems(part)) for part in parts] if len(parts) >= _FEWEST else []
        named = [list_nearest_called(one, _ask(reviewed, documents, called)) for one in stems]
        if not named or not all(named) or any(map(_share, combinations(named, 2))):
            mentions.append(mention)
            continue
        mentions += [_retell(mention, part, graded) for part, graded in zip(parts, _grade(mention), strict=True)]
    return replace(review, mentions=tuple(mentions)) if len(mentions) > len(review.mentions) else review


def _retell(mention: Mention, part: str, grade: str | None) -> Mention:
    """Make the mention of one point; ``grade`` is what the line gives it, None where it grades none of its points."""
    rest = mention.text[len(name_of_position(mention.text)) :]
    given = replace(mention, title=part, text=f"{part}{rest}")
    return given if grade is None else replace(given, severity=get_severity(grade), severity_word=grade or None)


def _grade(mention: Mention) -> list[str | None]:
    """Give the grade of each point of a line, behind or in its name: ``Late fill, Medium; rust as High``."""
    grades: list[str | None] = []
    for piece in _SEPARATOR.split(name_of_position(mention.text)):
        grade = _GRADE.search(piece)
        if count_stems(piece):
            grades.append(grade[0] if grade else "")
        elif grade and grades:
            grades[-1] = grade[0]
    return grades if any(grades) else [None] * len(grades)


def _share(pair: tuple[frozenset[int], frozenset[int]]) -> bool:
    return not pair[0].isdisjoint(pair[1])


def _split_position(mention: Mention) -> list[str]:
    """Split what the points are called on which a line takes one position; a grade alone is no point."""
    if mention.label is not None or mention.references:
        return []
    parts = [part for part in _SEPARATOR.split(name_of_position(mention.text)) if count_stems(part)]
    return parts if len(parts) <= MOST_PARTS else []


def _split_credits(mention: Mention) -> list[str]:
    """Split an item whose parts are each credited: ``Wrong constant (both) and an example (Codex)``; else empty."""
    if mention.label is not None or mention.severity is not None or len(mention.text) > LONGEST_CREDITED:
        return []
    ends = [match.end() for match in _CREDIT.finditer(mention.text)]
    if not 1 < len(ends) <= MOST_PARTS or mention.text[ends[-1] :].strip(" .;"):
        return []
    parts = [mention.text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return [_JOINED.sub("", part) for part in parts] if all(map(_JOINED.match, parts[1:])) else []


def _split_title(mention: Mention) -> list[str]:
    """Split what an item without marks of any kind is called; empty where it is one thing."""
    if mention.label is not None or mention.severity is not None or mention.references:
        return []
    parts = _SEPARATOR.split(mention.title) if mention.text.startswith(mention.title) else []
    return parts if 1 < len(parts) <= MOST_PARTS else []


def _ask(number: int, documents: Sequence[ExchangeDocument], called: dict[int, list[Called]]) -> list[Called]:
    """Give the words of the titles and of the beginnings of what a review or an investigation raises."""
    if number not in called:
        mentions = documents[number].mentions if len(documents[number].mentions) <= MOST_NAMED else ()
        called[number] = [
            (place, frozenset(count_stems(one.title)), frozenset(count_stems(one.text[:SEARCHED])))
            for place, one in enumerate(mentions)
        ]
    return called[number]


def _name_each(
    parts: Sequence[frozenset[str]],
    number: int,
    documents: Sequence[ExchangeDocument],
    called: dict[int, list[Called]],
) -> bool:
    """Whether each part names one item of a document, and no two the same."""
    said = "\n".join([f"{one.title}\n{one.text[:SEARCHED]}" for one in documents[number].mentions]).lower()
    if not all(stem in said for stems in parts for stem in stems):
        return False  # found far faster than the words of each item
    named = [find_called(stems, _ask(number, documents, called)) for stems in parts]
    return None not in named and len(set(named)) == len(named)
