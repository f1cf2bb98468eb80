"""A least-recently-used cache bounded by what its values weigh."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """Keeps values up to a total weight; what was not asked for longest goes first. Safe between threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._weight = 0
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Value | None:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def keep(self, key: Hashable, value: Value, weight: int) -> None:
        """Remember ``value``; one that weighs more than half of the limit is not kept at all."""
        with self._lock:
            if key in self._entries:
                self._weight -= self._entries.pop(key)[1]
            if weight > self._limit // 2:
                return
            self._entries[key] = (value, weight)
            self._weight += weight
            while self._weight > self._limit:
                _, (_, removed) = self._entries.popitem(last=False)
                self._weight -= removed
