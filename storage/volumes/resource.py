from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from clusters.access import PROVISION
from clusters.inventory import Source
from opsys.kit.declare import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Link, Panel, Resource
from storage.states import colour
from storage.volumes import cloud, panels
from storage.volumes.actions import ACTIONS
from storage.volumes.models import Volume

STATUSES = (
    "attaching available awaiting-transfer backing-up creating deleting detaching downloading error error_deleting "
    "error_extending error_restoring extending in-use maintenance reserved restoring-backup retyping reverting "
    "uploading"
).split()


def clone_url(volume: Volume) -> str:
    """The page of a new volume, filled in with this one."""
    chosen = {"source": "source_volume", "source_volume": volume.cloud_id, "size": volume.size}
    chosen |= {"cluster": volume.cluster.name, "project": volume.project_id}
    return f"{register.get('storage.volume').url('new', 'create')}?{urlencode(chosen)}"


COLUMNS = (
    Column("name", _("Name"), kind="name", sort=("name",), priority=1),
    Column("status", _("Status"), kind="status", sort=("status",), priority=1),
    Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
    Column("size", _("Size (GiB)"), kind="number", sort=("size",), priority=2),
    Column("project", _("Project"), value="project_id", refers="identity.project", sort=("project_id",), priority=3),
    Column("bootable", _("Bootable"), kind="flag", priority=4),
    Column("encrypted", _("Encrypted"), kind="flag", priority=4),
    Column("multiattach", _("Multi-attach"), kind="flag", priority=4),
    Column("read_only", _("Read-only"), kind="flag", priority=4),
    Column("zone", _("Availability zone"), value="availability_zone", priority=4),
    Column("migration", _("Migration"), priority=4),
    Column("description", _("Description"), priority=4),
    Column("metadata", _("Metadata"), value="metadata_lines", kind="lines", priority=4),
    Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
)

RELATIONS = (
    # Cinder tells the type and the pool of a volume by name, not by id.
    Relation(
        "type",
        _("Type"),
        "storage.volumetype",
        "volume_type",
        key="name",
        reverse=_("Volumes"),
        on_delete=OnDelete.BLOCKS,
    ),
    Relation("pool", _("Pool"), "storage.pool", "host", key="name", reverse=_("Volumes"), priority=4),
    Relation(
        "volume_group",
        _("Volume group"),
        "storage.volumegroup",
        "group_id",
        reverse=_("Volumes"),
        on_delete=OnDelete.BLOCKS,
        priority=4,
    ),
    # The server's page has a panel of its own for them.
    Relation("attached_to", _("Attached to"), "compute.server", ids="attached_to", on_delete=OnDelete.DETACHES),
    Relation(
        "image",
        _("From image"),
        "compute.image",
        "image_id",
        reverse=_("Volumes"),
        on_delete=OnDelete.DETACHES,
        priority=4,
    ),
    Relation(
        "snapshot",
        _("From snapshot"),
        "storage.snapshot",
        "snapshot_id",
        reverse=_("Volumes created from it"),
        on_delete=OnDelete.DETACHES,
        priority=4,
    ),
    Relation(
        "source",
        _("From volume"),
        "storage.volume",
        "source_volume_id",
        reverse=_("Volumes created from it"),
        on_delete=OnDelete.DETACHES,
        priority=4,
    ),
)

VOLUMES = register.register(
    Resource(
        model=Volume,
        slug="volumes",
        icon="database",
        # Cinder tells no deleted volumes, so every pass is a complete one.
        source=Source(
            "block-storage",
            cloud.fetch,
            cloud.fetch_one,
            changes=cloud.changes,
            full_seconds=30,
            index=cloud.index,
            events={"volume": ["volume_id"]},
        ),
        columns=COLUMNS,
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
            Filter("zone", _("Availability zone"), field="availability_zone"),
        ),
        relations=RELATIONS,
        panels=(
            Panel(
                "attachments",
                _("Attachments"),
                "storage/volumes/attachments.html",
                panels.attachments,
                cloud=False,
                icon="plug-connected",
                when=lambda volume: bool(volume.attachments),
            ),
            Panel(
                "image-metadata",
                _("Image metadata"),
                "storage/volumes/image_metadata.html",
                panels.image_metadata,
                cloud=False,
                icon="photo",
                when=lambda volume: bool(volume.image_metadata),
            ),
        ),
        actions=ACTIONS,
        links=(Link("clone", _("Clone"), clone_url, "copy", PROVISION),),
        status_colour=colour,
    )
)
