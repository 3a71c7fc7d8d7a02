from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from clusters.access import PROVISION
from clusters.inventory import Source
from clusters.microversions import offers
from opsys.kit.declare import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Link, Panel, Resource
from storage.backups import chain, cloud
from storage.backups.actions import ACTIONS
from storage.backups.models import Backup
from storage.states import colour, has_backups

STATUSES = ("available", "creating", "deleting", "error", "error_deleting", "restoring")


def volume_url(backup: Backup) -> str:
    """The page of a new volume, filled in with this backup."""
    chosen = {"source": "backup", "backup": backup.cloud_id, "size": backup.size}
    chosen |= {"cluster": backup.cluster.name, "project": backup.project_id}
    return f"{register.get('storage.volume').url('new', 'create')}?{urlencode(chosen)}"


BACKUPS = register.register(
    Resource(
        model=Backup,
        slug="backups",
        icon="database-export",
        # Cinder tells no deleted backups, so every pass is a complete one.
        source=Source(
            "block-storage",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            events={"backup": ["backup_id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("fault", _("Why it failed"), value="fail_reason", priority=4),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("size", _("Size (GiB)"), kind="number", sort=("size",), priority=2),
            Column("incremental", _("Incremental"), kind="flag", priority=2),
            Column("increments", _("Increments need it"), value="has_increments", kind="flag", priority=4),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("container", _("Container"), priority=4),
            Column("zone", _("Availability zone"), value="availability_zone", priority=4),
            Column("description", _("Description"), priority=4),
            Column("metadata", _("Metadata"), value="metadata_lines", kind="lines", priority=4),
            Column("of_moment", _("Data as of"), kind="time", priority=4),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
            Filter("container", _("Container")),
        ),
        relations=(
            Relation(
                "volume",
                _("Volume"),
                "storage.volume",
                "volume_id",
                reverse=_("Backups"),
                on_delete=OnDelete.DETACHES,
                priority=2,
            ),
            Relation(
                "snapshot",
                _("Snapshot"),
                "storage.snapshot",
                "snapshot_id",
                reverse=_("Backups"),
                on_delete=OnDelete.DETACHES,
                priority=4,
            ),
        ),
        panels=(Panel("chain", _("Chain of increments"), "storage/backups/chain.html", chain.panel, cloud=False),),
        actions=ACTIONS,
        links=(
            Link(
                "to-volume",
                _("Create a volume"),
                volume_url,
                "database-plus",
                PROVISION,
                when=lambda backup: offers(backup.cluster, "block-storage", "3.47"),
            ),
        ),
        status_colour=colour,
        absent=has_backups,
    )
)
