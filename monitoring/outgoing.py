"""HTTP requests to addresses somebody typed in: only where the platform may connect to, never elsewhere after that."""

import json
import ssl
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from django.utils.translation import gettext as _

from clusters.gateway.retry_after import told_to_wait
from clusters.sentences import gettext
from terminal.errors import SshError
from terminal.rules.addresses import is_open, resolve

SECONDS = urllib3.Timeout(connect=5, read=10)
MOST_READ = 65536


class OutgoingError(Exception):
    """Why not, as a sentence without secrets of the address. `final`: asking again does not help. `wait`: so long
    we were told not to ask again."""

    def __init__(self, sentence: str, *, final: bool = False, wait: timedelta | None = None):
        super().__init__(sentence)
        self.final, self.wait = final, wait


def check_address(url: str) -> None:
    """Raises `OutgoingError` for what is no http address, or one whose name leads where we may not go."""
    _open_address(url)


def request(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    ca_certificate: str = "",
    most: int = MOST_READ,
) -> Any:
    """The answer's JSON, or its text (what of it fits into `most` bytes). Raises `OutgoingError` for all but a 2xx.
    `ca_certificate` (PEM) is trusted beside the public ones.

    The name is resolved once; the address that was judged is the one connected to. Redirects are not followed.
    """
    parts, address = _open_address(url)
    given = {"Host": parts.netloc.rpartition("@")[2], **(headers or {})}
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        with _pool(parts, address, ca_certificate) as pool:
            answer = pool.request(method, target, body=body, headers=given, redirect=False, preload_content=False)
            text = answer.read(most, decode_content=True).decode(errors="replace")
            answer.close()
    except (urllib3.exceptions.HTTPError, ssl.SSLError) as error:
        reason = type(error).__name__
        raise OutgoingError(_("No connection to %(host)s (%(reason)s).") % {"host": parts.hostname, "reason": reason})
    if not 200 <= answer.status < 300:
        final = 300 <= answer.status < 500 and answer.status not in (408, 425, 429)
        said = gettext("%(host)s answered with status %(status)s.")
        text, wait = (
            said % {"host": parts.hostname, "status": answer.status},
            told_to_wait(answer.status, answer.headers),
        )
        raise OutgoingError(text, final=final, wait=wait)
    try:
        return json.loads(text)
    except ValueError:
        return text


def _open_address(url: str) -> tuple[Any, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise OutgoingError(_("This is not an address."), final=True) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise OutgoingError(_("The address must begin with https:// or http://."), final=True)
    try:
        addresses = resolve(parts.hostname)
    except SshError as error:
        raise OutgoingError(str(error)) from None
    for address in addresses:
        if is_open(address):
            return parts, str(address)
    raise OutgoingError(_("The platform may not connect to %(address)s.") % {"address": addresses[0]}, final=True)


def _pool(parts: Any, address: str, ca_certificate: str) -> urllib3.HTTPConnectionPool:
    common: dict[str, Any] = {"timeout": SECONDS, "retries": False, "maxsize": 1}
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, parts.port or 80, **common)
    context = ssl.create_default_context(cafile=requests.certs.where())
    if ca_certificate:
        context.load_verify_locations(cadata=ca_certificate)
    return urllib3.HTTPSConnectionPool(
        address,
        parts.port or 443,
        ssl_context=context,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        **common,
    )
