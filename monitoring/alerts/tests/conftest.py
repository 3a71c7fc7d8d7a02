"""A platform without rules but those of the test, and receivers that are real servers."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitoring.alerts.models import AlertRule, Channel


@pytest.fixture(autouse=True)
def no_rules(db):
    AlertRule.objects.all().delete()


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.ALERT_NETWORKS = ["127.0.0.1/32"]
    settings.SITE_URL = "https://ops.example.com"


@pytest.fixture
def make_rule():
    return lambda kind, **fields: AlertRule.objects.create(kind=kind, **{"severity": "critical", **fields})


@pytest.fixture
def make_channel():
    def make(endpoint: str, **fields) -> Channel:
        return Channel.objects.create(endpoint=endpoint, **{"name": "night shift", "kind": "webhook", **fields})

    return make


class Receiver:
    """A web server that keeps what it was sent, and answers as it is told."""

    def __init__(self, port: int = 0):
        self.got: list[tuple[str, dict, object]] = []
        self.status, self.answer, self.headers = 200, {"errcode": 0, "code": 0}, {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(receiver.answer).encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def bodies(self) -> list:
        return [body for _path, _headers, body in self.got]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.stop()
