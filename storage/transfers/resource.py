from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.inventory import Source
from opsys.kit.declare.action import gone
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from storage.declaring import storage_action, words
from storage.transfers import cloud
from storage.transfers.models import Transfer

TRANSFERS = register(
    Resource(
        model=Transfer,
        slug="transfers",
        icon="transfer",
        source=Source("block-storage", cloud.fetch, cloud.fetch_one, full_seconds=60),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", priority=2),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("with_snapshots", _("With its snapshots"), kind="flag", priority=3),
            Column(
                "project",
                _("From project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=2,
            ),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(Filter("project", _("From project"), field="project_id", refers="identity.project"),),
        relations=(
            Relation(
                "volume",
                _("Volume"),
                "storage.volume",
                "volume_id",
                reverse=_("Volume transfers"),
                on_delete=OnDelete.BLOCKS,
                priority=1,
            ),
        ),
        actions=(
            storage_action(
                "cancel",
                _("Cancel"),
                cloud.cancel,
                permission=access.PROVISION,
                danger=True,
                goal_reached=gone,
                icon="x",
                touches=("storage.volume",),
                command=words("volume", "transfer", "request", "delete"),
            ),
        ),
        status_colour=lambda transfer: "azure",
    )
)
