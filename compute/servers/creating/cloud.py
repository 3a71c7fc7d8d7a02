"""What Nova is sent for a new server."""

import base64
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from clusters.gateway import check, many, moment, negotiate

NEWEST = "2.96"


def create(conn, **params: Any) -> str:
    """The new server's id. See `body_of` for the parameters."""
    version = negotiate(conn.compute, NEWEST)
    response = conn.compute.post("/servers", json=body_of(**params), microversion=version)
    check(response)
    return str(response.json()["server"]["id"])


def body_of(
    *,
    name: str,
    flavor: str,
    source: str = "image",
    image: str = "",
    volume: str = "",
    volume_snapshot: str = "",
    volume_size: int = 0,
    volume_type: str = "",
    delete_volume: bool = False,
    networks: list[str] = (),
    ports: list[str] = (),
    fixed_ip: str = "",
    security_groups: list[str] = (),
    key_name: str = "",
    availability_zone: str = "",
    description: str = "",
    server_group: str = "",
    user_data: str = "",
    config_drive: bool = False,
    password: str = "",
    metadata: dict[str, str] | None = None,
    tags: list[str] = (),
) -> dict[str, Any]:
    """`source` is image, volume, snapshot (of a volume) or new-volume (made from the image). Others are cloud ids, but
    for `key_name` and `availability_zone`; `user_data` is plain text."""
    server: dict[str, Any] = {
        "name": name,
        "flavorRef": flavor,
        "networks": [{"port": port} for port in ports] + [_network(network, fixed_ip) for network in networks],
        **_source(source, image, volume, volume_snapshot, volume_size, volume_type, delete_volume),
    }
    wanted = {
        "key_name": key_name,
        "availability_zone": availability_zone,
        "description": description,
        "adminPass": password,
        "user_data": base64.b64encode(user_data.encode()).decode(),
        "config_drive": config_drive,
        "metadata": metadata,
        "tags": list(tags),
        "security_groups": [{"name": group} for group in security_groups],
    }
    server |= {key: value for key, value in wanted.items() if value}
    hints = {"os:scheduler_hints": {"group": server_group}} if server_group else {}
    return {"server": server, **hints}


def _network(network: str, fixed_ip: str) -> dict[str, str]:
    return {"uuid": network, **({"fixed_ip": fixed_ip} if fixed_ip else {})}


def _source(
    source: str, image: str, volume: str, snapshot: str, size: int, volume_type: str, delete: bool
) -> dict[str, Any]:
    if source == "image":
        return {"imageRef": image}
    kind, uuid = {"volume": ("volume", volume), "snapshot": ("snapshot", snapshot)}.get(source, ("image", image))
    device = {
        "boot_index": 0,
        "uuid": uuid,
        "source_type": kind,
        "destination_type": "volume",
        "delete_on_termination": delete,
    }
    if kind != "volume":
        device |= {key: value for key, value in (("volume_size", size), ("volume_type", volume_type)) if value}
    return {"block_device_mapping_v2": [device]}


def find_created(conn, since: datetime, *, name: str, **_params: Any) -> str:
    """The id of a server of this name that we asked for since then, or ""."""
    query = urlencode({"name": f"^{_quoted(name)}$", "changes-since": since.strftime("%Y-%m-%dT%H:%M:%SZ")})
    for server in many(conn.compute, f"/servers/detail?{query}", "servers"):
        born = moment(server.get("created"))
        ours = server.get("user_id") == conn.current_user_id
        if server.get("name") == name and ours and born and born >= since and server.get("status") != "DELETED":
            return str(server.get("id") or "")
    return ""


def _quoted(name: str) -> str:
    """For Nova's database, which takes names as regular expressions of its own kind."""
    return "".join(character if character.isalnum() or character in "-_ " else "." for character in name)
