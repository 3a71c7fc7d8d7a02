"""Looking at a real VNC server: its picture comes, slowly where it is to be slow, and nobody loses it by that."""

import os
import shutil
import socket
import struct
import subprocess
import time

import pytest

from terminal.console.looking import LookingChannel
from terminal.tests.test_screens import ALONE, NO_PASSWORD, VERSION
from tests.services import free_port

WIDTH, HEIGHT = 64, 48
RAW, CONTINUOUS, FENCE = 0, -313, -312
ASK = struct.pack(">BBHHHH", 3, 0, 0, 0, WIDTH, HEIGHT)
PAUSE = 1.0


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    if shutil.which("Xvnc") is None:
        if os.environ.get("CI"):
            pytest.fail("Xvnc is not installed: sh requirements/system.sh test")
        pytest.skip("Xvnc is not installed")
    port, reader = free_port(), os.pipe()
    size = ["-geometry", f"{WIDTH}x{HEIGHT}", "-depth", "24"]
    options = ["-SecurityTypes", "None", "-interface", "127.0.0.1", "-rfbport", str(port), *size]
    folder = tmp_path_factory.mktemp("screen")
    running = subprocess.Popen(
        ["Xvnc", "-displayfd", str(reader[1]), *options], pass_fds=[reader[1]], env={**os.environ, "HOME": str(folder)}
    )
    os.close(reader[1])
    with os.fdopen(reader[0]) as said:
        assert said.readline().strip().isdigit(), "the screen runs"
    yield port
    running.terminate()
    running.wait(10)


class Wire:
    """A channel that is a TCP connection; `read` gives exactly so many bytes."""

    wake_with = resize = end_reason = None

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.recv = self.socket.recv
        self.sent = bytearray()

    def send(self, data):
        self.socket.sendall(data)
        self.sent += data
        return len(data)

    def read(self, size):
        data = b""
        while len(data) < size and (more := self.socket.recv(size - len(data))):
            data += more
        assert len(data) == size
        return data


def opened(port, pause):
    wire = Wire(port)
    looking = LookingChannel(wire, pause)
    assert wire.read(12) == VERSION
    looking.send(VERSION)
    assert wire.read(2) == b"\x01\x01"
    looking.send(NO_PASSWORD)
    assert wire.read(4) == bytes(4)
    looking.send(ALONE)
    width, height, _format, name = struct.unpack(">HH16sI", wire.read(24))
    assert (width, height) == (WIDTH, HEIGHT)
    wire.read(name)
    looking.send(struct.pack(">BxHiii", 2, 3, RAW, CONTINUOUS, FENCE))
    return wire, looking


def picture(wire):
    """Of the next whole update, the kind of every message before it."""
    before = []
    while (kind := wire.read(1)[0]) != 0:
        before.append(kind)
        if kind == 248:  # a fence
            wire.read(7)
            wire.read(wire.read(1)[0])
        else:
            assert kind == 150, kind
    (rectangles,) = struct.unpack(">xH", wire.read(3))
    size = 0
    for _number in range(rectangles):
        _x, _y, width, height, encoding = struct.unpack(">HHHHi", wire.read(12))
        assert encoding == RAW
        size += len(wire.read(width * height * 4)) // 4
    assert size == WIDTH * HEIGHT
    return before


def test_a_picture_comes_and_another_not_before_its_time(screen):
    wire, looking = opened(screen, PAUSE)
    began = time.monotonic()
    looking.send(ASK)
    assert 150 not in picture(wire), "it does not even offer to send without being asked"
    looking.send(ASK + ASK + ASK)
    picture(wire)
    assert time.monotonic() - began >= PAUSE
    looking.close()
    wire.socket.close()


def test_without_a_pause_it_is_as_for_whoever_works_there(screen):
    wire, looking = opened(screen, 0)
    looking.send(ASK)
    assert 150 in picture(wire)
    looking.send(struct.pack(">BBHHHH", 150, 1, 0, 0, WIDTH, HEIGHT))
    assert bytes(wire.sent).endswith(struct.pack(">BBHHHH", 150, 1, 0, 0, WIDTH, HEIGHT))
    looking.close()
    wire.socket.close()


def test_who_looks_takes_the_screen_from_nobody(screen):
    first, _looking = opened(screen, 0)
    second, _looking = opened(screen, 0)
    first.socket.sendall(ASK)
    picture(first)
    second.socket.sendall(ASK)
    picture(second)
    first.socket.close()
    second.socket.close()
