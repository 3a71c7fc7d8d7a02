from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from storage.groups import cloud
from storage.groups.actions import ACTIONS
from storage.groups.forms import STATUSES
from storage.groups.models import VolumeGroup


def colour(group: VolumeGroup) -> str:
    return "red" if group.status.startswith("error") else "green" if group.status == "available" else "secondary"


GROUPS = register(
    Resource(
        model=VolumeGroup,
        slug="groups",
        icon="stack-2",
        source=Source(
            "block-storage",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=120,
            events={"group": ["group_id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("zone", _("Availability zone"), value="availability_zone", priority=3),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=2,
            ),
            Column("description", _("Description"), priority=4),
            Column("group_type", _("Group type"), value="group_type_id", kind="code", priority=4),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        relations=(
            Relation(
                "volume_types",
                _("Volume types"),
                "storage.volumetype",
                ids="volume_type_ids",
                reverse=_("Volume groups"),
                on_delete=OnDelete.BLOCKS,
            ),
            Relation(
                "source_group",
                _("From volume group"),
                "storage.volumegroup",
                "source_group_id",
                reverse=_("Groups created from it"),
                on_delete=OnDelete.DETACHES,
                priority=4,
            ),
            Relation(
                "group_snapshot",
                _("From group snapshot"),
                "storage.groupsnapshot",
                "group_snapshot_id",
                reverse=_("Groups created from it"),
                on_delete=OnDelete.DETACHES,
                priority=4,
            ),
        ),
        actions=ACTIONS,
        status_colour=colour,
    )
)
