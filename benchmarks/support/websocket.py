"""The least of a WebSocket client: text both ways, pings answered. Enough for our own server."""

import asyncio
import base64
import json
import os
import time
from typing import Any
from urllib.parse import urlsplit

from benchmarks.support.figures import Failure

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
LAST = 0x80
MASKED = 0x80


class _Reader(asyncio.StreamReader):
    """Knows when something arrived last, however busy this program is with its other sockets."""

    arrived = 0.0

    def feed_data(self, data: bytes) -> None:
        self.arrived = time.perf_counter()
        super().feed_data(data)


class WebSocket:
    """`async with WebSocket(url, cookie) as socket`: the console's own socket, opened as a page of this origin."""

    def __init__(self, url: str, cookie: str, path: str = "/live/") -> None:
        self._path = path
        self._host = urlsplit(url).netloc
        self._cookie = cookie

    async def __aenter__(self) -> "WebSocket":
        host, _colon, port = self._host.partition(":")
        self._reader = _Reader(limit=1024 * 1024)
        loop = asyncio.get_running_loop()
        protocol = asyncio.StreamReaderProtocol(self._reader)
        transport, _protocol = await loop.create_connection(lambda: protocol, host, int(port))
        self._writer = asyncio.StreamWriter(transport, protocol, self._reader, loop)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {self._path} HTTP/1.1",
            f"Host: {self._host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Origin: http://{self._host}",
            f"Cookie: {self._cookie}",
        ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        answer = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.partition(b"\r\n")[0]:
            raise Failure(f"No socket was opened: {answer.decode(errors='replace')}")
        return self

    async def __aexit__(self, *error: object) -> None:
        self._writer.close()

    @property
    def arrived(self) -> float:
        return self._reader.arrived

    def say(self, value: Any) -> None:
        self._send(TEXT, json.dumps(value).encode())

    async def hear(self) -> Any:
        while True:
            kind, payload = await self._frame()
            if kind == PING:
                self._send(PONG, payload)
            elif kind == CLOSE:
                raise Failure(f"The socket was closed with {int.from_bytes(payload[:2])}.")
            elif kind == TEXT:
                return json.loads(payload)

    def _send(self, kind: int, payload: bytes) -> None:
        # Clients must mask; with a mask of zeros the bytes stay as they are.
        short = len(payload) < 126
        size = bytes([MASKED | len(payload)]) if short else bytes([MASKED | 126]) + len(payload).to_bytes(2)
        self._writer.write(bytes([LAST | kind]) + size + bytes(4) + payload)

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length >= 126:
            length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
        return first & 0x0F, await self._reader.readexactly(length)
