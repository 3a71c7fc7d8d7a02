"""What wakes a session's thread."""

import queue
from contextlib import suppress


class Wakeup:
    """As `threading.Event`, for one who waits: any thread may `set` it, and one `set` is heard once it is waited for.
    It may wake once too often, never once too seldom. A queue in C instead of a condition in Python: a key rings it
    twice, and that was a tenth of what its way costs."""

    def __init__(self) -> None:
        self._rings: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._rung = False

    def set(self) -> None:
        if not self._rung:
            self._rung = True
            self._rings.put(None)

    def clear(self) -> None:
        """Before looking what there is to do."""
        if self._rung:
            # In this order: who rings from here on is heard, and who rang before has done what will be looked at now.
            with suppress(queue.Empty):
                self._rings.get_nowait()
            self._rung = False

    def wait(self, seconds: float | None = None) -> None:
        with suppress(queue.Empty):
            self._rings.get(timeout=seconds)
