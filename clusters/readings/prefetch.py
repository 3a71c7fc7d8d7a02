"""The next page of a long list is asked for while the last one is stored: the cloud and the database work at once."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from clusters import gateway
from clusters.gateway import Listing, Page


@dataclass(frozen=True)
class Question:
    """For the page of a list after the first of `markers` that the cloud still knows; `of_names` where it is asked
    for nothing else."""

    listing: Listing
    markers: Sequence[str]
    limit: int
    of_names: bool = False


@dataclass(frozen=True)
class Answer:
    """`seconds` is what the cloud took for it."""

    question: Question
    page: Page
    asked_at: datetime
    seconds: float


def ask(conn: Any, question: Question) -> Answer:
    """Ask, and wait for the answer."""
    asked_at, clock = timezone.now(), time.monotonic()
    page = gateway.read_page(conn, question.listing, markers=question.markers, limit=question.limit)
    return Answer(question, page, asked_at, time.monotonic() - clock)


class Prefetch:
    """At most one question at a time, on the connection of the call in whose `with` block this one is. Whoever leaves
    the block waits for its end."""

    def __init__(self, conn: Any):
        self._conn = conn
        self._thread: ThreadPoolExecutor | None = None
        self._coming: Future[Answer] | None = None

    def __enter__(self) -> "Prefetch":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._thread:
            self._thread.shutdown()

    @property
    def started(self) -> bool:
        """Whether an answer comes that nobody has taken. Nothing else may be asked until then."""
        return self._coming is not None

    def start(self, question: Question) -> None:
        """Ask, and go on."""
        self._thread = self._thread or ThreadPoolExecutor(1)
        self._coming = self._thread.submit(copy_context().run, ask, self._conn, question)

    def answer(self) -> Answer:
        """To the question that was started. Raises what asking it raised."""
        coming, self._coming = self._coming, None
        if coming is None:
            raise RuntimeError("nothing was asked for")
        return coming.result()
