"""The address of a message broker as operators write it: amqps://user@host:port,host:port/virtual-host"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SCHEMES = {"amqp": 5672, "amqps": 5671}
MOST_HOSTS = 10
HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)(?::([0-9]{1,5}))?")


@dataclass(frozen=True)
class Address:
    """`hosts` are those of one RabbitMQ cluster, tried one after another."""

    hosts: tuple[tuple[str, int], ...]
    username: str
    virtual_host: str
    tls: bool


def parsed(text: str) -> Address:
    """Raises `ValidationError` with a sentence for people."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in SCHEMES:
        raise ValidationError(_("The address begins with amqps:// or amqp://."), code="scheme")
    if not text.isprintable() or re.search(r"[\s?#\\]", text):
        raise ValidationError(_("Nothing may stand in the address but user, hosts and virtual host."), code="address")
    place, _slash, path = rest.partition("/")
    user, at, hosts = place.rpartition("@")
    if ":" in user:
        raise ValidationError(_("The password has a field of its own."), code="password")
    if not at or not user or "@" in user:
        raise ValidationError(_("The address names one user: amqps://user@host:5671/"), code="user")
    found = tuple(_host(host, SCHEMES[scheme]) for host in hosts.split(","))
    if len(found) > MOST_HOSTS:
        raise ValidationError(_("At most %(most)s hosts."), code="host", params={"most": MOST_HOSTS})
    return Address(found, unquote(user), unquote(path) or "/", scheme == "amqps")


def valid_address(text: str) -> None:
    parsed(text)


def _host(text: str, usual_port: int) -> tuple[str, int]:
    match = HOST.fullmatch(text)
    port = int(match[3] or usual_port) if match else 0
    if match is None or not 0 < port < 65536 or ".." in text:
        raise ValidationError(
            _("“%(host)s” is no host, or no host with its port."), code="host", params={"host": text}
        )
    return match[1].strip("[]"), port
