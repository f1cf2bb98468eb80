"""Who the user is, as git would name them."""

from pathlib import Path

from tandemweb.history.building import Person
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository
from tandemweb.history.shadow import get_home

NOBODY = Person("tandemweb", "tandemweb@localhost")
_PLACES = (".gitconfig", ".config/git/config")


def find_user(repository: Repository) -> Person:
    """Find name and address in the repository's configuration, else in the user's own; includes are not followed."""
    git = Invocation(repository.shadow, get_home(repository.shadow))
    places = [repository.location.common_dir / "config", *(Path.home() / place for place in _PLACES)]
    found = {}
    for key in ("user.name", "user.email"):
        for place in places:
            value = _find(git, place, key) if place.is_file() else ""
            if value:
                found[key] = value
                break
    return Person(found["user.name"], found["user.email"]) if len(found) == 2 else NOBODY


def _find(git: Invocation, place: Path, key: str) -> str:
    try:
        answer = git.run(["config", "--file", str(place), "--no-includes", "-z", "--get", key])
    except GitFailedError:  # it has none, or cannot be parsed
        return ""
    return answer.decode("utf-8", "replace").rstrip("\0").strip()
