"""A cloud's certificate: how it is verified, and how long it is still good."""

import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from cryptography import x509


def ssl_context(cluster) -> ssl.SSLContext:
    """For a connection of our own to something of this cluster, with the same trust as its API."""
    if not cluster.verify_tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if cluster.ca_certificate:
        return trusting(cluster.ca_certificate)
    return ssl.create_default_context(cafile=requests.certs.where())


def trusting(certificates: str) -> ssl.SSLContext:
    """For a connection to what one of these certificates, as PEM, vouches for. Raises `ssl.SSLError` for a text that
    holds none."""
    # What stands between them may be in any language.
    cadata = certificates.encode("ascii", "ignore").decode()
    return ssl.create_default_context(cadata=cadata or "none")


def days_left(url: str, *, seconds: float = 5) -> int | None:
    """Whole days until the certificate behind this address ends (negative: it has ended).

    None for plain http, and when no certificate could be had. It is looked at, not verified: an expired one is
    just what people want to hear about.
    """
    certificate = shown_by(url, seconds=seconds)
    return (certificate.not_valid_after_utc - datetime.now(UTC)).days if certificate else None


def shown_by(url: str, *, seconds: float = 5) -> x509.Certificate | None:
    """The certificate as the address shows it, unverified; None where there is none to be had."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return None
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), timeout=seconds) as raw,
            context.wrap_socket(raw, server_hostname=parts.hostname) as secured,
        ):
            encoded = secured.getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(encoded) if encoded else None
    except (OSError, ValueError):
        return None
