"""One thread that listens to the operating system for changes in some folders."""

import logging
import threading
from collections.abc import Callable, Collection

from watchfiles import watch

DEBOUNCE = 50  # milliseconds over which changes are gathered
STEP = 20
PATIENCE = 400  # milliseconds without a change until the thread looks up

log = logging.getLogger(__name__)


class FolderWatch:
    """Listens from construction to ``close``. The callbacks run in its thread and must be quick.

    ``on_ready`` is called once listening has begun: what changed before has to be looked for. ``on_failure`` is called
    when the folders cannot be watched (any more): one vanished, or the system's limit is reached.
    """

    def __init__(
        self,
        folders: Collection[str],
        *,
        is_deep: bool,
        on_changes: Callable[[set[str]], None],
        on_ready: Callable[[], None],
        on_failure: Callable[[], None],
    ) -> None:
        self._folders = sorted(folders)
        self._is_deep = is_deep
        self._on_changes, self._on_ready, self._on_failure = on_changes, on_ready, on_failure
        self.is_ready = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="tandemweb-folder-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _listen(self) -> None:
        try:
            for changes in watch(
                *self._folders,
                watch_filter=None,
                debounce=DEBOUNCE,
                step=STEP,
                stop_event=self._stop,
                rust_timeout=PATIENCE,
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=self._is_deep,
                ignore_permission_denied=True,
            ):
                if not self.is_ready:
                    self.is_ready = True
                    self._on_ready()
                if changes:
                    self._on_changes({path for _, path in changes})
        except Exception as error:  # noqa: BLE001 - whatever watchfiles raises, the project is then looked at by the clock
            log.info("Folders cannot be watched: %s", error)
            self._on_failure()
