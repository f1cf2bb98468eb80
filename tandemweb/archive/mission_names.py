"""Names of new missions: what the protocol allows, and what a goal suggests."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from tandemweb.archive.naming import find_naming, split_words
from tandemweb.domain.mission import Naming
from tandemweb.errors import InvalidRequestError

WORD_COUNTS = (2, 3)
SUGGESTION_COUNT = 3
GOAL_WINDOW = 40  # words of a goal that are looked at
EXAMPLES = {
    Naming.PASCAL: "AddDarkMode",
    Naming.CAMEL: "addDarkMode",
    Naming.KEBAB: "add-dark-mode",
    Naming.SNAKE: "add_dark_mode",
}
_SEPARATORS = {Naming.KEBAB: "-", Naming.SNAKE: "_"}
_VERBS = ("Add", "Improve", "Fix")
_STOP_WORDS = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "do", "does", "for", "from"),
        *("get", "has", "have", "i", "if", "in", "into", "is", "it", "its", "just", "let", "like", "me", "more", "my"),
        *("need", "needs", "not", "of", "on", "or", "our", "please", "should", "so", "some", "than", "that", "the"),
        *("their", "them", "then", "there", "these", "they", "this", "to", "too", "us", "use", "want", "wants", "was"),
        *("we", "were", "when", "where", "which", "will", "with", "would", "you", "your", "also", "all", "any"),
        *("every", "each", "via", "per", "while", "within", "about", "after", "before", "how", "what", "who"),
    )
)


def check_name(name: str, naming: Naming) -> None:
    """Raise InvalidRequestError for a name (without its number) that the protocol refuses, saying why."""
    allowed = r"[A-Za-z0-9_-]+" if naming is Naming.SNAKE else r"[A-Za-z0-9-]+"
    example = f"such as {EXAMPLES[naming]}"
    if not name:
        raise InvalidRequestError(f"The mission needs a name, {example}.")
    shown = repr(name[:60])
    if re.fullmatch(allowed, name) is None:
        characters = "letters, digits, hyphens" + (" and underscores" if naming is Naming.SNAKE else "")
        raise InvalidRequestError(f"The name {shown} has other characters than {characters}; write it {example}.")
    count = len(split_words(name))
    if count not in WORD_COUNTS:
        words = "1 word" if count == 1 else f"{count} words"
        raise InvalidRequestError(f"The name {shown} has {words}; it has to have 2 or 3, {example}.")
    if find_naming(name) is not naming:
        raise InvalidRequestError(f"The name {shown} is not written in this archive's {naming}; write it {example}.")


def suggest_names(goal: str, naming: Naming) -> tuple[str, ...]:
    """Suggest up to three names for a goal in the project's convention; none where the goal has no words."""
    names: dict[str, None] = {}
    for words in _list_choices(_list_content_words(goal)):
        name = spell_name(words, naming)
        if len(split_words(name)) in WORD_COUNTS and find_naming(name) is naming:
            names.setdefault(name)
    return tuple(names)[:SUGGESTION_COUNT]


def spell_name(words: Sequence[str], naming: Naming) -> str:
    """Write words as one name. An acronym keeps its capitals, unless it would run into the next one."""
    if naming in _SEPARATORS:
        return _SEPARATORS[naming].join(word.lower() for word in words)
    spelled: list[str] = []
    for word in words:
        runs_on = bool(spelled) and spelled[-1].isupper()
        spelled.append(_capitalise(word) if runs_on or not word.isupper() else word)
    first = words[0].lower() if naming is Naming.CAMEL else spelled[0]
    return "".join((first, *spelled[1:]))


def _capitalise(word: str) -> str:
    return word.capitalize() if word.isupper() or word.islower() else word[0].upper() + word[1:]


def _list_choices(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give ways to take two or three of a goal's words, the most telling first."""
    if not words:
        return
    yield words[:3]
    yield words[:2]
    if len(words) > 3:
        yield (words[0], *words[2:4])
        yield words[1:4]
        yield (words[0], words[-1])
    for verb in _VERBS:
        if words[0].lower() != verb.lower():
            yield (verb, *words[:2])
            yield (verb, words[0])


def _list_content_words(goal: str) -> list[str]:
    """Give the words of a goal that say something, each once, without accents and hyphens."""
    plain = unicodedata.normalize("NFKD", goal)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words: dict[str, str] = {}
    for match in re.finditer(r"[A-Za-z][A-Za-z0-9]{0,30}", plain.replace("'", "").replace("\u2019", "")):
        word = match[0]
        if word.lower() not in _STOP_WORDS and len(words) < GOAL_WINDOW:
            words.setdefault(word.lower(), word)
    return list(words.values())
