from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource
from storage.volumes import cloud
from storage.volumes.models import Volume

STATUSES = ("available", "in-use", "creating", "deleting", "error", "error_deleting", "extending", "reserved")
COLOURS = {"available": "green", "in-use": "blue"}


def colour(volume: Volume) -> str:
    return "red" if volume.status.startswith("error") else COLOURS.get(volume.status, "secondary")


VOLUMES = register(
    Resource(
        model=Volume,
        slug="volumes",
        icon="database",
        # Cinder tells no deleted volumes, so every pass is a complete one.
        source=Source("block-storage", cloud.fetch, cloud.fetch_one, full_seconds=30),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("size", _("Size (GiB)"), kind="number", sort=("size",), priority=2),
            Column("type", _("Type"), value="volume_type", sort=("volume_type",), priority=3),
            Column("attached_to", _("Attached to"), refers="compute.server", priority=3),
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
            Filter("type", _("Type"), field="volume_type"),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        status_colour=colour,
    )
)
