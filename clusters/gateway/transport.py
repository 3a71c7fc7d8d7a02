"""Connections whose every wait ends with the running call. The libraries' own read time-out starts anew with each
byte, so that a cloud, or a proxy before it, that sends a byte now and then would hold a call for ever."""

import io
import socket
import time
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPResponse
from typing import Protocol

from django.conf import settings
from keystoneauth1.session import TCPKeepAliveAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

POOL_SIZE = 32


class LogIns(Protocol):
    """Asked around each log-in with the stored credential, also in the middle of a call, where a token ended early."""

    def alone(self, seconds: float) -> AbstractContextManager[None]:
        """For the request itself: one at a time, for which it waits so long. Raises where none may be tried, and what
        is to be told where it is refused."""


@dataclass
class Trace:
    """What one gateway call sent and received. The shared session finds the running one through a context
    variable, since the SDK offers no way to hand it down."""

    global_request_id: str
    deadline: float
    request_id: str = ""
    clock_ahead: timedelta | None = None
    logging_in: bool = False
    read_seconds: float | None = None
    failure: Exception | None = None
    each_request_seconds: float | None = None
    log_ins: LogIns | None = None
    service: str = ""
    """The type of the service that was asked last, outside of a log-in."""
    answers: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By type of service: how many requests it answered, and for how many seconds altogether they waited."""

    def note_answer(self, seconds: float) -> None:
        count, waited = self.answers.get(self.service, (0, 0.0))
        self.answers[self.service] = (count + 1, waited + seconds)

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()

    def begin_request(self) -> None:
        """A call of many requests gives each of them its own time; a log-in, with all that it asks, has the time of
        one, since others wait for it."""
        if self.each_request_seconds is not None and not self.logging_in:
            self.deadline = time.monotonic() + self.each_request_seconds


current: ContextVar[Trace | None] = ContextVar("trace", default=None)


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: io.RawIOBase):
        self._sock, self._raw = sock, raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int | None:
        trace = current.get()
        if trace is not None:
            if trace.seconds_left <= 0:
                raise TimeoutError("the time for this call is used up")
            self._sock.settimeout(min(trace.seconds_left, trace.read_seconds or settings.CLOUD_READ_SECONDS))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _TimedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _TimedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PooledAdapter(TCPKeepAliveAdapter):
    """Keystoneauth knows one time-out; connecting deserves a shorter one than waiting for an answer."""

    POOLS = {"http": _Pool, "https": _SecurePool}

    def __init__(self, connect_seconds: float):
        self.connect_seconds = connect_seconds
        super().__init__(pool_connections=8, pool_maxsize=POOL_SIZE)

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self.POOLS

    def proxy_manager_for(self, *args, **kwargs):
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self.POOLS
        return manager

    def send(self, request, timeout=None, **kwargs):
        limits = (min(self.connect_seconds, timeout or self.connect_seconds), timeout)
        return super().send(request, timeout=limits, **kwargs)
