"""The parts of an image's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.gateway import many
from compute.images.models import Image
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.neighbours import neighbours_called

FOLDER = "compute/images"


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
    Panel(
        "members",
        _("Members"),
        f"{FOLDER}/members.html",
        members,
        icon="users",
        when=lambda image: image.visibility == "shared",
    ),
)
