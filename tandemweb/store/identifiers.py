"""Code identifiers as words: ``readCell`` is found by ``cell``, ``read_cell`` before loose words, each by the other.

FTS5 splits ``read_cell`` into two words and keeps ``readCell`` as one. What its words do not show is kept beside them.
"""

import re
import string
from collections.abc import Iterator
from functools import lru_cache

_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"(?<=[^\W_])_+(?=[^\W_])")
_AROUND = re.compile(r"\W*(\w+)\W*")
_FOREIGN_LETTER = re.compile(r"[^\W\x00-\x7f]")
LONGEST = 64  # characters; what is longer is data, not a name
MOST = 2_000  # distinct identifiers of one text
# The shape of a text: small letters and digits, capitals, letters beyond ASCII, underscores, and what is between words.
_SHAPES = {
    **dict.fromkeys(string.ascii_lowercase + string.digits, "a"),
    **dict.fromkeys(string.ascii_uppercase, "A"),
    "\x00": "o",
    "_": "_",
}
_FOLD = bytes(ord(_SHAPES.get(chr(code), " ")) for code in range(256))
_SEAMS = (b"_", b"aA", b"AAa")  # in every identifier there is one of these


def extract_parts(text: str) -> str:
    """Give what is to be indexed beside the words of ``text``, each identifier once; linear in its length."""
    # Most words are plain: only where the shape of the text has a seam is the word around it looked at.
    shape = _shape(text)
    places = sorted({place for seam in _SEAMS for place in _find_words(shape, seam)})
    words = dict.fromkeys([text[start:end] for start, end in places if end - start <= LONGEST])
    shadows = map(_shadow, list(words)[:MOST])
    return "\n".join([shadow for shadow in shadows if shadow])


def _shape(text: str) -> bytes:
    """Give one byte for each character, with a blank at the end."""
    plain = text.replace("\0", " ")
    if not plain.isascii():
        plain = _FOREIGN_LETTER.sub("\0", plain)
    return f"{plain} ".encode("ascii", "replace").translate(_FOLD)


def _find_words(shape: bytes, seam: bytes) -> Iterator[tuple[int, int]]:
    """Find where the words begin and end that have the seam."""
    end = 0
    while (place := shape.find(seam, end)) >= 0:
        end = shape.index(b" ", place)
        yield shape.rfind(b" ", 0, place) + 1, end


def join_identifier(word: str) -> str | None:
    """Give the one word that an identifier is found by exactly, None for what is none: ``a_b`` -> ``ab``."""
    match = _AROUND.fullmatch(word)
    if match is None or not (_SEAM.search(match[1]) or _BETWEEN.search(match[1])):
        return None
    return match[1].replace("_", "")


def split_identifier(word: str) -> str:
    """``readHTTPCell`` -> ``read HTTP Cell``."""
    return _SEAM.sub(" ", word).replace("_", " ")


@lru_cache(maxsize=16_384)
def _shadow(word: str) -> str:
    joined = word.replace("_", "") if "_" in word and _BETWEEN.search(word) else ""
    parts = split_identifier(word) if not word.islower() and _SEAM.search(word) else ""
    return f"{joined} {parts}".strip()
