"""Files to and from a cloud, part by part: neither we nor our disk ever hold one whole.

A call's deadline is for an answer. Here each part that gets through moves it on, so that a file may take as long as it
takes, while one that stands still ends like any other call.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from openstack import exceptions
from openstack.proxy import Proxy

from clusters.gateway.errors import TransferError
from clusters.gateway.transport import current

PART = 2**20
LAST_SECONDS = 300
"""How long a cloud may need to put away what it was sent."""


class _Parts:
    """What is left of them after a broken attempt is not the file: they go out once."""

    def __init__(self, parts: Iterable[bytes]):
        self._parts: Iterable[bytes] | None = parts

    def __iter__(self) -> Iterator[bytes]:
        parts, self._parts = self._parts, None
        if parts is None:
            raise TransferError("interrupted")
        for part in parts:
            _stay()
            yield part
        _stay(LAST_SECONDS)


def send_file(proxy: Proxy, path: str, parts: Iterable[bytes]) -> None:
    """PUT these bytes there. The parts may raise `TransferError`; then the cloud is left with half of it, or nothing,
    and there is time to tidy up."""
    headers = {"Content-Type": "application/octet-stream"}
    with _time_to_tidy_up():
        exceptions.raise_from_response(proxy.put(path, data=_Parts(parts), headers=headers, log=False))


def receive_file(proxy: Proxy, path: str) -> tuple[int | None, Iterator[bytes]]:
    """Its length, if the cloud tells, and its parts, to be read before the call ends."""
    response = proxy.get(path, stream=True, log=False)
    exceptions.raise_from_response(response)
    length = response.headers.get("content-length", "")
    return (int(length) if length.isascii() and length.isdigit() else None), _read(response)


def _read(response) -> Iterator[bytes]:
    with response:
        for part in response.iter_content(PART):
            _stay()
            yield part


def _stay(seconds: float | None = None) -> None:
    """From now on the running call has its whole time again."""
    if (trace := current.get()) is not None:
        trace.deadline = time.monotonic() + (seconds or settings.CLOUD_CALL_SECONDS)
        trace.read_seconds = seconds


@contextmanager
def _time_to_tidy_up() -> Iterator[None]:
    try:
        yield
    finally:
        _stay()
