"""A console proxy for the tests: a real WebSocket server, which says what it is told to and keeps what it heard."""

import threading
from contextlib import suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve


class Proxy:
    """`greeting` is sent first; what comes in is sent back in capitals. `flood`: so many bytes more, as fast as they
    are taken. `sent` counts them."""

    def __init__(self, token="good", greeting=b"login: ", flood=0, ssl=None):
        self.token, self.greeting, self.flood = token, greeting, flood
        self.heard, self.sent, self.connections = bytearray(), 0, 0
        self._server = serve(
            self._talk, "127.0.0.1", 0, ssl=ssl, compression=None, process_request=self._check, open_timeout=None
        )
        self.port = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._thread.join(5)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/vnc_lite.html?path=%3Ftoken%3D{self.token}"

    def _check(self, connection, request):
        return None if request.path == "/?token=good" else connection.respond(403, "no such token")

    def _talk(self, connection):
        self.connections += 1
        connection.send(self.greeting)
        piece = b"x" * 65536
        while self.sent < self.flood:
            connection.send(piece)
            self.sent += len(piece)
        with suppress(ConnectionClosed):
            for message in connection:
                self.heard += message
                connection.send(message.upper())
                if b"bye" in message:
                    return
