"""What a cluster offers to a new server beyond the inventory: asked once a service, kept for half a minute."""

from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from clusters import gateway
from clusters.coerce import mapping
from clusters.gateway import CloudError, many, one
from clusters.models import Cluster

FRESH_SECONDS = 30
Choice = tuple[str, str]


@dataclass
class Offers:
    """`limits` is what Nova says of the project's quota; `free` how many addresses each network has left;
    `problems` why a service could not tell, by its type."""

    zones: list[Choice] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    ports: list[Choice] = field(default_factory=list)
    security_groups: list[Choice] = field(default_factory=list)
    free: dict[str, int] = field(default_factory=dict)
    snapshots: list[tuple[str, str, int]] = field(default_factory=list)
    volume_types: list[Choice] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def left(self, what: str) -> int | None:
        """How many instances, cores or MiB of RAM the project may still use; None: without end, or not known."""
        most, used = {
            "instances": ("maxTotalInstances", "totalInstancesUsed"),
            "cores": ("maxTotalCores", "totalCoresUsed"),
            "ram": ("maxTotalRAMSize", "totalRAMUsed"),
        }[what]
        limit = self.limits.get(most, -1)
        return None if limit < 0 else max(0, limit - self.limits.get(used, 0))


def offers_of(cluster: Cluster, project_id: str = "") -> Offers:
    """What a server in this project may have, or without one in the credential's own. Never raises: a service that
    cannot be asked offers nothing and is named in `problems`."""
    key = f"server-offers:{cluster.pk}:{project_id}"
    kept = cache.get(key)
    if kept is not None:
        return Offers(**kept)
    offers = Offers()
    for service, read in (("compute", _compute), ("network", _network), ("block-storage", _storage)):
        try:
            with gateway.call(cluster, project=project_id) as call:
                read(call.conn, cluster.capabilities, offers)
        except CloudError as error:
            offers.problems[service] = str(error)
            if error.code in ("unreachable", "timeout", "authentication", "tls", "no_credential"):
                break  # the others would wait for the same
    if not offers.problems:
        cache.set(key, asdict(offers), FRESH_SECONDS)
    return offers


def _compute(conn, capabilities: dict, offers: Offers) -> None:
    limits = mapping(one(conn.compute, "/limits", "limits").get("absolute"))
    offers.limits = {name: value for name, value in limits.items() if isinstance(value, int)}
    for zone in many(conn.compute, "/os-availability-zone", "availabilityZoneInfo"):
        name = str(zone.get("zoneName") or "")
        if name and mapping(zone.get("zoneState")).get("available"):
            offers.zones.append((name, name))


def _network(conn, capabilities: dict, offers: Offers) -> None:
    own = urlencode({"project_id": conn.current_project_id})
    groups = many(conn.network, f"/security-groups?{own}", "security_groups")
    offers.security_groups = sorted((_pair(group) for group in groups), key=lambda pair: pair[1])
    ports = many(conn.network, f"/ports?{own}&{urlencode({'device_id': ''})}", "ports")
    offers.ports = [_port(port) for port in ports if not port.get("device_id")]
    # Only administrators are told.
    if capabilities.get("is_admin") and "network-ip-availability" in capabilities.get("extensions", []):
        for network in many(conn.network, "/network-ip-availabilities", "network_ip_availabilities"):
            total, used = network.get("total_ips"), network.get("used_ips")
            if isinstance(total, int) and isinstance(used, int):
                offers.free[str(network.get("network_id"))] = max(0, total - used)


def _storage(conn, capabilities: dict, offers: Offers) -> None:
    for snapshot in many(conn.block_storage, "/snapshots/detail?limit=500", "snapshots"):
        if snapshot.get("status") == "available":
            size = snapshot.get("size")
            offers.snapshots.append((*_pair(snapshot), size if isinstance(size, int) else 0))
    offers.volume_types = [_pair(kind, "name") for kind in many(conn.block_storage, "/types", "volume_types")]


def _pair(entry: dict[str, Any], key: str = "id") -> Choice:
    return str(entry.get(key) or ""), str(entry.get("name") or entry.get("id") or "")


def _port(port: dict[str, Any]) -> Choice:
    addresses = [str(mapping(ip).get("ip_address") or "") for ip in port.get("fixed_ips") or []]
    said = [port.get("name"), ", ".join(addresses), port.get("mac_address")]
    return str(port.get("id") or ""), " · ".join(str(text) for text in said if text)
