"""Pictures and other binaries of a mission, and what their names say: ``R02-Gen-Tag-Search-en.png``."""

import re

from tandemweb.archive.layout import ASSETS
from tandemweb.archive.naming import fold_name
from tandemweb.domain.mission import Asset, FileStamp

MEDIA_SUFFIXES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".heic", ".bmp", ".tif", ".tiff", ".ico"),
        *(".mp4", ".mov", ".webm", ".m4v", ".mp3", ".wav", ".pdf", ".zip"),
    )
)

_NAME = re.compile(
    r"R0*([0-9]{1,6})[-_ ]?(gen|eval)(?:erator|uator)?[-_ ]?(.*?)(?:[-_ ]([a-z]{2}))?", re.IGNORECASE | re.DOTALL
)


def is_asset(path: str) -> bool:
    """Whether a file (path relative to its mission) is an asset: under ``Assets/``, or a picture anywhere."""
    return ("/" in path and fold_name(path.partition("/")[0]) == ASSETS) or _suffix(path) in MEDIA_SUFFIXES


def extract_asset(path: str, stamp: FileStamp) -> Asset:
    """Read the name of an asset; without the convention's form the whole stem is the slug."""
    name = path.rpartition("/")[2]
    stem = name[: len(name) - len(_suffix(name))]
    match = _NAME.fullmatch(stem)
    if match is None or not (match[3] or match[4]):
        return Asset(path, stamp, None, None, stem, None)
    # A slug of two letters alone is a slug, not a locale.
    slug, locale = (match[3], match[4]) if match[3] else (match[4], None)
    return Asset(path, stamp, int(match[1]), match[2].lower(), slug, locale.lower() if locale else None)


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""
