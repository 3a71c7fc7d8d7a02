"""One POST to an address somebody typed in: only where the platform may connect to, and never elsewhere after that."""

import json
import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from django.utils.translation import gettext as _

from clusters.sentences import gettext
from monitoring.alerts.channels.errors import NotDelivered
from terminal.errors import SshError
from terminal.rules.addresses import is_open, resolve

SECONDS = urllib3.Timeout(connect=5, read=10)
MOST_READ = 65536


def check_address(url: str) -> None:
    """Raises `NotDelivered` for what is no http address, or one whose name leads where we may not go."""
    _open_address(url)


def post(url: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    """Send `body` as JSON. The answer's JSON, or its text. Raises `NotDelivered` for everything but a 2xx.

    The name is resolved once; the address that was judged is the one connected to. Redirects are not followed.
    """
    parts, address = _open_address(url)
    data = json.dumps(body, ensure_ascii=False).encode()
    given = {"Content-Type": "application/json; charset=utf-8", "Host": parts.netloc.rpartition("@")[2]}
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        with _pool(parts, address) as pool:
            answer = pool.request(
                "POST", target, body=data, headers={**given, **(headers or {})}, redirect=False, preload_content=False
            )
            text = answer.read(MOST_READ, decode_content=True).decode(errors="replace")
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        reason = type(error).__name__
        raise NotDelivered(_("No connection to %(host)s (%(reason)s).") % {"host": parts.hostname, "reason": reason})
    if not 200 <= answer.status < 300:
        final = 300 <= answer.status < 500 and answer.status not in (408, 425, 429)
        said = gettext("%(host)s answered with status %(status)s.")
        raise NotDelivered(said % {"host": parts.hostname, "status": answer.status}, final=final)
    try:
        return json.loads(text)
    except ValueError:
        return text


def _open_address(url: str) -> tuple[Any, str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotDelivered(_("This is not an address."), final=True) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise NotDelivered(_("The address must begin with https:// or http://."), final=True)
    try:
        addresses = resolve(parts.hostname)
    except SshError as error:
        raise NotDelivered(str(error)) from None
    for address in addresses:
        if is_open(address):
            return parts, str(address)
    raise NotDelivered(_("Messages may not be sent to %(address)s.") % {"address": addresses[0]}, final=True)


def _pool(parts: Any, address: str) -> urllib3.HTTPConnectionPool:
    common: dict[str, Any] = {"timeout": SECONDS, "retries": False, "maxsize": 1}
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, parts.port or 80, **common)
    return urllib3.HTTPSConnectionPool(
        address,
        parts.port or 443,
        cert_reqs=ssl.CERT_REQUIRED,
        ca_certs=requests.certs.where(),
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        **common,
    )
