"""A cloud of a few answers on loopback, for tests of what happens on the wire. It knows Keystone's log-in, a catalog,
version documents and empty lists; whatever else a test needs it says with `answers`."""

import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SERVICES = {
    "identity": "v3",
    "compute": "compute/v2.1",
    "network": "network",
    "image": "image",
    "block-storage": "volume/v3",
    "placement": "placement",
}
Answer = tuple[int, dict[str, str], bytes]


def as_json(status: int, body: Any, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode()


def web_page(status: int = 200) -> Answer:
    return status, {"Content-Type": "text/html; charset=utf-8"}, b"<html><title>Please log in</title></html>"


@dataclass
class FakeCloud:
    """`seen` are the requests as (method, path, headers, body). `answers` maps "METHOD /path" to an answer or to a
    function of the handler; a function that returns None has answered, or refused to, by itself."""

    password: str = "right"
    services: tuple[str, ...] = tuple(SERVICES)
    regions: tuple[str, ...] = ("RegionOne",)
    roles: tuple[str, ...] = ("admin",)
    answers: dict[str, Answer | Callable] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def auth_url(self) -> str:
        return f"{self.url}/v3"

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> Answer | None:
        path = handler.path.partition("?")[0].rstrip("/") or "/"
        if (special := self.answers.get(f"{handler.command} {path}")) is not None:
            return special(handler) if callable(special) else special
        if path == "/v3/auth/tokens":
            return self._log_in(json.loads(body))
        if path in ("/", "/v3"):
            return self._version("v3.14", "v3", whole=path == "/")
        if path == "/compute/v2.1":
            return self._version("v2.1", "compute/v2.1", version="2.96", min_version="2.1")
        if path == "/volume/v3":
            return self._version("v3.0", "volume/v3", version="3.71", min_version="3.0", whole=True)
        if path == "/placement":
            return self._version("v1.0", "placement", max_version="1.39", min_version="1.0", whole=True)
        if path in ("/network", "/image"):
            return self._version("v2.0", f"{path[1:]}/v2.0", whole=True)
        kind = {"detail": path.split("/")[-2]}.get(path.split("/")[-1], path.split("/")[-1])
        return as_json(200, {kind: []})

    def _version(self, identity: str, path: str, *, whole: bool = False, **numbers: str) -> Answer:
        links = [{"rel": "self", "href": f"{self.url}/{path}"}]
        version = {"id": identity, "status": "CURRENT", "links": links, **numbers}
        return as_json(200, {"versions": [version]} if whole else {"version": version})

    def _log_in(self, request: dict[str, Any]) -> Answer:
        identity = request["auth"]["identity"]
        application = identity.get("application_credential")
        given = (
            application["secret"]
            if application
            else identity["token"]["id"]
            if "token" in identity
            else identity["password"]["user"]["password"]
        )
        if given != self.password:
            message = "The request you have made requires authentication."
            return as_json(401, {"error": {"code": 401, "message": message, "title": "Unauthorized"}})
        token = f"token-{uuid.uuid4().hex}"
        self.tokens.append(token)
        ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        project = {"id": "p1", "name": "admin", "domain": {"id": "default", "name": "Default"}}
        user = {"id": "u1", "name": "admin", "domain": {"id": "default", "name": "Default"}}
        body = {
            "token": {
                "methods": ["password"],
                "user": user,
                "project": project,
                "roles": [{"id": name, "name": name} for name in self.roles],
                "issued_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
                "expires_at": ends,
                "catalog": [self._service(kind) for kind in self.services],
            }
        }
        if not application and "scope" not in request["auth"]:
            del body["token"]["catalog"], body["token"]["project"], body["token"]["roles"]
        return as_json(201, body, **{"X-Subject-Token": token, "Set-Cookie": f"jar={token}; Path=/"})

    def _service(self, kind: str) -> dict[str, Any]:
        endpoints = [
            {"id": f"{kind} of {region} at {self.url}", "interface": "public", "region": region, "region_id": region}
            | {"url": f"{self.url}/{SERVICES[kind]}"}
            for region in self.regions
        ]
        return {"id": kind, "type": kind, "name": kind, "endpoints": endpoints}


@contextmanager
def serving(cloud: FakeCloud, *, certificate: Path | None = None) -> Iterator[FakeCloud]:
    """Serve it until the end of the block; with a certificate (and key, one PEM file) over TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            cloud.seen.append((self.command, self.path, dict(self.headers), body))
            answer = cloud.answer(self, body)
            if answer is None:
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in {"x-openstack-request-id": "req-of-the-cloud", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = handle_one

        def log_message(self, *arguments):
            """Not into the tests' output."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            """A client that goes away in the middle is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    cloud.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()


def never_answers(handler: BaseHTTPRequestHandler) -> None:
    """Hold the connection until the client gives up."""
    handler.rfile.read(1)


def drips(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time, for as long as the client listens."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def self_signed(path: Path, *, days: int = 365) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path
