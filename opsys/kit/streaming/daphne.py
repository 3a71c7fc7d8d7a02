"""Large bodies through Daphne, which by itself writes a request's body to disk and then into memory before it asks the
application, and takes from the application whatever it sends, however slowly the browser reads.

A PUT of `application/octet-stream` is given to the application as soon as its headers are there; while the application
is behind, nothing more is read from the network. And whoever sends a response in parts waits while the browser is
behind.
"""

import asyncio
from io import BytesIO
from typing import Any

import autobahn.twisted.websocket
import autobahn.websocket.protocol
import daphne.cli
import daphne.server
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from twisted.internet import reactor as _reactor

from opsys.kit.streaming.deferred_body import is_deferred
from opsys.kit.streaming.direct import Direct, DirectQueue

reactor: Any = _reactor
AHEAD = 4 * 2**20
"""How many bytes may have been read that the application has not taken yet."""
DRAIN_SECONDS = 10
PAUSE = 0.005


class StreamedRequest(WebRequest):
    """Twisted calls `gotLength` after the headers, `handleContentChunk` for each piece of the body, `requestReceived`
    at its end."""

    early = False
    complete = False
    ahead = 0
    last_call: Any = None

    def gotLength(self, length: int | None) -> None:
        channel = self.channel
        headers = {name.lower(): values[0] for name, values in self.requestHeaders.getAllRawHeaders() if values}
        self.early = is_deferred(channel._command, headers.get(b"content-type", b""))
        if not self.early:
            super().gotLength(length)
            return
        self.content = BytesIO()
        # One body for each connection: nothing has to be put in order after one that broke off.
        channel.persistent = False
        self.responseHeaders.setRawHeaders(b"Connection", [b"close"])
        # How long a sender may be silent is for the application to say.
        channel.setTimeout(None)
        super().requestReceived(channel._command, channel._path, channel._version)

    def handleContentChunk(self, data: bytes) -> None:
        if not self.early:
            super().handleContentChunk(data)
        elif self.last_call is None and self.application_queue is not None:
            self.ahead += len(data)
            self.application_queue.put_nowait({"type": "http.request", "body": data, "more_body": True})
            if self.ahead > AHEAD:
                self.channel._networkProducer.pauseProducing()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        if not self.early:
            super().requestReceived(command, path, version)
            return
        self.complete = True
        if self.last_call is not None:
            self._hang_up()
        elif self.application_queue is not None:
            self.application_queue.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    def taken(self, size: int) -> None:
        """The application has this much of the body."""
        before, self.ahead = self.ahead, self.ahead - size
        if before > AHEAD >= self.ahead and self.channel is not None:
            self.channel._networkProducer.resumeProducing()

    async def drained(self) -> None:
        """Wait until the browser has taken most of what was sent."""
        while self.channel is not None and self.channel._waitingForTransport:
            await asyncio.sleep(PAUSE)

    def finish(self) -> None:
        if not self.early or self.complete:
            super().finish()
        elif self.last_call is None:
            # Answered before the end, most likely refused. Browsers read the answer only after they sent everything,
            # so throw that away for a while.
            self.last_call = reactor.callLater(DRAIN_SECONDS, self._hang_up)
            self.channel._networkProducer.resumeProducing()

    def _hang_up(self) -> None:
        self.complete = True
        self._forget_last_call()
        if self.channel is not None and not self.finished:
            super().finish()

    def _forget_last_call(self) -> None:
        if self.last_call is not None and self.last_call.active():
            self.last_call.cancel()

    def connectionLost(self, reason) -> None:
        self._forget_last_call()
        super().connectionLost(reason)


class StreamingFactory(HTTPFactory):
    def buildProtocol(self, addr):
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = StreamedRequest
        return protocol


class StreamingServer(Server):
    def create_application(self, protocol, scope):
        if scope["type"] == "websocket":
            direct = Direct(protocol, lambda: self._is_open(protocol))
            queue = super().create_application(protocol, {**scope, "direct": direct})
            return DirectQueue(queue, direct) if queue is not None else None
        if not getattr(protocol, "early", False):
            return super().create_application(protocol, scope)
        queue = super().create_application(protocol, {**scope, "taken": protocol.taken})
        # Daphne puts the body it believes to have into the queue, which is an empty one, as the whole of it.
        return _WithoutFirst(queue) if queue is not None else None

    def _is_open(self, protocol) -> bool:
        connection = self.connections.get(protocol)
        return connection is not None and not connection.get("disconnected") and protocol.state == protocol.STATE_OPEN

    async def handle_reply(self, protocol, message):
        await super().handle_reply(protocol, message)
        if message.get("more_body") and isinstance(protocol, StreamedRequest):
            await protocol.drained()


class _WithoutFirst:
    def __init__(self, queue: asyncio.Queue):
        self.queue, self.first = queue, True

    def put_nowait(self, message: dict[str, Any]) -> None:
        first, self.first = self.first, False
        if not first or message["type"] != "http.request":
            self.queue.put_nowait(message)


def _unpainted(value: Any) -> Any:
    return value


def install() -> None:
    """From now on the command `daphne` serves like this."""
    daphne.server.HTTPFactory = StreamingFactory
    daphne.cli.CommandLineInterface.server_class = StreamingServer
    # Autobahn paints the words of several debug lines for each frame, also when nobody wants to read them: a
    # fourteenth of what a key in a terminal costs.
    for module in (autobahn.twisted.websocket, autobahn.websocket.protocol):
        vars(module).update(hltype=_unpainted, hlval=_unpainted)
