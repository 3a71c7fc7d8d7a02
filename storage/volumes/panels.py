"""The parts of a volume's page."""

from typing import Any

from opsys.kit.relate.neighbours import neighbours_called
from storage.volumes.models import Volume


def attachments(conn, volume: Volume, *, user, query) -> dict[str, Any]:
    """`attachments`: each with the server (cloud_id, name, status, url), device, host_name and attachment_id."""
    entries = volume.attachments
    servers = neighbours_called("compute.server", volume, [entry["server_id"] for entry in entries], user=user)
    return {"attachments": [{**server, **entry} for server, entry in zip(servers, entries, strict=True)]}


def image_metadata(conn, volume: Volume, *, user, query) -> dict[str, Any]:
    return {"image_metadata": dict(sorted(volume.image_metadata.items()))}
