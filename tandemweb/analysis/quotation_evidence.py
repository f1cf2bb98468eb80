"""Quotations as a reason: an item that repeats words of an earlier document's item between quotation marks.

Reviews answer plans, and plans reviews, by quoting them. Words that stand in one item of the quoted document only say
which one is meant; where both quote the same words or the same command, they quote something else, which says less.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.pairs import Pairs

QUOTED_SCORE = 0.85  # what an item is about, in the words of another
PASSING_SCORE = 0.6  # the same further on, perhaps as an aside
SHARED_SCORE = 0.45  # both quote the words, or the document says them elsewhere, too
FEWEST_WORDS = 4  # of a quotation; fewer are a name or a term
ENOUGH_WORDS = 5  # of one further on
FEWEST_AT_HEAD = 3  # of one that an item begins with
SHORTEST_CODE = 20  # characters of a command that two items repeat; a shorter one is a name
OPENING = 160  # characters of an item that say what it is about
HEAD = 12
MOST_QUOTATIONS = 12  # of one item
MOST_QUOTING = 400  # items of an exchange
SEARCHED = 2500  # characters of an item
_QUOTED = re.compile(r"[\"“„]([^\"“”„]{2,200})[\"”“]|`([^`\n]{1,200})`")
_OMITTED = re.compile(r"…|\.\.\.|\[[^\]]{0,20}\]")
_EDGE = " .,;:!?-–—"
_MARKS = frozenset('"“”„')


@dataclass(frozen=True, slots=True)
class _Text:
    """The items of one document, one behind the other: where each begins, and its place among the entries.

    ``document`` is all that the document says.
    """

    whole: str
    document: str
    starts: list[int]
    places: list[int]


@dataclass(frozen=True, slots=True)
class _Quotation:
    """The parts of which nothing was left out, normalised, and how much it says when it is another's."""

    parts: tuple[str, ...]
    score: float


def follow_quotations(entries: Sequence[Entry], pairs: Pairs, documents: Sequence[str] = ()) -> None:
    """Note who quotes whom; ``documents`` are the whole texts, by number: words said elsewhere, too, tell less."""
    quoting = [(place, quoted) for place, entry in enumerate(entries) if (quoted := _list_quotations(entry))]
    if not quoting:
        return
    texts = _join_texts(entries, documents)
    for place, quoted in quoting[:MOST_QUOTING]:
        for quotation in quoted:
            found = _find_quoted(quotation.parts, entries[place], entries, texts)
            if found is not None:
                target, is_shared = found
                score = min(SHARED_SCORE, quotation.score) if is_shared else quotation.score
                pairs.add(place, target, "quotation", score)


def _list_quotations(entry: Entry) -> list[_Quotation]:
    """List what an item of a document that answers others quotes."""
    if entry.role in UNREAD_ROLES:
        return []
    matches = islice(_QUOTED.finditer(entry.mention.text, 0, SEARCHED), MOST_QUOTATIONS)
    return [quotation for match in matches if (quotation := _read_quotation(match))]


def _read_quotation(match: re.Match[str]) -> _Quotation | None:
    """Read a quotation or a command; None where it is too short to tell whose words it has."""
    is_code = match[2] is not None
    if is_code and len(match[2]) < SHORTEST_CODE:
        return None
    parts = tuple(filter(None, (_normal(part).strip(_EDGE) for part in _OMITTED.split(match[1] or match[2]))))
    words = sum(part.count(" ") + 1 for part in parts)
    if is_code:
        return _Quotation(parts, SHARED_SCORE) if words > 1 else None
    opens = match.start() < OPENING
    fewest = FEWEST_AT_HEAD if match.start() < HEAD else FEWEST_WORDS if opens else ENOUGH_WORDS
    return _Quotation(parts, QUOTED_SCORE if opens else PASSING_SCORE) if words >= fewest else None


def _normal(text: str) -> str:
    return " ".join(text.lower().replace("`", " ").replace("*", " ").replace("_", " ").split())


_normal_document = lru_cache(maxsize=8)(_normal)  # of one exchange: each is asked for several quotations


def _join_texts(entries: Sequence[Entry], documents: Sequence[str]) -> Mapping[int, _Text]:
    """Join the items of each document into one text, in which a quotation is found at once."""
    members: dict[int, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        members[entry.document].append(place)
    texts = {}
    for document in sorted(members):
        items = [_normal(entries[place].mention.text) for place in members[document]]
        starts = [0]
        for item in items:
            starts.append(starts[-1] + len(item) + 1)
        said = documents[document] if document < len(documents) else ""
        texts[document] = _Text("\n".join(items), said, starts, members[document])
    return texts


def _find_quoted(
    parts: Sequence[str], quoting: Entry, entries: Sequence[Entry], texts: Mapping[int, _Text]
) -> tuple[int, bool] | None:
    """Find the one item with these words in the other's last document that has them, and whether it quotes them."""
    for document in sorted((one for one in texts if one < quoting.document), reverse=True):
        text = texts[document]
        if entries[text.places[0]].author == quoting.author:
            continue
        if bearers := _list_bearers(parts, text):
            target, is_quoted = bearers[0]
            is_said_elsewhere = _normal_document(text.document).count(max(parts, key=len)) > 1
            return (target, is_quoted or is_said_elsewhere) if len(bearers) == 1 else None
    return None


def _list_bearers(parts: Sequence[str], text: _Text) -> list[tuple[int, bool]]:
    """List the items of a document in which all parts stand, and whether the longest stands in quotation marks."""
    bearers = []
    longest = max(parts, key=len)
    at = text.whole.find(longest)
    while at >= 0:
        number = bisect_right(text.starts, at) - 1
        begin, end = text.starts[number], text.starts[number + 1]
        if all(text.whole.find(part, begin, end) >= 0 for part in parts):
            bearers.append((text.places[number], text.whole[at - 1 : at] in _MARKS))
        at = text.whole.find(longest, end)
    return bearers
