"""The words of a text that say what it is about, comparable between a message, a report and code."""

import re
import string
from functools import lru_cache
from itertools import chain

_WORD = re.compile(r"[^\W\d_]{3,}")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTERS = string.ascii_letters.encode()
_ONLY_LETTERS = bytes(code if code in _LETTERS else ord(" ") for code in range(256))
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "the and for with from into that this when not are its all add adds added fix fixes fixed make makes made use "
        "uses used new now one two also more only than then them they their there what which where will have has had "
        "can but let lets keep set get say some any each file files code test tests change changes changed update "
        "updated remove removed commit support handle allow move rename work",
    )
)


def extract_stems(text: str) -> frozenset[str]:
    """Take the telling words of a text, cut so that forms of one word are the same; camelCase in its parts."""
    return frozenset(chain.from_iterable(map(_take_apart, _list_words(text))))


def _list_words(text: str) -> set[str]:
    if not text.isascii() and any(map(str.isalnum, "".join(_BEYOND_ASCII.findall(text)))):
        return set(_WORD.findall(text))
    plain = text.encode("ascii", "replace").translate(_ONLY_LETTERS).decode()
    return {word for word in set(plain.split(" ")) if len(word) > 2}  # in a third of the expression's time


@lru_cache(maxsize=32_768)  # texts share most of their words; in about 6 MB
def _take_apart(word: str) -> tuple[str, ...]:
    parts = (part.lower() for part in (_PARTS.findall(word) or [word]))
    return tuple(_cut(part) for part in parts if len(part) > 2 and part not in _STOP)  # "to", "in"


def _cut(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # what is left must be a word still
            return word.removesuffix(ending)
    return word
