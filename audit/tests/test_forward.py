"""Forwarding to real receivers: in order, at least once, and nothing lost while the receiver is away."""

import json
import re
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core import mail
from django.utils import timezone

from audit import tasks
from audit.forward import receivers, sending
from audit.models import Destination, Event
from audit.proof import checkpoints, tree

FRAME = re.compile(rb"(\d+) ")


class Syslog:
    """A receiver on a port of its own: reads to the end, then closes. `deaf`: takes connections and resets them."""

    def __init__(self, context: ssl.SSLContext | None = None, port: int = 0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.context, self.received, self.deaf = context, b"", False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            try:
                self._take(connection)
            except OSError:
                pass
            finally:
                connection.close()

    def _take(self, connection: socket.socket) -> None:
        if self.deaf:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            return
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        while data := connection.recv(65536):
            self.received += data
        if self.context:
            connection.unwrap()
        connection.close()

    def messages(self) -> list[str]:
        """Frames of RFC 5425, taken apart by their lengths."""
        found, rest = [], self.received
        while rest:
            length = FRAME.match(rest)
            end = length.end() + int(length[1])
            found.append(rest[length.end() : end].decode())
            rest = rest[end:]
        return found

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def syslog():
    receiver = Syslog()
    yield receiver
    receiver.close()


def write(count: int, first: int = 0) -> None:
    for n in range(first, first + count):
        Event.objects.create(via="ui", action="a.b.c", name=f"event {n}", username="ada", phase="failed")
    tasks.prove()


def destination(kind: str, address: str, **options) -> Destination:
    # In bulk, without the signal: adding one would be an event of its own.
    return Destination.objects.bulk_create([Destination(**{"name": kind, **options}, kind=kind, address=address)])[0]


def names(messages: list[str]) -> list[str]:
    found = [json.loads(message.partition("\ufeff")[2]) for message in messages]
    return [one["name"] for one in found if "name" in one]


def due_now() -> None:
    Destination.objects.update(retry_at=None)


def test_syslog_over_tcp(db, syslog):
    destination("syslog-tcp", f"127.0.0.1:{syslog.port}")
    write(3)
    assert sending.due()
    tasks.forward()
    tasks.forward()
    assert not sending.due()
    messages = syslog.messages()
    assert names(messages) == ["event 0", "event 1", "event 2"]
    head = r"<108>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \S+ opsys\.audit - event \[event@32473 position=\"0\" "
    assert re.match(head, messages[0])
    assert "checkpoint@32473" in messages[-1]


def test_nothing_is_lost_while_the_receiver_is_down(db):
    receiver = Syslog()
    destination("syslog-tcp", f"127.0.0.1:{receiver.port}")
    write(2)
    tasks.forward()
    receiver.close()
    write(2, first=2)
    tasks.forward()
    row = Destination.objects.get()
    assert "Connection refused" in row.error and row.failing_since and row.retry_at > timezone.now()
    assert not sending.due()
    tasks.forward()
    write(2, first=4)
    again = Syslog(port=receiver.port)
    due_now()
    tasks.forward()
    again.close()
    assert names(receiver.messages()) == ["event 0", "event 1"]
    assert names(again.messages()) == ["event 2", "event 3", "event 4", "event 5"]
    assert (Destination.objects.get().error, Destination.objects.get().failing_since) == ("", None)


def test_what_a_dying_receiver_had_not_read_is_sent_again(db, syslog):
    destination("syslog-tcp", f"127.0.0.1:{syslog.port}")
    write(2)
    syslog.deaf = True
    tasks.forward()
    assert Destination.objects.get().next_position == 0
    syslog.deaf = False
    due_now()
    tasks.forward()
    assert names(syslog.messages()) == ["event 0", "event 1"]


def test_a_connection_that_is_reset_before_our_end_is_tried_again(db, monkeypatch):
    class Reset(socket.socket):
        """It is not connected any more; what was sent stayed on this machine."""

        def sendall(self, data):
            pass

    monkeypatch.setattr(receivers, "_connected", lambda address: Reset())
    destination("syslog-tcp", "127.0.0.1:6514")
    write(1)
    tasks.forward()
    row = Destination.objects.get()
    assert "not confirmed" in row.error and row.retry_at > timezone.now()
    assert (row.next_position, row.claimed_until) == (0, None)


def certificate(tmp_path, name: str) -> tuple[ssl.SSLContext, str]:
    """A server's context with a certificate of its own, and that certificate."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    (tmp_path / "both.pem").write_text(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    return context, pem


@pytest.mark.parametrize("trusted", [True, False])
def test_syslog_over_tls(db, tmp_path, trusted):
    context, pem = certificate(tmp_path, "localhost")
    receiver = Syslog(context)
    destination("syslog-tls", f"localhost:{receiver.port}", certificate=pem if trusted else "")
    write(2)
    tasks.forward()
    receiver.close()
    assert names(receiver.messages()) == (["event 0", "event 1"] if trusted else [])
    assert ("CERTIFICATE_VERIFY_FAILED" in Destination.objects.get().error.replace(" ", "_").upper()) is not trusted


@pytest.mark.parametrize(
    "broken", ["x", "证书", "-----BEGIN CERTIFICATE-----\nMIIB"], ids=["none", "no letter of it", "cut off"]
)
def test_a_certificate_that_cannot_be_read_holds_up_nobody_else(db, syslog, broken):
    destination("syslog-tls", "localhost:6514", name="a", certificate=broken)
    destination("syslog-tcp", f"127.0.0.1:{syslog.port}", name="b")
    write(2)
    tasks.forward()
    assert names(syslog.messages()) == ["event 0", "event 1"]
    first, second = Destination.objects.order_by("name")
    assert "certificate cannot be read" in first.error and first.retry_at > timezone.now()
    assert (first.claimed_until, second.error) == (None, "")


def test_what_stands_before_a_certificate_may_be_in_any_language(db, tmp_path):
    context, pem = certificate(tmp_path, "localhost")
    receiver = Syslog(context)
    destination("syslog-tls", f"localhost:{receiver.port}", certificate=f"# 我们的证书 – für alle\n{pem}")
    write(2)
    tasks.forward()
    receiver.close()
    assert names(receiver.messages()) == ["event 0", "event 1"]
    assert Destination.objects.get().error == ""


def test_a_webhook(db):
    bodies, answers = [], [503, 200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(answers.pop(0))
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    destination("webhook", f"http://127.0.0.1:{server.server_port}/audit")
    write(2)
    tasks.forward()
    assert "answered 503" in Destination.objects.get().error
    due_now()
    tasks.forward()
    server.shutdown()
    server.server_close()
    lines = [json.loads(line) for line in bodies[1].splitlines()]
    assert [line.get("name") for line in lines] == ["event 0", "event 1", None]
    assert checkpoints.read(lines[2]["checkpoint"]).size == 2
    assert bodies[0] == bodies[1]


def test_checkpoints_to_a_file_and_by_mail(db, tmp_path):
    path = tmp_path / "checkpoints"
    destination("file", str(path), content="checkpoints")
    destination("mail", "auditor@example.com", content="checkpoints")
    for first in (0, 2):
        write(2, first)
        tree.checkpoint_now()
        tasks.forward()
    notes = checkpoints.notes_in(path.read_text())
    assert [checkpoints.read(note).size for note in notes] == [2, 4]
    assert [message.to for message in mail.outbox] == [["auditor@example.com"]] * 2
    assert checkpoints.notes_in(mail.outbox[1].body) == [notes[1]]


def test_events_to_a_file_can_be_held_against_the_log(db, tmp_path):
    path = tmp_path / "events.jsonl"
    destination("file", str(path))
    write(2)
    tasks.forward()
    assert [checkpoints.read(note).size for note in checkpoints.notes_in(path.read_text())] == [2]


def test_two_workers_do_not_send_the_same_twice(db, syslog):
    one = destination("syslog-tcp", f"127.0.0.1:{syslog.port}")
    write(1)
    Destination.objects.update(claimed_until=timezone.now() + timedelta(seconds=60))
    sending.send(one)
    assert syslog.received == b""
    Destination.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))  # whoever had it died
    sending.send(one)
    assert names(syslog.messages()) == ["event 0"]


def test_one_that_is_off_gets_nothing(db, syslog):
    destination("syslog-tcp", f"127.0.0.1:{syslog.port}", enabled=False)
    write(1)
    tasks.forward()
    assert syslog.received == b""
