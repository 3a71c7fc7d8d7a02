"""What a cloud says of a server at the moment somebody connects to it."""

import re
from dataclasses import dataclass, field
from typing import Any

from clusters import gateway
from clusters.coerce import mapping, sequence
from clusters.gateway import CloudError
from clusters.models import Cluster
from clusters.sentences import gettext as _
from terminal.errors import SshError

NOT_RUNNING = frozenset({"SHUTOFF", "PAUSED", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED", "DELETED", "SOFT_DELETED"})
CONSOLE_LINES = 2000
_FINGERPRINT = re.compile(r"\b(SHA256:[A-Za-z0-9+/]{43})\b[^\n]*")
_BEGIN, _END = "BEGIN SSH HOST KEY FINGERPRINTS", "END SSH HOST KEY FINGERPRINTS"


@dataclass(frozen=True)
class Instance:
    """`addresses`: those to try, in this order. `shared`: those another server of the cloud has too."""

    cloud_id: str
    name: str
    image_id: str
    addresses: list[str]
    shared: frozenset[str] = field(default_factory=frozenset)


def find(cluster: Cluster, cloud_id: str) -> Instance:
    """Ask the cloud. Raises `SshError` (instance, cloud)."""
    try:
        with gateway.call(cluster) as call:
            server = gateway.one(call.conn.compute, f"/servers/{cloud_id}", "server")
    except CloudError as error:
        if error.code == "not_found":
            raise SshError(_("This server no longer exists."), cause="instance") from error
        raise SshError(str(error), cause="cloud") from error
    name, status = str(server.get("name") or cloud_id), str(server.get("status") or "")
    if status in NOT_RUNNING:
        sentence = _("Server %(name)s is %(status)s. Start it first.")
        raise SshError(sentence % {"name": name, "status": status}, cause="instance")
    floating, fixed, shared = _network_addresses(cluster, cloud_id)
    if not floating and not fixed:
        floating, fixed = _nova_addresses(server)
    addresses = list(dict.fromkeys([*floating, *fixed]))
    if not addresses:
        raise SshError(_("Server %(name)s has no address.") % {"name": name}, cause="instance")
    image = mapping(server.get("image")).get("id")
    return Instance(cloud_id, name, str(image or ""), addresses, frozenset(shared))


def fingerprints(cluster: Cluster, cloud_id: str) -> frozenset[str]:
    """The SHA256 fingerprints that the server printed on its console when it last started; none when it printed none
    or the console cannot be read."""
    try:
        with gateway.call(cluster, seconds=10) as call:
            answer = call.conn.compute.get_server_console_output(cloud_id, length=CONSOLE_LINES)
    except CloudError:
        return frozenset()
    return printed_in(str(mapping(answer).get("output") or ""))


def printed_in(console: str) -> frozenset[str]:
    """The fingerprints of the last complete block that cloud-init wrote."""
    before, begin, last = console.rpartition(_BEGIN)
    while begin and _END not in last:
        before, begin, last = before.rpartition(_BEGIN)
    return frozenset(_FINGERPRINT.findall(last.partition(_END)[0])) if begin else frozenset()


def _network_addresses(cluster: Cluster, cloud_id: str) -> tuple[list[str], list[str], set[str]]:
    """Floating, fixed, and the fixed ones that a port of something else has too: networks may overlap, and then
    nobody can say whom such an address leads to. A cloud without a network service tells nothing."""
    try:
        with gateway.call(cluster) as call:
            network = call.conn.network
            ports = _all(network, "/ports", "ports", device_id=cloud_id)
            fixed = [ip for port in ports for ip in _fixed(port)]
            floating = [
                str(entry["floating_ip_address"])
                for port in ports
                for entry in _all(network, "/floatingips", "floatingips", port_id=port.get("id"))
                if entry.get("floating_ip_address")
            ]
            shared = {
                ip
                for ip in fixed
                for port in _all(network, "/ports", "ports", fixed_ips=f"ip_address={ip}")
                if port.get("device_id") != cloud_id and ip in _fixed(port)
            }
    except CloudError:
        return [], [], set()
    return floating, fixed, shared


def _all(proxy: Any, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
    return [item for page in gateway.pages(proxy, path, key, query=query) for item in page]


def _fixed(port: dict[str, Any]) -> list[str]:
    return [str(ip["ip_address"]) for ip in map(mapping, sequence(port.get("fixed_ips"))) if ip.get("ip_address")]


def _nova_addresses(server: dict[str, Any]) -> tuple[list[str], list[str]]:
    floating: list[str] = []
    fixed: list[str] = []
    for entries in mapping(server.get("addresses")).values():
        for entry in map(mapping, sequence(entries)):
            if address := entry.get("addr"):
                (floating if entry.get("OS-EXT-IPS:type") == "floating" else fixed).append(str(address))
    return floating, fixed
