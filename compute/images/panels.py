"""The parts of an image's page."""

from typing import Any

from django.db.models import Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.gateway import many
from compute.images.models import Image
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.neighbours import neighbours, neighbours_called

FOLDER = "compute/images"


def servers(conn, image: Image, *, user, query) -> dict[str, Any]:
    """`rows` are the servers that boot from it, `launch` where a new one is asked for."""
    found = neighbours("compute.server", image, Q(image_id=image.cloud_id), user=user)
    return {**found, "launch": _launch(image) if access.can(user, access.PROVISION, image.cluster) else ""}


def _launch(image: Image) -> str:
    if image.status != "active":
        return ""
    chosen = urlencode({"cluster": image.cluster.name, "image": image.cloud_id})
    return f"{register.get('compute.server').url('new', 'create')}?{chosen}"


def data(conn, image: Image, *, user, query) -> dict[str, Any]:
    """What is known of the data itself, and where to get it."""
    kept = ("container_format", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "stores")
    may = image.status == "active" and access.can(user, access.PROVISION, image.cluster)
    return {
        "download": f"{register.get('compute.image').item_url(image)}download/" if may else "",
        **{name: image.data.get(name) for name in kept},
        "disk_format": image.disk_format,
        "size": image.size,
        "properties": dict(sorted(image.properties.items())),
    }


def members(conn, image: Image, *, user, query) -> dict[str, Any]:
    """`members`: each with project (cloud_id, name, url) and status: pending, accepted or rejected."""
    found = many(conn.image, f"/images/{image.cloud_id}/members", "members")
    statuses = {str(member.get("member_id")): str(member.get("status") or "") for member in found}
    projects = neighbours_called("identity.project", image, list(statuses), user=user)
    return {"members": [{**project, "status": statuses[project["cloud_id"]]} for project in projects]}


PANELS = (
    Panel("data", _("Data and properties"), f"{FOLDER}/data.html", data, cloud=False, icon="list-details"),
    Panel("servers", _("Servers"), f"{FOLDER}/servers.html", servers, cloud=False, icon="server"),
    Panel(
        "members",
        _("Members"),
        f"{FOLDER}/members.html",
        members,
        icon="users",
        when=lambda image: image.visibility == "shared",
    ),
)
