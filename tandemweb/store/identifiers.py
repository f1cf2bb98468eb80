"""Code identifiers as words: ``readCell`` is found by ``cell``, ``read_cell`` before loose words, each by the other.

FTS5 splits ``read_cell`` into two words and keeps ``readCell`` as one. What its words do not show is kept beside them.
"""

import re
from functools import lru_cache

_WORD = re.compile(r"\w+")
_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"(?<=[^\W_])_+(?=[^\W_])")
_AROUND = re.compile(r"\W*(\w+)\W*")
LONGEST = 64  # characters; what is longer is data, not a name
MOST = 2_000  # distinct identifiers of one text
MOST_PLAIN = 50_000  # words that are remembered to be none, in about 5 MB

_plain: set[str] = set()


def extract_parts(text: str) -> str:
    """Give what is to be indexed beside the words of ``text``, each identifier once; linear in its length."""
    # Most of a text is plain words that other texts have, too: those are known, and cheap questions sort out the rest.
    pieces = [piece for piece in dict.fromkeys(text.split()) if piece not in _plain and _may_be_identifier(piece)]
    words = dict.fromkeys(_WORD.findall(" ".join(pieces)))
    found = [word for word in words if _may_be_identifier(word) and len(word) <= LONGEST]
    shadows = (_shadow(word) for word in found[:MOST])
    return "\n".join(shadow for shadow in shadows if shadow)


def join_identifier(word: str) -> str | None:
    """Give the one word that an identifier is found by exactly, None for what is none: ``a_b`` -> ``ab``."""
    match = _AROUND.fullmatch(word)
    if match is None or not (_SEAM.search(match[1]) or _BETWEEN.search(match[1])):
        return None
    return match[1].replace("_", "")


def split_identifier(word: str) -> str:
    """``readHTTPCell`` -> ``read HTTP Cell``."""
    return _SEAM.sub(" ", word).replace("_", " ")


def _may_be_identifier(word: str) -> bool:
    """Whether there may be a seam: small letters, at most after a first capital, and digits have none."""
    if "_" in word or not (word.islower() or word[1:].islower() or word.isdigit()):
        return True
    if len(_plain) < MOST_PLAIN:
        _plain.add(word)
    return False


@lru_cache(maxsize=16_384)
def _shadow(word: str) -> str:
    joined = word.replace("_", "") if "_" in word and _BETWEEN.search(word) else ""
    parts = split_identifier(word) if not word.islower() and _SEAM.search(word) else ""
    return f"{joined} {parts}".strip()
