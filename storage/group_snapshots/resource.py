from django import forms
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.inventory import Source
from opsys.kit.declare.action import Action
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from opsys.kit.declare.usual import delete_action
from opsys.kit.forms.form import ActionForm
from storage.declaring import words
from storage.group_snapshots import cloud
from storage.group_snapshots.models import GroupSnapshot

STATUSES = ("available", "error", "error_deleting", "creating", "deleting")


class StatusForm(ActionForm):
    status = forms.ChoiceField(label=_("Status"), choices=[(name, name) for name in STATUSES])


def colour(snapshot: GroupSnapshot) -> str:
    return "red" if snapshot.status.startswith("error") else "green" if snapshot.status == "available" else "secondary"


GROUP_SNAPSHOTS = register(
    Resource(
        model=GroupSnapshot,
        slug="group_snapshots",
        icon="camera",
        source=Source(
            "block-storage",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=120,
            events={"group_snapshot": ["group_snapshot_id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=2,
            ),
            Column("description", _("Description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        relations=(
            Relation(
                "group",
                _("Volume group"),
                "storage.volumegroup",
                "group_id",
                reverse=_("Group snapshots"),
                on_delete=OnDelete.BLOCKS,
                priority=2,
            ),
        ),
        actions=(
            Action(
                "reset-status",
                _("Reset status"),
                cloud.reset_status,
                permission=access.ADMINISTER,
                form=StatusForm,
                danger=True,
                icon="tool",
                group=_("Repair"),
                needs="block-storage 3.19",
            ),
            delete_action(cloud.delete, destroys=True, command=words("volume", "group", "snapshot", "delete")),
        ),
        status_colour=colour,
    )
)
