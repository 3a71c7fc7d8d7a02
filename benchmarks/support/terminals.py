"""Terminals of a running platform."""

import asyncio
import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

from benchmarks.support.figures import Failure
from benchmarks.support.websocket import BINARY, CLOSE, PING, PONG, TEXT, WebSocket
from tests.platform import BASE, Platform
from tests.sshd import Sshd

PATIENCE_SECONDS = 60


class Place:
    """A web process with one saved host, the sshd, and somebody logged in. The tables are also read and written
    here, as pages would; `loop` code must go through a thread for it."""

    def __init__(self, folder: Path) -> None:
        self.sshd = Sshd(folder / "sshd")
        self.platform = Platform(folder, REDIS_URL="", DATABASE_URL=f"sqlite:///{folder / 'opsys.sqlite3'}")
        self.platform.manage("migrate", "--verbosity", "0")
        os.environ.update(self.platform.environment)
        django.setup()

    def start(self) -> None:
        self.sshd.start()
        self._fill()
        self.platform.start("web")
        self.pid = self.platform.processes["web"].pid

    def stop(self) -> None:
        self.platform.stop()
        self.sshd.stop()

    def _fill(self) -> None:
        from clusters.models import Cluster  # noqa: PLC0415 (Django is ready from here on)
        from terminal.models import Host, Policy, SshCredential  # noqa: PLC0415

        self.cluster = Cluster.objects.create(name="here", auth_url="http://127.0.0.1:9/v3")
        self.policy = Policy.objects.create(
            cluster=self.cluster, allowed_networks="127.0.0.0/8", allowed_ports="1-65535", per_user=1000, per_host=1000
        )
        credential = SshCredential.objects.create(
            name="key", username=self.sshd.user, secret=self.sshd.key, cluster=self.cluster
        )
        self.host = Host.objects.create(
            name="box", cluster=self.cluster, address="127.0.0.1", port=self.sshd.port, credential=credential
        )
        self.person = self.somebody("ann")

    def somebody(self, name: str) -> Any:
        """A user who may open shells, logged in."""
        from django.contrib.auth import get_user_model  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from clusters import access  # noqa: PLC0415

        user = get_user_model().objects.create_user(name, password="many shells open")
        access.set_permissions(user, {self.cluster.pk: (access.VIEW, access.CONSOLE)})
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return SimpleNamespace(user=user, client=client, session_key=client.session.session_key)

    def ticket(self, person: Any) -> str:
        from terminal.setup import tickets  # noqa: PLC0415

        request = SimpleNamespace(user=person.user, session=person.client.session, META={})
        return tickets.issue(request, host=self.host)

    def record(self, record: bool) -> None:
        type(self.policy).objects.update(record=record)

    # what the kernel says of the web process

    def megabytes(self) -> float:
        return self._status("VmRSS") / 1024

    def threads(self) -> int:
        return self._status("Threads")

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def connections(self) -> int:
        """TCP connections to the sshd that are open."""
        port = f":{self.sshd.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(1 for row in rows if row[2].endswith(port) and row[3] == "01")

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


class Terminal(WebSocket):
    """`async with Terminal(place) as terminal`: a page with a shell. Output is counted, hashed, and kept while `keep`;
    it is acknowledged while `acknowledging`."""

    def __init__(self, place: Place, person: Any = None) -> None:
        self.place, self.person = place, person or place.person
        super().__init__(place.platform.url, f"sessionid={self.person.session_key}", "/terminal/socket/")
        self.received = self._acknowledged = self.acknowledged = 0
        self.heard_at = 0.0
        self.kept, self.keep, self.acknowledging = bytearray(), True, True
        self.hash = hashlib.sha256()
        self.opened: dict[str, Any] = {}
        self.code = 0
        self._news = asyncio.Event()
        self._reading: asyncio.Task | None = None

    async def __aenter__(self) -> "Terminal":
        ticket = self.ticket or await asyncio.to_thread(self.place.ticket, self.person)
        await self._connect({"type": "open", "ticket": ticket})
        return self

    async def _connect(self, first: dict[str, Any]) -> None:
        await super().__aenter__()
        self.code, self.opened = 0, {}
        self._reading = asyncio.create_task(self._read())
        self.say({**first, "columns": 80, "rows": 24})
        await self.until(lambda: self.opened or self.code, "a shell")
        if not self.opened:
            raise Failure(f"No shell: {self.code} {self.reason}")

    async def __aexit__(self, *error: object) -> None:
        if not self.code:
            self.say({"type": "close"})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._reading), 10)
        self.cut()

    def cut(self) -> None:
        """As a network that is gone."""
        if self._reading is not None:
            self._reading.cancel()
        self._writer.transport.abort()

    async def resume(self, secret: str, session: str) -> None:
        await self._connect({"type": "resume", "session": session, "secret": secret, "received": self.received})

    def type(self, data: bytes) -> None:
        self._send(BINARY, data)

    def acknowledge(self) -> None:
        self._acknowledged = self.received
        self.say({"type": "ack", "received": self.received})

    async def until(self, condition: Any, what: str, seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), deadline - time.monotonic())
            except TimeoutError:
                raise Failure(f"Not within {seconds} s: {what}. {bytes(self.kept[-200:])!r}") from None

    async def shows(self, text: bytes) -> None:
        await self.until(lambda: text in self.kept[-100_000:], f"the terminal shows {text!r}")

    async def run(self, command: str, ready: bytes) -> None:
        self.type(command.encode() + b"\r")
        await self.shows(ready)

    async def _read(self) -> None:
        while True:
            try:
                kind, payload = await self._frame()
            except (asyncio.IncompleteReadError, ConnectionError):
                self.code = self.code or 1006
                self._news.set()
                return
            if kind == BINARY:
                self.heard_at = self.arrived
                self.received += len(payload)
                self.hash.update(payload)
                if self.keep:
                    self.kept += payload
                if self.acknowledging and self.received - self._acknowledged >= 65_536:
                    self.acknowledge()
            elif kind == TEXT:
                self._hear(json.loads(payload))
            elif kind == PING:
                self._send(PONG, payload)
            elif kind == CLOSE:
                self.code = int.from_bytes(payload[:2])
                self._news.set()
                return
            self._news.set()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] in ("opened", "resumed"):
            self.opened = message
        elif message["type"] == "ask":
            self.say({"type": "answer", "id": message["id"], "accept": True})
        elif message["type"] == "input_ack":
            self.acknowledged = message["input"]
        elif message["type"] == "closed":
            self.reason = message["reason"]

    reason = ticket = ""


@contextlib.asynccontextmanager
async def neighbour(place: Place) -> AsyncIterator[None]:
    """Somebody else's page, in a process of its own, whose shell floods it."""
    ticket = await asyncio.to_thread(place.ticket, place.person)
    told = json.dumps({"url": place.platform.url, "session_key": place.person.session_key, "ticket": ticket})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.support.terminals"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=BASE,
    )
    process.stdin.write(told.encode() + b"\n")
    await process.stdout.readline()  # it floods
    try:
        yield
    finally:
        process.stdin.close()
        await process.wait()


async def _flood(told: dict[str, str]) -> None:
    place = SimpleNamespace(platform=SimpleNamespace(url=told["url"]))
    terminal = Terminal(place, SimpleNamespace(session_key=told["session_key"]))
    terminal.ticket = told["ticket"]
    async with terminal:
        terminal.keep = False
        terminal.type(b"yes\r")
        await terminal.until(lambda: terminal.received > 1_000_000, "a flood")
        print("flooding", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_flood(json.loads(sys.stdin.readline())))
