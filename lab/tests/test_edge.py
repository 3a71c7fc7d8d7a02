"""The edge in front of a plain HTTP server: without faults, and with each of them."""

import asyncio
import http.client
import http.server
import json
import socket
import threading
import time

import pytest

from lab import edge, faults
from tests.platform import PATIENCE_SECONDS

BODY = json.dumps({"servers": list(range(1000))}).encode()


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    requests_seen: list[str] = []

    def do_GET(self):
        self.requests_seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def do_POST(self):
        received = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(received)))
        self.end_headers()
        self.wfile.write(received)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Service.requests_seen = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@pytest.fixture
def control(tmp_path):
    return tmp_path / "faults.json"


@pytest.fixture
def run_edge(control):
    """run_edge(internal port) → public port. The edge ends with the test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(internal: int) -> int:
        public = _free_port()
        listening = edge.listen("127.0.0.1", {"compute": (public, internal)}, control)
        asyncio.run_coroutine_threadsafe(listening, loop).result(PATIENCE_SECONDS)
        return public

    yield run
    asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(PATIENCE_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def client(run_edge, service):
    connection = http.client.HTTPConnection("127.0.0.1", run_edge(service.server_port), timeout=PATIENCE_SECONDS)
    yield connection
    connection.close()


def get(connection) -> http.client.HTTPResponse:
    connection.request("GET", "/servers")
    return connection.getresponse()


def test_passes_requests_on_over_one_connection(client):
    for _ in range(3):
        assert get(client).read() == BODY
    client.request("POST", "/", b"x" * 3_000_000)
    assert len(client.getresponse().read()) == 3_000_000


def test_a_fault_meets_a_connection_that_is_open(client, control):
    get(client).read()
    faults.switch(control, "compute", "500")
    answer = get(client)
    assert answer.status == 500
    assert json.loads(answer.read())["error"]["code"] == 500
    assert Service.requests_seen == ["/servers"]


def test_off_heals(client, control):
    faults.switch(control, "compute", "500")
    assert get(client).status == 500
    faults.switch(control, "compute", "off")
    client.close()
    assert get(client).read() == BODY


def test_delay_holds_every_request_back_once(client, control):
    faults.switch(control, "compute", "delay", seconds=1)
    for _ in range(2):
        began = time.monotonic()
        client.request("POST", "/", b"x" * 3_000_000)
        assert len(client.getresponse().read()) == 3_000_000
        assert 1 <= time.monotonic() - began < 5


def test_hang_never_answers(client, control):
    faults.switch(control, "compute", "hang")
    client.timeout = 0.5
    with pytest.raises(TimeoutError):
        get(client)
    assert Service.requests_seen == []


def test_cut_ends_in_the_middle_of_the_answer(client, control):
    faults.switch(control, "compute", "cut")
    answer = get(client)
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    assert 0 < len(caught.value.partial) < len(BODY)
    # The service did what it was asked.
    assert Service.requests_seen == ["/servers"]


def test_401_names_the_identity_service(client, control):
    faults.switch(control, "compute", "401")
    answer = get(client)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Keystone uri="http://127.0.0.1:5000/v3"'


def test_garbage_is_a_page_that_says_it_is_fine(client, control):
    faults.switch(control, "compute", "garbage")
    answer = get(client)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    with pytest.raises(ValueError):
        json.loads(answer.read())


def test_a_service_that_is_down_is_503(run_edge):
    connection = http.client.HTTPConnection("127.0.0.1", run_edge(_free_port()), timeout=PATIENCE_SECONDS)
    assert get(connection).status == 503
    connection.close()


def test_faults_of_other_services_do_not_matter(client, control):
    faults.switch(control, "network", "500")
    assert get(client).read() == BODY
