"""Nova's servers as plain values. What can be asked of them stands in operations.py and networking.py."""

from datetime import datetime
from typing import Any

from clusters.coerce import mapping, sequence
from clusters.gateway import Listed, Listing, many, moment, one

NEWEST = "2.96"
POWER_STATES = {"0": "unknown", "1": "running", "3": "paused", "4": "shutdown", "6": "crashed", "7": "suspended"}


def fetch_one(conn, cloud_id: str) -> dict[str, Any]:
    return row(one(conn.compute, f"/servers/{cloud_id}", "server", microversion=NEWEST))


def row(server: dict[str, Any]) -> dict[str, Any]:
    """Every field may be missing: policies hide some, old clouds lack others, broken servers have neither."""
    status = server.get("status") or "UNKNOWN"
    whole = {
        "cloud_id": server.get("id"),
        "name": server.get("name"),
        "project_id": server.get("tenant_id") or "",
        "status": status,
        "created_at": moment(server.get("created")),
        "updated_at": moment(server.get("updated")),
        "gone": status == "DELETED",
        "host": server.get("OS-EXT-SRV-ATTR:host") or "",
        "flavor": _flavor(mapping(server.get("flavor"))),
        "image_id": mapping(server.get("image")).get("id"),
        "availability_zone": server.get("OS-EXT-AZ:availability_zone") or "",
        "task_state": server.get("OS-EXT-STS:task_state") or "",
        "power_state": POWER_STATES.get(str(server.get("OS-EXT-STS:power_state")), ""),
        "locked": bool(server.get("locked")),
        "addresses": _addresses(mapping(server.get("addresses"))),
        "data": {key: server.get(key) for key in KEPT if server.get(key) is not None},
    }
    if status != "UNKNOWN" or "name" in server:
        return whole
    # Its cell does not answer, so Nova (from 2.69 on) tells only what it knows without it.
    unsent = {name for name, key in SENT_AS.items() if key not in server}
    return {name: value for name, value in whole.items() if name not in unsent} | {"partial": True}


def _list(path: str = "/servers/detail", *, optional: bool = False, **query: str) -> Listing:
    everybodys = {"all_tenants": "1"}
    return Listing("compute", path, "servers", query, NEWEST, optional=optional, everybodys=everybodys)


# Nova's list leaves out what was deleted and can still be restored; only administrators may ask for it.
fetch = Listed(lambda: (_list(), _list(optional=True, deleted="true", status="SOFT_DELETED")), row)

# With "changes-since" Nova also tells of deleted servers, as status DELETED.
changes = Listed(
    lambda since: (
        _list(sort_key="updated_at", sort_dir="asc", **{"changes-since": since.strftime("%Y-%m-%dT%H:%M:%SZ")}),
    ),
    row,
)


def names(since: datetime) -> Listing:
    """Without "detail" Nova tells ids and names alone."""
    return _list("/servers", **{"changes-since": since.strftime("%Y-%m-%dT%H:%M:%SZ")})


SENT_AS = {
    "name": "name",
    "project_id": "tenant_id",
    "created_at": "created",
    "updated_at": "updated",
    "host": "OS-EXT-SRV-ATTR:host",
    "flavor": "flavor",
    "image_id": "image",
    "availability_zone": "OS-EXT-AZ:availability_zone",
    "task_state": "OS-EXT-STS:task_state",
    "power_state": "OS-EXT-STS:power_state",
    "locked": "locked",
    "addresses": "addresses",
}


# What the detail page shows beyond the columns. `flavor` holds its size, `fault` why a server is in ERROR.
KEPT = (
    "description",
    "fault",
    "flavor",
    "key_name",
    "locked_reason",
    "metadata",
    "security_groups",
    "server_groups",
    "tags",
    "user_id",
    "config_drive",
    "host_status",
    "pinned_availability_zone",
    "os-extended-volumes:volumes_attached",
    "OS-EXT-STS:vm_state",
    "OS-EXT-SRV-ATTR:hostname",
    "OS-EXT-SRV-ATTR:hypervisor_hostname",
    "OS-EXT-SRV-ATTR:instance_name",
    "OS-SRV-USG:launched_at",
    "OS-SRV-USG:terminated_at",
)


def _flavor(flavor: dict[str, Any]) -> str:
    """Since 2.47 the flavor's name stands in the server, as it was at boot; before, only its id."""
    return flavor.get("original_name") or flavor.get("id") or ""


def _addresses(networks: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "network": network,
            "address": str(entry.get("addr") or ""),
            "type": str(entry.get("OS-EXT-IPS:type") or ""),
            "mac": str(entry.get("OS-EXT-IPS-MAC:mac_addr") or ""),
        }
        for network, entries in networks.items()
        for entry in map(mapping, sequence(entries))
    ]


def find_request(action: str):
    """From Nova's own action log: the id of the request by which we asked for this since a moment, or ""."""

    def look(conn, cloud_id: str, since: datetime) -> str:
        entries = many(
            conn.compute, f"/servers/{cloud_id}/os-instance-actions", "instanceActions", microversion="2.21"
        )
        for entry in entries:
            began = moment(entry.get("start_time"))
            ours = entry.get("user_id") == conn.current_user_id
            if entry.get("action") == action and ours and began and began >= since:
                return entry.get("request_id") or ""
        return ""

    return look
