"""Where Nova says that a console is, and whether we may connect there."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from clusters import gateway
from clusters.gateway import CloudError
from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import Refused, SshError
from terminal.models import Policy, Session
from terminal.rules import addresses

SCREEN, LINE, SPICE = ("vnc", "novnc"), ("serial", "serial"), ("spice", "spice-html5")
NOT_IMPLEMENTED = 501
SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
DEFAULT_PORTS = {"ws": 80, "wss": 443}


@dataclass(frozen=True)
class ProxyAddress:
    """`url` bears the token: it is a secret for as long as the cloud lets it live."""

    url: str
    host: str
    port: int
    address: str

    @property
    def secure(self) -> bool:
        return self.url.startswith("wss:")


def ask(cluster: Cluster, cloud_id: str, kind: str, name: str) -> str:
    """The address of a new console, as Nova gives it to a browser. Raises `SshError` (instance, cloud; for what the
    cloud does not offer no_console, or spice where it offers that instead)."""
    wanted = LINE if kind == Session.Kind.SERIAL else SCREEN
    try:
        return _named(cluster, cloud_id, *wanted)
    except CloudError as error:
        if error.code == "not_found":
            raise SshError(_("This server no longer exists."), cause="instance") from error
        if error.code != "bad_request" and error.http_status != NOT_IMPLEMENTED:
            raise SshError(str(error), cause="cloud") from error
        if wanted == SCREEN and _offers_spice(cluster, cloud_id):
            sentence = _("%(cluster)s shows the screen of %(name)s by SPICE, which this page cannot draw.")
            raise SshError(sentence % {"cluster": cluster.name, "name": name}, cause="spice") from error
        sentence = _("The cloud offers no console of this kind for %(name)s: %(reason)s")
        raise SshError(sentence % {"name": name, "reason": error}, cause="no_console") from error


def _named(cluster: Cluster, cloud_id: str, protocol: str, nova_type: str) -> str:
    with gateway.call(cluster) as call:
        console = call.conn.compute.create_server_remote_console(cloud_id, protocol=protocol, type=nova_type)
    return str(console.url or "")


def _offers_spice(cluster: Cluster, cloud_id: str) -> bool:
    """Asked only to say why there is no picture; nobody is told the address."""
    try:
        return bool(_named(cluster, cloud_id, *SPICE))
    except CloudError:
        return False


def proxy_address(url: str, cluster: Cluster, policy: Policy) -> ProxyAddress:
    """Where to connect, judged: what is connected to is `address`, whatever the name leads to a moment later. Raises
    `SshError` (cloud, dns) or `Refused` (address)."""
    try:
        parts = urlsplit(url)
        scheme, host = SCHEMES[parts.scheme], parts.hostname
        port = parts.port or DEFAULT_PORTS[scheme]
    except (KeyError, ValueError):
        host = None
    if not host:
        raise SshError(_("The cloud named no usable address of a console."), cause="cloud")
    path = _socket_path(parts.path, parts.query)
    address = _allowed(host, cluster, policy)
    return ProxyAddress(f"{scheme}://{parts.netloc.rpartition('@')[2]}/{path}", host, port, str(address))


def _allowed(host: str, cluster: Cluster, policy: Policy) -> addresses.Address:
    """A proxy may be where the cluster's own API is, which a platform admin entered; elsewhere the usual rules hold,
    without the networks that servers are limited to."""
    own, reasons = _api_addresses(cluster), []
    for address in addresses.resolve(host):
        reason = "" if address in own else addresses.why_no_proxy(address, policy)
        if not reason:
            return address
        reasons.append(reason)
    raise Refused(reasons[0], cause="address")


def _socket_path(path: str, query: str) -> str:
    """Where the proxy's socket is. Nova names a page of noVNC instead, which has the path of the socket in its own
    query, or nothing but the token."""
    fields = parse_qs(query)
    if "path" in fields:
        return fields["path"][0].lstrip("/")
    folder = path[: path.rfind("/") + 1] if path.endswith(".html") else path
    return folder.lstrip("/") + (f"?{query}" if query else "")


def _api_addresses(cluster: Cluster) -> frozenset[addresses.Address]:
    host = urlsplit(cluster.auth_url).hostname
    try:
        return frozenset(addresses.resolve(host)) if host else frozenset()
    except SshError:
        return frozenset()
