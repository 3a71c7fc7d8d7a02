from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from clusters.access import PROVISION
from clusters.inventory import Source
from compute.images import cloud
from compute.images.actions import ACTIONS
from compute.images.models import Image
from compute.images.panels import PANELS
from opsys.kit.declare import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Link, Resource

STATUSES = "active deactivated importing killed pending_delete queued saving uploading".split()
COLOURS = {"active": "green", "deactivated": "yellow", "killed": "red", "queued": "azure"}
VISIBILITIES = {
    "public": _("public"),
    "shared": _("shared"),
    "community": _("community"),
    "private": _("private"),
}


def visibility(image: Image) -> str:
    return str(VISIBILITIES.get(image.visibility, image.visibility))


def size(image: Image) -> str:
    """In the unit in which it has up to four digits."""
    if image.size is None:
        return ""
    amount, unit = float(image.size), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f} {unit}" if unit != "B" else f"{image.size} B"


def is_active(image: Image) -> bool:
    return image.status == "active"


def launch_url(image: Image) -> str:
    chosen = urlencode({"cluster": image.cluster.name, "image": image.cloud_id})
    return f"{register.get('compute.server').url('new', 'create')}?{chosen}"


IMAGES = register.register(
    Resource(
        model=Image,
        slug="images",
        icon="disc",
        source=Source(
            "image",
            cloud.fetch,
            cloud.fetch_one,
            changes=cloud.changes,
            full_seconds=30,
            events={"image": ["id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("kind", _("Kind"), value=lambda image: image.get_kind_display(), sort=("kind",), priority=2),
            Column("visibility", _("Visibility"), value=visibility, sort=("visibility",), priority=2),
            Column("system", _("System"), value="os_distro", sort=("os_distro",), priority=3),
            Column("format", _("Format"), value="disk_format", priority=3),
            Column("size", _("Size"), value=size, sort=("size",), priority=2),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("kind", _("Kind"), choices=Image.Kind.choices),
            Filter("visibility", _("Visibility"), choices=list(VISIBILITIES.items())),
            Filter("system", _("System"), field="os_distro"),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        relations=(
            Relation(
                "server",
                _("From server"),
                "compute.server",
                "server_id",
                reverse=_("Snapshots"),
                on_delete=OnDelete.DETACHES,
            ),
        ),
        actions=ACTIONS,
        panels=PANELS,
        links=(Link("launch", _("Create a server"), launch_url, "rocket", PROVISION, when=is_active),),
        status_colour=lambda image: COLOURS.get(image.status, "secondary"),
    )
)
