"""The same host reached without the platform: by paramiko, by the ssh client; and a bare socket."""

import random
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import paramiko

from tests.sshd import Sshd


class Bare:
    """The same host without the platform."""

    def __init__(self, sshd: Sshd) -> None:
        self._sshd = sshd

    def paramiko(self) -> paramiko.Transport:
        transport = paramiko.Transport((self._sshd.address, self._sshd.port))
        transport.start_client(timeout=10)
        key = paramiko.Ed25519Key.from_private_key_file(str(self._sshd.folder / "person"))
        transport.auth_publickey(self._sshd.user, key)
        return transport

    def ssh(self, *words: str) -> subprocess.Popen:
        options = ["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-q"]
        options += ["-i", str(self._sshd.folder / "person"), "-p", str(self._sshd.port)]
        where = f"{self._sshd.user}@{self._sshd.address}"
        return subprocess.Popen(
            ["ssh", *options, *words[:1], where, *words[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )


def echo_of_paramiko(bare: Bare, keys: int, *, connections: int = 1, pause: float = 0) -> list[float]:
    """Seconds from a key to its echo, on a terminal of the host. Several type at once, and pause as people do."""
    took: list[float] = []

    def one(transport: paramiko.Transport) -> None:
        channel = transport.open_session()
        channel.get_pty()
        channel.exec_command("cat")
        for _key in range(keys):
            if pause:
                time.sleep(pause * random.uniform(0.5, 1.5))
            took.append(_there_and_back(channel.sendall, channel.recv))

    transports = [bare.paramiko() for _ in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(one, transports))
    for transport in transports:
        transport.close()
    return took


def echo_of_ssh(bare: Bare, keys: int) -> list[float]:
    process = bare.ssh("-tt", "cat")

    def send(data: bytes) -> None:
        process.stdin.write(data)
        process.stdin.flush()

    took = [_there_and_back(send, process.stdout.read1) for _key in range(keys)]
    process.kill()
    process.wait()
    return took


def echo_of_a_socket(keys: int) -> list[float]:
    listening = socket.create_server(("127.0.0.1", 0))

    def echo() -> None:
        connection, _address = listening.accept()
        while data := connection.recv(100):
            connection.sendall(data)

    threading.Thread(target=echo, daemon=True).start()
    with socket.create_connection(listening.getsockname()) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        took = [_there_and_back(connection.sendall, connection.recv) for _key in range(keys)]
    listening.close()
    return took


def _there_and_back(send: Any, receive: Any) -> float:
    began = time.perf_counter()
    send(b"x")
    receive(100)
    return time.perf_counter() - began


def throughput_of_paramiko(bare: Bare, path: Path) -> float:
    """Bytes a second."""
    transport = bare.paramiko()
    channel = transport.open_session()
    channel.exec_command(f"cat {path}")
    took = _drained(channel.recv)
    transport.close()
    return path.stat().st_size / took


def throughput_of_ssh(bare: Bare, path: Path) -> float:
    process = bare.ssh("-T", f"cat {path}")
    took = _drained(process.stdout.read1)
    process.wait()
    return path.stat().st_size / took


def _drained(receive: Any) -> float:
    receive(1)
    began = time.perf_counter()
    while receive(262_144):
        pass
    return time.perf_counter() - began
