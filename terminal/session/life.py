"""Whether a host still answers."""

import time

from terminal.session.channel import Connection
from terminal.session.threads import probes


class SignOfLife:
    """`since`: when it was asked for the sign it has not given yet; 0.0 where it owes none."""

    def __init__(self) -> None:
        self.since = 0.0
        self._asking = False  # or waiting for a thread that asks, which is not the host's fault

    def ask(self, connection: Connection) -> None:
        """Returns at once; asked twice is asked once."""
        if self._asking:
            return
        self._asking = True

        def wait() -> None:
            self.since = time.monotonic()
            if connection.keep_alive():
                self.since, self._asking = 0.0, False

        probes.submit(wait)
