"""What a session asks the person at its page while it connects: a host's key, a password, a code of the day."""

import queue
import secrets
from collections.abc import Callable
from typing import Any

from clusters.sentences import gettext as _
from terminal.errors import Ended
from terminal.websocket import codes

ANSWER_SECONDS = 120

Answer = dict[str, Any] | None
"""The fields of the page's form; None: cancelled, or the session is over."""


class Questions:
    def __init__(self) -> None:
        self._waiting: dict[int, queue.Queue[Answer]] = {}

    def ask(self, put: Callable[[int], None]) -> Answer:
        """`put` shows the question of this number. Waits for its answer; raises `Ended` when there is none in time."""
        number = secrets.randbelow(2**31)
        waiting = self._waiting[number] = queue.Queue(1)
        try:
            put(number)
            return waiting.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise Ended(_("A question was not answered in time."), cause="unanswered", code=codes.IDLE) from None
        finally:
            self._waiting.pop(number, None)

    def answer(self, number: int, fields: dict[str, Any]) -> None:
        """A second answer, or one to what nobody asked, is dropped."""
        waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting.put(None if fields.get("cancel") else fields)

    def cancel_all(self) -> None:
        for number in list(self._waiting):
            self.answer(number, {"cancel": True})
