"""Nova's hypervisors as plain values, with what Placement counts on them."""

from collections.abc import Iterator, Mapping
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import if_allowed, many, one, pages
from compute import hosts, placement
from compute.placement import number

# The last version that tells how much is used. From 2.88 on it does not, and asks each host for its uptime meanwhile:
# a list that takes as long as its slowest host.
MICROVERSION = "2.87"
KEPT = ("hypervisor_version", "cpu_info", "running_vms", "current_workload")


def fetch(conn) -> Iterator[list[dict[str, Any]]]:
    places, seen = _places(conn), set()
    for page in pages(conn.compute, "/os-hypervisors/detail", "hypervisors", microversion=MICROVERSION):
        signs = {str(hypervisor.get("id")): _signs(hypervisor) for hypervisor in page}
        facts = placement.facts_of(conn, signs)
        found = [row(hypervisor, facts.get(str(hypervisor.get("id")), {}), places) for hypervisor in page]
        seen.update(hypervisor["host"] for hypervisor in found)
        yield found
    # Nova leaves out those of a cell that does not answer, whose hosts only the list of services still names.
    unknown = sorted(host for host, place in places.items() if place.get("status") == "UNKNOWN" and host not in seen)
    yield [{"cloud_id": "", "known_by": {"host": host}, "status": "UNKNOWN", "partial": True} for host in unknown]


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    found = one(conn.compute, f"/os-hypervisors/{cloud_id}", "hypervisor", microversion=MICROVERSION)
    facts = placement.facts_of(conn, {cloud_id: _signs(found)})
    return row(found, facts.get(cloud_id, {}), _places(conn))


def row(hypervisor: Mapping[str, Any], facts: placement.Facts, places: Mapping[str, Mapping]) -> dict[str, Any]:
    """`facts` are Placement's, `places` what `_places` found, by host."""
    service = mapping(hypervisor.get("service"))
    host = str(service.get("host") or hypervisor.get("hypervisor_hostname") or "")
    place = places.get(host, {})
    return {
        "cloud_id": str(hypervisor.get("id") or ""),
        "name": hypervisor.get("hypervisor_hostname"),
        "status": hypervisor.get("status") or "unknown",
        "state": hypervisor.get("state"),
        "host": host,
        "service_id": str(place.get("service_id") or service.get("id") or ""),
        "disabled_reason": service.get("disabled_reason"),
        "forced_down": bool(place.get("forced_down")),
        "availability_zone": place.get("zone"),
        "aggregates": sorted(place.get("aggregates", [])),
        "hypervisor_type": hypervisor.get("hypervisor_type"),
        "host_ip": hypervisor.get("host_ip"),
        "servers": hypervisor.get("running_vms"),
        **_usage(hypervisor, facts),
        "data": {
            **{key: hypervisor.get(key) for key in KEPT if hypervisor.get(key) is not None},
            **({"placement": facts} if facts else {}),
        },
    }


def _usage(hypervisor: Mapping[str, Any], facts: placement.Facts) -> dict[str, Any]:
    """Placement's figures where it has them: the scheduler goes by these. Else Nova's own, that know no ratio."""
    usage: dict[str, Any] = {}
    for kind, classes, used, total in (
        ("vcpus", ("VCPU", "PCPU"), "vcpus_used", "vcpus"),
        ("memory", ("MEMORY_MB",), "memory_mb_used", "memory_mb"),
        ("disk", ("DISK_GB",), "local_gb_used", "local_gb"),
    ):
        stocks = [facts[name] for name in classes if name in facts]
        if stocks:
            pair = sum(number(stock["used"]) for stock in stocks), sum(placement.capacity(stock) for stock in stocks)
        else:
            pair = number(hypervisor.get(used)), number(hypervisor.get(total))
        usage |= {f"{kind}_used": int(pair[0]), f"{kind}_total": int(pair[1])}
        usage[f"{kind}_percent"] = round(100 * pair[0] / pair[1]) if pair[1] else None
    return usage


def _places(conn) -> dict[str, dict[str, Any]]:
    """By host: its compute service, zone and aggregates. All three are short lists, whatever the cloud's size."""
    places: dict[str, dict[str, Any]] = {}
    services = many(conn.compute, "/os-services?binary=nova-compute", "services", microversion="2.96")
    for service in services:
        places[str(service.get("host"))] = {
            "service_id": service.get("id"),
            "zone": service.get("zone"),
            "status": service.get("status"),
            "forced_down": service.get("forced_down"),
            "aggregates": [],
        }
    for aggregate in if_allowed(lambda: many(conn.compute, "/os-aggregates", "aggregates"), []):
        for host in map(str, sequence(aggregate.get("hosts"))):
            places.setdefault(host, {"aggregates": []})["aggregates"].append(str(aggregate.get("name") or ""))
    return places


def _signs(hypervisor: Mapping[str, Any]) -> tuple[str, ...]:
    """What moves when a server of the host comes or goes."""
    keys = ("running_vms", "vcpus_used", "memory_mb_used", "local_gb_used")
    return tuple(str(hypervisor.get(key)) for key in keys)


def service_of(conn, cloud_id: str) -> str:
    """The id of the compute service that runs it."""
    found = one(conn.compute, f"/os-hypervisors/{cloud_id}", "hypervisor", microversion="2.53")
    return str(mapping(found.get("service")).get("id") or "")


def disable(conn, cloud_id: str, reason: str) -> None:
    hosts.disable(conn, service_of(conn, cloud_id), reason)


def enable(conn, cloud_id: str) -> None:
    hosts.enable(conn, service_of(conn, cloud_id))


def uptime(conn, cloud_id: str) -> str:
    """What the host itself says; asking it takes as long as the host does. "" where it does not tell."""
    found = one(conn.compute, f"/os-hypervisors/{cloud_id}", "hypervisor", microversion="2.88")
    return str(found.get("uptime") or "").strip()
