"""Several questions to one cloud at the same time, inside one exchange."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Answer = TypeVar("Answer")
AT_ONCE = 8


def together(questions: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers in the order of the questions, of which `AT_ONCE` are asked at a time.

    They share the running exchange's deadline. The first error is raised, and what was not asked yet is not asked.
    """
    pool = ThreadPoolExecutor(max(1, min(AT_ONCE, len(questions))))
    try:
        return [asked.result() for asked in [pool.submit(copy_context().run, question) for question in questions]]
    finally:
        pool.shutdown(cancel_futures=True)
