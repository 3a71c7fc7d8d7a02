"""Requests to one service of a cloud, counted on the wire: a proxy at an address of its own, which the catalog names
instead of the service's."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OF_THE_HOP = {"connection", "content-length", "transfer-encoding", "keep-alive"}


@dataclass
class Counting:
    """Listens at `address` on the ports of Keystone and of the counted service and passes on to `upstream`. `asked`
    are the moments (by the monotonic clock), paths and query strings of all requests to the counted one."""

    address: str
    upstream: str
    keystone: int
    counted: int
    asked: list[tuple[float, str, str]] = field(default_factory=list)

    def since(self, moment: float) -> list[str]:
        return [path for at, path, _query in self.asked if at >= moment]

    @contextmanager
    def running(self) -> Iterator["Counting"]:
        with ExitStack() as stack:
            for port in (self.keystone, self.counted):
                server = ThreadingHTTPServer((self.address, port), self._handler(port))
                server.daemon_threads = True
                stack.callback(server.server_close)
                stack.callback(server.shutdown)
                threading.Thread(target=server.serve_forever, daemon=True).start()
            yield self

    def _handler(self, port: int) -> type[BaseHTTPRequestHandler]:
        ours = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                if port == ours.counted:
                    path, _mark, query = self.path.partition("?")
                    ours.asked.append((time.monotonic(), path, query))
                status, headers, body = ours._answer(port, self)
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in OF_THE_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on

            def log_message(self, *arguments: object) -> None:
                """Nobody reads it."""

        return Handler

    def _answer(self, port: int, request: BaseHTTPRequestHandler) -> tuple[int, list[tuple[str, str]], bytes]:
        sent = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        connection = HTTPConnection(self.upstream, port)
        try:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in OF_THE_HOP}
            connection.request(request.command, request.path, sent or None, headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if port == self.keystone:
            body = body.replace(f"{self.upstream}:{self.counted}".encode(), f"{self.address}:{self.counted}".encode())
        return answer.status, answer.getheaders(), body
