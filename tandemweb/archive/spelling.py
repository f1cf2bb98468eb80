"""How files and folders of a mission are called in each naming convention."""

from collections.abc import Iterable

from tandemweb.archive.naming import fold_name, split_words
from tandemweb.domain.mission import Author, Naming

_SEPARATORS = {Naming.PASCAL: "-", Naming.CAMEL: "", Naming.KEBAB: "-", Naming.SNAKE: "_"}


def name_planning(naming: Naming, author: Author, step: int) -> str:
    """``Planner-Discussion/Claude-02.md``; ``planner-discussion/claude-02.md`` in a kebab-case project."""
    return f"{name_planning_folder(naming)}/{_number(naming, (author.value,), step)}.md"


def name_planning_folder(naming: Naming) -> str:
    return _join(naming, "planner", "discussion")


def name_discussion(naming: Naming, round_number: int, author: Author, step: int) -> str:
    """``Evaluator/Round-01-Discussion/Claude-02.md``."""
    return f"{name_discussion_folder(naming, round_number)}/{_number(naming, (author.value,), step)}.md"


def name_discussion_folder(naming: Naming, round_number: int) -> str:
    return f"{_join(naming, 'evaluator')}/{_join(naming, 'round', f'{round_number:02d}', 'discussion')}"


def name_evaluation(naming: Naming, round_number: int) -> str:
    return f"{_join(naming, 'evaluator')}/{_number(naming, ('round',), round_number)}.md"


def name_feedback(naming: Naming, number: int) -> str:
    return f"{_join(naming, 'user feedback')}/{_number(naming, ('feedback',), number)}.md"


def name_assets(naming: Naming) -> str:
    return _join(naming, "assets")


def spell_path(naming: Naming, path: str) -> str:
    """Write a path of the protocol (``Generator/ChangedFiles-01.txt``) as a convention calls for it; ``*`` stays."""
    return "/".join(_spell_name(naming, name) for name in path.split("/"))


def respell(path: str, existing: Iterable[str]) -> str:
    """Give ``path`` with the folders (and file) that are there already in the spelling that they have there.

    Both are relative to one folder; ``existing`` are paths of files and folders.
    """
    spelled = {fold_name(name): name for name in existing}
    folders = path.split("/")
    for count in range(len(folders), 0, -1):
        known = spelled.get(fold_name("/".join(folders[:count])))
        if known is not None:
            return "/".join((known, *folders[count:]))
    return path


def _spell_name(naming: Naming, name: str) -> str:
    stem, dot, ending = name.partition(".")
    parts = (" ".join(split_words(part)).lower() for part in stem.split("-"))
    return _join(naming, *parts) + dot + ending


def _number(naming: Naming, words: tuple[str, ...], number: int) -> str:
    return _join(naming, *words, f"{number:02d}")


def _join(naming: Naming, *parts: str) -> str:
    """Join words; the words of one part ("user feedback") are one name in PascalCase, without a hyphen between."""
    if naming is Naming.PASCAL:
        return "-".join("".join(word.capitalize() for word in part.split()) for part in parts)
    words = [word for part in parts for word in part.split()]
    if naming is Naming.CAMEL:
        return words[0] + "".join(word.capitalize() for word in words[1:])
    return _SEPARATORS[naming].join(words)
