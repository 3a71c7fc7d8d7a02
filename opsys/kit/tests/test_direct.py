"""Frames past the server's queue: in order, whole, and only while the socket is open."""

import asyncio
import base64
import os
import socket
import struct
import time

import pytest

from opsys.kit.streaming.direct import Direct, DirectQueue
from opsys.kit.tests.daphne_server import serving


class Protocol:
    transport = None

    def __init__(self):
        self.sent = []

    def serverSend(self, data, binary):
        self.sent.append((data, binary))


def keys(*data):
    return [{"type": "websocket.receive", "bytes": one} for one in data]


class TestQueue:
    @pytest.fixture
    def direct(self):
        return Direct(Protocol(), lambda: True)

    @pytest.fixture
    def queue(self):
        return asyncio.Queue()

    def test_frames_go_past_it_once_somebody_receives(self, direct, queue):
        frames, taken = DirectQueue(queue, direct), []
        frames.put_nowait(keys(b"a")[0])
        assert queue.get_nowait()["bytes"] == b"a"
        direct.receive = lambda data: taken.append(data) or True
        frames.put_nowait(keys(b"b")[0])
        assert taken == [b"b"] and queue.empty()

    def test_they_never_overtake_what_waits(self, direct, queue):
        frames, taken = DirectQueue(queue, direct), []
        direct.receive = lambda data: taken.append(data) or True
        for message in ({"type": "websocket.receive", "text": "{}"}, *keys(b"a", b"b")):
            frames.put_nowait(message)
        assert taken == [] and queue.qsize() == 3

    def test_one_that_is_not_taken_goes_into_it(self, direct, queue):
        direct.receive = lambda data: False
        DirectQueue(queue, direct).put_nowait(keys(b"a")[0])
        assert queue.get_nowait()["bytes"] == b"a"

    def test_other_messages_always_do(self, direct, queue):
        direct.receive = lambda data: pytest.fail("no frame of bytes")
        for message in ({"type": "websocket.disconnect", "code": 1006}, {"type": "websocket.receive", "text": "x"}):
            DirectQueue(queue, direct).put_nowait(message)
        assert queue.qsize() == 2


def test_a_socket_that_is_closed_takes_nothing():
    protocol, opened = Protocol(), [True]
    direct = Direct(protocol, lambda: opened[0])
    assert direct.send(b"a") and protocol.sent == [(b"a", True)]
    opened[0] = False
    assert not direct.send(b"b") and len(protocol.sent) == 1


SERVER = """
import asyncio
import django
django.setup()
from opsys.kit.streaming import daphne
daphne.install()

FRAMES = 200

async def application(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"."})
        return
    direct = scope["direct"]
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.sleep(0.05)
    for number in range(FRAMES):  # more than any buffer of the network holds
        assert direct.send(number.to_bytes(4, "big") * 16384)
        await send({"type": "websocket.send", "text": str(number)})
    direct.receive = lambda data: direct.send(data)
    message = await receive()
    await send({"type": "websocket.send", "text": f"closed by {message['text']}"})
    await send({"type": "websocket.close"})
"""


@pytest.fixture
def port(tmp_path):
    with serving(tmp_path, SERVER) as port:
        yield port


class Socket:
    """As much of a WebSocket client as shows what is on the wire."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.wire = self.socket.makefile("rb")
        while self.wire.readline() != b"\r\n":
            pass

    def frame(self):
        kind, length = self.wire.read(2)
        if length == 126:
            (length,) = struct.unpack("!H", self.wire.read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self.wire.read(8))
        return kind & 15, self.wire.read(length)

    def send(self, kind, data):
        self.socket.sendall(bytes([0x80 | kind, 0x80 | len(data), 0, 0, 0, 0]) + data)


@pytest.mark.slow
def test_frames_of_both_ways_arrive_whole_and_in_order_also_when_nobody_reads_for_a_while(port):
    page = Socket(port)
    time.sleep(1)  # the network's buffers fill, and what is over waits in the server
    for number in range(200):
        assert page.frame() == (2, number.to_bytes(4, "big") * 16384)
        assert page.frame() == (1, str(number).encode())
    for key in (b"a", b"bc", b"d" * 100):
        page.send(2, key)
        assert page.frame() == (2, key)
    page.send(1, b"me")
    assert page.frame() == (1, b"closed by me")
    assert page.frame()[0] == 8
