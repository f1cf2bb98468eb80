"""How well one commit fits one round of a mission. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.domain.commit import Commit
from tandemweb.domain.telling_words import extract_stems
from tandemweb.history.traces import FileList

LEAST_SHARE = 0.5  # of a commit's files that the round's documents list
LEAST_WORDS = 1 / 3  # of a message's telling words that the mission's documents use

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
