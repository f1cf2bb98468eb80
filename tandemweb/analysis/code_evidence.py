"""Code as a reason: the titles of two items name one thing of the code that no other title of their documents names."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.pairs import Pairs

CODE_SCORE = 0.4
LEAST_ALIKE = 0.12  # likeness besides: one name may be about to break in two ways
MOST_NAMING = 30  # documents: of an exchange with more nobody wrote each
_CODE = re.compile(r"`([^`\n]{3,60})`")


def follow_code(entries: Sequence[Entry], pairs: Pairs) -> None:
    naming: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.is_own and "`" in entry.mention.title:
            for name in {name.strip("()").lower() for name in _CODE.findall(entry.mention.title)}:
                naming[name].append(place)
    for places in naming.values():
        documents = [entries[place].document for place in places]
        if len(set(documents)) == len(documents) <= MOST_NAMING:
            for left, right in combinations(places, 2):
                if pairs.alike(left, right) >= LEAST_ALIKE:
                    pairs.add(left, right, "code", CODE_SCORE)
