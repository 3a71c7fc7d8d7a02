"""Debian's own Prometheus on loopback, and an exporter it can scrape."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from tests.services import Service, free_port


class Prometheus(Service):
    """One with this configuration, and data of its own below `folder`. Start and stop it."""

    def __init__(self, folder: Path, configuration: str):
        program = shutil.which("prometheus")
        if not program:
            if os.environ.get("CI"):
                pytest.fail("prometheus is not installed: sh requirements/system.sh test")
            pytest.skip("prometheus is not installed")
        (folder / "prometheus.yml").write_text(configuration)
        port, self.log = free_port(), folder / "log"
        command = [program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
        url = f"http://127.0.0.1:{port}"
        super().__init__(url, [*command, f"--web.listen-address=127.0.0.1:{port}"], port, self.log)

    def labels(self, query: str, label: str) -> set[str]:
        """The values of a label of what the query finds; none while it cannot answer."""
        try:
            answer = requests.get(f"{self.url}/api/v1/query", {"query": query}, timeout=2).json()
            return {one["metric"].get(label, "") for one in answer["data"]["result"]}
        except (requests.RequestException, ValueError, KeyError):
            return set()

    def last_words(self) -> str:
        return self.log.read_text()[-1500:]


@contextmanager
def exporter(said: str, address: str = "127.0.0.1") -> Iterator[int]:
    """Says the same at every path; gives its port. At 0.0.0.0 each address of loopback is an exporter."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
