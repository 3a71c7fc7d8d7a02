"""How each kind of receiver is handed a batch. A function returns only when the receiver has it, and raises
`DeliveryError` otherwise; what may have arrived is sent again, with the same position."""

import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests
from django.core.mail import EmailMessage

from audit.models import Destination
from clusters.gateway.certificate import trusting

SECONDS = 10


class DeliveryError(Exception):
    """`str()` says what happened, for whoever set up the destination."""


def syslog_tcp(destination: Destination, frames: list[bytes]) -> None:
    with _connected(destination.address) as connection:
        _send(connection, frames)
        _until_closed(connection)


def syslog_tls(destination: Destination, frames: list[bytes]) -> None:
    context = _context(destination.certificate)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    host = urlsplit(f"//{destination.address}").hostname
    with _connected(destination.address) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=host) as connection:
                _send(connection, frames)
                # Both sides say goodbye: the receiver has read all that came before ours.
                connection.unwrap()
        except ssl.SSLError as error:
            raise DeliveryError(f"TLS with {destination.address}: {error.reason or error}") from error
        except OSError as error:
            raise DeliveryError(f"{destination.address}: {error}") from error


def webhook(destination: Destination, frames: list[bytes]) -> None:
    """POST of JSON lines. Any 2xx is taken as "have it"."""
    try:
        answer = requests.post(
            destination.address,
            data=b"".join(frames),
            headers={"Content-Type": "application/x-ndjson"},
            timeout=SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise DeliveryError(f"{type(error).__name__}: {destination.address} was not reached") from error
    if not 200 <= answer.status_code < 300:
        raise DeliveryError(f"{destination.address} answered {answer.status_code}")


def file(destination: Destination, frames: list[bytes]) -> None:
    try:
        with Path(destination.address).open("ab") as target:
            target.write(b"".join(frames))
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise DeliveryError(f"{destination.address}: {error.strerror}") from error


def mail(destination: Destination, frames: list[bytes]) -> None:
    text = b"".join(frames).decode()
    try:
        EmailMessage("Audit checkpoint", text, to=[destination.address]).send()
    except OSError as error:  # smtplib's errors are among them
        raise DeliveryError(f"mail to {destination.address}: {error}") from error


RECEIVERS: dict[str, Callable[[Destination, list[bytes]], None]] = {
    Destination.Kind.SYSLOG_TCP: syslog_tcp,
    Destination.Kind.SYSLOG_TLS: syslog_tls,
    Destination.Kind.WEBHOOK: webhook,
    Destination.Kind.FILE: file,
    Destination.Kind.MAIL: mail,
}


def _context(certificate: str) -> ssl.SSLContext:
    try:
        return trusting(certificate) if certificate else ssl.create_default_context()
    except ssl.SSLError as error:
        raise DeliveryError(f"its CA certificate cannot be read: {error.reason or error}") from error


def _connected(address: str) -> socket.socket:
    try:
        target = urlsplit(f"//{address}")
        connection = socket.create_connection((target.hostname, target.port or 6514), timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise DeliveryError(f"{address}: {error}") from error
    connection.settimeout(SECONDS)
    return connection


def _send(connection: socket.socket, frames: list[bytes]) -> None:
    try:
        connection.sendall(b"".join(frames))
    except OSError as error:
        raise DeliveryError(f"the connection broke: {error}") from error


def _until_closed(connection: socket.socket) -> None:
    """Syslog has no acknowledgement. A receiver that read to our end closes; one that dies before resets."""
    try:
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    except OSError as error:
        raise DeliveryError(f"not confirmed: {error}") from error
