"""What the services share: their address, a WSGI server, and waiting for each other."""

import json
import socket
import time
from pathlib import Path

from lab.layout import INTERNAL_OFFSET, PUBLIC_PORTS


def description(state: Path) -> dict:
    """What cloud.json says: name, address, computes."""
    return json.loads((state / "cloud.json").read_text())


def serve(application, state: Path, service: str, threads: int = 8) -> None:
    """Serve a WSGI application on the cloud's internal port for `service`, for ever."""
    import waitress

    waitress.serve(
        AccessLog(application, state / "log" / f"{service}-access.log"),
        host=description(state)["address"],
        port=PUBLIC_PORTS[service] + INTERNAL_OFFSET,
        threads=threads,
        ident=None,
        # The edge leaves the Host header alone, so links carry the address the client asked.
        clear_untrusted_proxy_headers=False,
    )


class AccessLog:
    """The application, which writes down what it is asked: these services' own logs do not tell. A line is the host
    asked, the method, and path and query."""

    def __init__(self, application, file: Path) -> None:
        self.application = application
        self.file = file.open("a", buffering=1)

    def __call__(self, environ, start_response):
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        path = environ["SCRIPT_NAME"] + environ["PATH_INFO"] + query
        self.file.write(f"{environ.get('HTTP_HOST', '-')} {environ['REQUEST_METHOD']} {path}\n")
        return self.application(environ, start_response)


def wait_for(state: Path, *services: str, timeout: float = 120) -> None:
    """Wait until the cloud's other services accept connections."""
    address = description(state)["address"]
    deadline = time.monotonic() + timeout
    for service in services:
        while True:
            try:
                socket.create_connection((address, PUBLIC_PORTS[service] + INTERNAL_OFFSET), 5).close()
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
