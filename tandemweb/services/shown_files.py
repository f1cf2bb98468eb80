"""Files as pages showed them, so that a form that was built from an older version can be told what changed since."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tandemweb.archive.conflicts import hash_content

KEPT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form was built from: sha256 by path relative to the project, None where there was no such file.

    ``contents`` holds those that are still remembered.
    """

    hashes: Mapping[str, str | None]
    contents: Mapping[str, bytes | None] = field(default_factory=dict)


class ShownFiles:
    """The latest contents that pages showed, by sha256. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def remember(self, content: bytes | None) -> str | None:
        """Keep a content and give its sha256, None for a file that does not exist."""
        name = hash_content(content)
        if content is None or name is None:
            return None
        with self._lock:
            if name not in self._contents:
                self._size += len(content)
            self._contents[name] = content
            self._contents.move_to_end(name)
            while self._size > KEPT_BYTES:
                _, oldest = self._contents.popitem(last=False)
                self._size -= len(oldest)
        return name

    def recall(self, hashes: Mapping[str, str | None]) -> Shown:
        with self._lock:
            known = {path: self._contents.get(name) for path, name in hashes.items() if name is not None}
        return Shown(hashes, {path: content for path, content in known.items() if content is not None})
