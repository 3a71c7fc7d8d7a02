from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from clusters.access import PROVISION
from clusters.inventory import Source
from opsys.kit.declare import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Link, Resource
from storage.snapshots import cloud
from storage.snapshots.actions import ACTIONS
from storage.snapshots.models import Snapshot
from storage.states import colour

STATUSES = ("available", "creating", "deleting", "error", "error_deleting", "backing-up", "restoring", "unmanaging")


def volume_url(snapshot: Snapshot) -> str:
    """The page of a new volume, filled in with this snapshot."""
    chosen = {"source": "snapshot", "snapshot": snapshot.cloud_id, "size": snapshot.size}
    chosen |= {"cluster": snapshot.cluster.name, "project": snapshot.project_id}
    return f"{register.get('storage.volume').url('new', 'create')}?{urlencode(chosen)}"


SNAPSHOTS = register.register(
    Resource(
        model=Snapshot,
        slug="snapshots",
        icon="camera",
        # Cinder tells no deleted snapshots, so every pass is a complete one.
        source=Source(
            "block-storage",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=30,
            events={"snapshot": ["snapshot_id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("size", _("Size (GiB)"), kind="number", sort=("size",), priority=2),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("progress", _("Progress"), priority=4),
            Column("description", _("Description"), priority=4),
            Column("metadata", _("Metadata"), value="metadata_lines", kind="lines", priority=4),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        relations=(
            Relation(
                "volume",
                _("Volume"),
                "storage.volume",
                "volume_id",
                reverse=_("Snapshots"),
                on_delete=OnDelete.BLOCKS,
                priority=2,
            ),
        ),
        actions=ACTIONS,
        links=(Link("to-volume", _("Create a volume"), volume_url, "database-plus", PROVISION),),
        status_colour=colour,
    )
)
