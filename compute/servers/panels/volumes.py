"""The volumes a server has, as Nova attached them."""

from typing import Any

from compute.servers import lookup
from compute.servers.models import Server
from compute.servers.panels.neighbours import named, page_of


def load(conn, server: Server, *, user, query) -> dict[str, Any]:
    """`volumes`: each with id, name, size (GiB), type, device and delete_with_server (None: not said)."""
    entries = lookup.volume_attachments(conn, server.cloud_id)
    rows = named("storage.volume", server, [str(entry.get("volumeId")) for entry in entries], user=user)
    return {"volumes": [_volume(server, entry, rows) for entry in entries]}


def _volume(server: Server, entry: dict[str, Any], rows: dict) -> dict[str, Any]:
    cloud_id = str(entry.get("volumeId") or "")
    row = rows.get(cloud_id)
    return {
        "id": cloud_id,
        "name": (row.name if row else "") or cloud_id,
        "url": page_of("storage.volume", server, cloud_id),
        "size": row.size if row else None,
        "type": row.volume_type if row else "",
        "device": str(entry.get("device") or ""),
        "delete_with_server": entry.get("delete_on_termination"),
    }
