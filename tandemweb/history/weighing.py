"""How well one commit fits one round of a mission. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.domain.commit import Commit
from tandemweb.history.traces import FileList

LEAST_SHARE = 0.5  # of a commit's files that the round's documents list
LEAST_WORDS = 1 / 3  # of a message's telling words that the mission's documents use

_WORD = re.compile(r"[^\W\d_]{3,}")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CARE = re.compile(
    r"^(?:\w+\([^)]*\)!?:\s*|\w+!?:\s*)?(?:\[?bump|(?:update|upgrade) (?:dep|lock|\S+ (?:to|from) v?\d)|"
    r"release v?\d|prepare (?:the )?release|version v?\d|start version|v?\d+\.\d+\.\d+\b|pin |lock dep|refresh lock|"
    r"dependenc(?:y|ies)|revert \"?bump)|^(?:chore|build|ci)(?:\([^)]*\))?!?:|\bbump(?:s|ed|ing)?\b.*\b(?:to|from)\b",
    re.IGNORECASE,
)
_CARE_FILE = re.compile(
    r"(?:^|/)(?:package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|pipfile(?:\.lock)?|"
    r"requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|setup\.(?:py|cfg)|cargo\.(?:toml|lock)|go\.(?:mod|sum)|"
    r"gemfile(?:\.lock)?|composer\.(?:json|lock)|podfile(?:\.lock)?|package\.(?:swift|resolved)|build\.gradle(?:\.kts)?|"
    r"pom\.xml|changelog[\w.]*|version(?:\.txt)?|__init__\.py|\.gitignore|\.pre-commit-config\.yaml|"
    r"dependabot\.yml|renovate\.json|\.gitlab-ci\.yml)$|(?:^|/)\.(?:github|circleci)/",
    re.IGNORECASE,
)
_STOP = frozenset(
    re.findall(
        r"\w+",
        "the and for with from into that this when not are its all add adds added fix fixes fixed make makes made use "
        "uses used new now one two also more only than then them they their there what which where will have has had "
        "can but let lets keep set get say some any each file files code test tests change changes changed update "
        "updated remove removed commit support handle allow move rename work",
    )
)


@dataclass(frozen=True, slots=True)
class Fit:
    """``listed``: the commit's files that the round's documents list, in their spelling; ``others``: those they do not.

    ``word_share``: of its message's telling words, how many the mission's documents use (None: it has none).
    """

    listed: frozenset[str]
    others: frozenset[str]
    word_share: float | None
    is_care: bool

    @property
    def share(self) -> float:
        return len(self.listed) / (len(self.listed) + len(self.others) or 1)

    @property
    def has_words(self) -> bool:
        return self.word_share is None or self.word_share >= LEAST_WORDS


def weigh(
    commit: Commit, files: FileList | None, words: frozenset[str], later_names: Mapping[str, str], mission_name: str
) -> Fit:
    """Compare a commit with what a round's documents say. ``later_names``: what its paths were renamed to later."""
    listed: set[str] = set()
    others: set[str] = set()
    for change in commit.changes:
        names = {change.path, later_names.get(change.path, change.path)} | (
            {change.old_path} if change.old_path else set()
        )
        found = names & files.paths if files else frozenset[str]()
        if found:
            listed |= found
        else:
            others.add(change.path)
    return Fit(frozenset(listed), frozenset(others), share_words(commit.subject, words), is_care(commit, mission_name))


def share_words(subject: str, words: frozenset[str]) -> float | None:
    told = extract_stems(subject)
    return len(told & words) / len(told) if told else None


def is_care(commit: Commit, mission_name: str) -> bool:
    """Whether a commit looks after dependencies, releases or CI, and the mission is not about that itself."""
    if extract_stems(commit.subject) & extract_stems(mission_name):
        return False
    is_bot = commit.author_name.endswith("[bot]") or "[bot]@" in commit.author_email
    only_care_files = bool(commit.changes) and all(_CARE_FILE.search(change.path) for change in commit.changes)
    return is_bot or (only_care_files and bool(_CARE.search(commit.subject)))


def extract_stems(text: str) -> frozenset[str]:
    """Take the telling words of a text, cut so that forms of one word are the same; camelCase in its parts."""
    words = (part.lower() for word in set(_WORD.findall(text)) for part in (_PARTS.findall(word) or [word]))
    return frozenset(_cut(word) for word in words if len(word) > 2 and word not in _STOP)  # noqa: PLR2004 - "to", "in"


def _cut(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:  # noqa: PLR2004 - what is left must be a word still
            return word.removesuffix(ending)
    return word
