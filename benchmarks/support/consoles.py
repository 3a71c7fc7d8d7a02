"""A platform with one server whose console is at a proxy of this program, and pages that open it.

Run as a program it is that proxy: it sends back what comes, and for `flood N` that many bytes.
"""

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from benchmarks.support.terminals import Place, Terminal
from tests.platform import BASE
from tests.wire import FakeCloud, as_json, serving

FLOOD_PIECE = 64 * 1024
FLOOD = b"flood "


class ConsolePlace(Place):
    """As `Place`, with a cloud that names the proxy."""

    def start(self) -> None:
        self._stack = contextlib.ExitStack()
        self.proxy = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.support.consoles"], cwd=BASE, stdout=subprocess.PIPE, text=True
        )
        self.proxy_port = int(self.proxy.stdout.readline())
        self.cloud = self._stack.enter_context(serving(FakeCloud()))
        super().start()

    def stop(self) -> None:
        super().stop()
        self._stack.close()
        self.proxy.terminate()
        self.proxy.wait()

    @property
    def proxy_url(self) -> str:
        return f"http://127.0.0.1:{self.proxy_port}"

    def _fill(self) -> None:
        from clusters.models import Credential  # noqa: PLC0415 (Django is ready from here on)
        from tests.factories import make_server  # noqa: PLC0415

        super()._fill()
        self.cluster.auth_url = self.cloud.auth_url
        self.cluster.save()
        Credential.objects.create(cluster=self.cluster, username="admin", secret="right", project_name="admin")
        self.server = make_server(self.cluster)
        named = {"remote_console": {"type": "novnc", "protocol": "vnc", "url": f"{self.proxy_url}/?token=good"}}
        path = f"POST /compute/v2.1/servers/{self.server.cloud_id}/remote-consoles"
        self.cloud.answers[path] = as_json(200, named)

    def ticket(self, person: Any) -> str:
        from terminal.setup import tickets  # noqa: PLC0415

        request = SimpleNamespace(user=person.user, session=person.client.session, META={})
        return tickets.issue(request, server=self.server, kind="vnc")

    def connections(self) -> int:
        """TCP connections of the web process to the proxy that are open."""
        port = f":{self.proxy_port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(1 for row in rows if row[2].endswith(port) and row[3] == "01")


class Direct(Terminal):
    """A page that speaks with the proxy itself, as noVNC does without the platform."""

    def __init__(self, place: ConsolePlace) -> None:
        super().__init__(place)
        self._path, self._host = "/?token=good", f"127.0.0.1:{place.proxy_port}"
        self.acknowledging = False

    async def __aenter__(self) -> "Direct":
        await super(Terminal, self).__aenter__()
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error: object) -> None:
        self.cut()


async def _talk(socket) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for message in socket:
            if message.startswith(FLOOD):
                piece, left = b"x" * FLOOD_PIECE, int(message[len(FLOOD) :])
                for _piece in range(left // FLOOD_PIECE):
                    await socket.send(piece)
            else:
                await socket.send(message)


async def _serve() -> None:
    async with serve(_talk, "127.0.0.1", 0, compression=None, max_queue=64) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
