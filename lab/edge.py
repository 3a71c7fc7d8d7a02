"""The load balancer in front of a cloud, with switches for faults.

One process per cloud listens on OpenStack's own ports and splices bytes to the services, which
listen elsewhere. It looks at no byte, but it knows whose turn it is: what a client sends after an
answer (or first of all) begins a request. There it asks the switchboard, so a fault meets
connections that have long been open too.

Run as: python -m lab.edge ADDRESS CONTROL_FILE
"""

import asyncio
import contextlib
import socket
import sys
from pathlib import Path

from lab.answers import NO_SERVER, canned_answer
from lab.faults import Fault, Switchboard
from lab.layout import INTERNAL_OFFSET, PUBLIC_PORTS

# How long a client may still send what it was about to, after an answer it did not expect.
DRAIN_SECONDS = 2
# How long an answer may take to come together before it is cut: head and body come in separate pieces.
CUT_SECONDS = 0.05
# What waits on one side until the other has caught up.
BUFFER_BYTES = 256 * 1024


class Upstream(asyncio.Protocol):
    """The connection to the service."""

    def __init__(self, client: "Client") -> None:
        self.client = client
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(BUFFER_BYTES)
        _without_delay(transport)

    def data_received(self, data: bytes) -> None:
        self.client.answer(data)

    def eof_received(self) -> bool:
        self.client.close()
        return False

    def connection_lost(self, error) -> None:
        self.client.close()

    def pause_writing(self) -> None:
        self.client.transport.pause_reading()

    def resume_writing(self) -> None:
        self.client.transport.resume_reading()


class Client(asyncio.Protocol):
    """A client's connection. Opens one to the service with its first request."""

    def __init__(self, service: str, target: tuple[str, int], switchboard: Switchboard) -> None:
        self.service = service
        self.target = target
        self.switchboard = switchboard
        self.transport: asyncio.Transport | None = None
        self.upstream: asyncio.Transport | None = None
        # The fault of the request under way, None for a healthy one.
        self.fault: Fault | None = None
        self.between_requests = True
        # What came while the request is held back; None when bytes pass straight on.
        self.held: list[bytes] | None = None
        self.task: asyncio.Task | None = None
        self.refusing = False
        # The answer that will be cut.
        self.uncut = bytearray()

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(BUFFER_BYTES)
        _without_delay(transport)

    def data_received(self, data: bytes) -> None:
        if self.refusing:
            return
        if self.between_requests:
            self.between_requests = False
            self.fault = self.switchboard.fault(self.service)
            if self.fault or not self.upstream:
                self.held = [data]
                self.task = asyncio.ensure_future(self._begin(self.fault))
                return
        if self.held is not None:
            self.held.append(data)
        else:
            self.upstream.write(data)

    async def _begin(self, fault: Fault | None) -> None:
        """What happens at the start of a request that cannot simply pass."""
        mode = fault.mode if fault else ""
        if mode == "hang":
            await asyncio.Event().wait()
        if mode == "delay":
            await asyncio.sleep(fault.seconds)
        answer = canned_answer(mode, self.target[0])
        if answer:
            await self._refuse(answer)
            return
        if not self.upstream:
            loop = asyncio.get_running_loop()
            try:
                self.upstream, _ = await loop.create_connection(lambda: Upstream(self), *self.target)
            except OSError:
                await self._refuse(NO_SERVER)
                return
        self.upstream.writelines(self.held)
        self.held = None

    async def _refuse(self, answer: bytes) -> None:
        """Answer in the service's place and hang up, without a reset that could overtake the answer."""
        self.refusing = True
        self.transport.write(answer)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        await asyncio.sleep(DRAIN_SECONDS)
        self.close()

    def answer(self, data: bytes) -> None:
        """Bytes from the service."""
        if self.fault and self.fault.mode == "cut":
            if not self.uncut:
                asyncio.get_running_loop().call_later(CUT_SECONDS, self._cut)
            self.uncut += data
            return
        self.between_requests = True
        self.transport.write(data)

    def _cut(self) -> None:
        """Send the head of an answer and half of its body (half of the head where there is no body)."""
        head, separator, body = bytes(self.uncut).partition(b"\r\n\r\n")
        self.transport.write(head + separator + body[: len(body) // 2] if body else head[: len(head) // 2])
        self.close()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error) -> None:
        if self.task:
            self.task.cancel()
        self.close()

    def close(self) -> None:
        for transport in (self.transport, self.upstream):
            if transport:
                transport.close()

    def pause_writing(self) -> None:
        if self.upstream:
            self.upstream.pause_reading()

    def resume_writing(self) -> None:
        if self.upstream:
            self.upstream.resume_reading()


def _without_delay(transport) -> None:
    transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


async def listen(address: str, ports: dict[str, tuple[int, int]], control: Path) -> list[asyncio.Server]:
    """Open the public ports. `ports` maps a service to its public and its internal port."""
    loop = asyncio.get_running_loop()
    switchboard = Switchboard(control)
    return [
        await loop.create_server(
            lambda service=service, target=(address, internal): Client(service, target, switchboard),
            address,
            public,
            backlog=500,
        )
        for service, (public, internal) in ports.items()
    ]


async def main(address: str, control: Path) -> None:
    ports = {service: (port, port + INTERNAL_OFFSET) for service, port in PUBLIC_PORTS.items()}
    await listen(address, ports, control)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
