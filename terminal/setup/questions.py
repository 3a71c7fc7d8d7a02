"""What a session asks the person at its page while it connects: a host's key, a password, a code of the day."""

import queue
import secrets
from typing import Any

Answer = dict[str, Any] | None
"""The fields of the page's form; None: cancelled, or the session is over."""


class Questions:
    def __init__(self) -> None:
        self._waiting: dict[int, queue.Queue[Answer]] = {}

    def put(self) -> tuple[int, "queue.Queue[Answer]"]:
        """A new question's number, and where its answer will be."""
        number = secrets.randbelow(2**31)
        waiting = self._waiting[number] = queue.Queue(1)
        return number, waiting

    def answer(self, number: int, fields: dict[str, Any]) -> None:
        """A second answer, or one to what nobody asked, is dropped."""
        waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting.put(None if fields.get("cancel") else fields)

    def drop(self, number: int) -> None:
        self._waiting.pop(number, None)

    def cancel_all(self) -> None:
        for number in list(self._waiting):
            self.answer(number, {"cancel": True})
