from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from compute.servers import cloud
from compute.servers.actions import ACTIONS
from compute.servers.models import Server
from opsys.kit.register import register
from opsys.kit.resource import Column, Filter, Resource

STATUSES = (
    "ACTIVE BUILD DELETED ERROR HARD_REBOOT MIGRATING PASSWORD PAUSED REBOOT REBUILD RESCUE RESIZE REVERT_RESIZE "
    "SHELVED SHELVED_OFFLOADED SHUTOFF SUSPENDED UNKNOWN VERIFY_RESIZE"
).split()

COLOURS = {
    "ACTIVE": "green",
    "ERROR": "red",
    "BUILD": "azure",
    "PAUSED": "yellow",
    "SUSPENDED": "yellow",
    "RESCUE": "orange",
    "VERIFY_RESIZE": "purple",
}


def status_text(server: Server) -> str:
    return f"{server.status} · {server.task_state}" if server.task_state else server.status


SERVERS = register(
    Resource(
        model=Server,
        slug="servers",
        icon="server",
        source=Source("compute", cloud.fetch, cloud.fetch_one, changes=cloud.changes),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), value=status_text, kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("addresses", _("Addresses"), value="address_lines", kind="lines", priority=2),
            Column("flavor", _("Flavor"), sort=("flavor",), priority=3),
            Column("host", _("Host"), sort=("host",), priority=3),
            Column("project", _("Project"), value="project_id", kind="code", sort=("project_id",), priority=3),
            Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("host", _("Host")),
            Filter("flavor", _("Flavor")),
            Filter("project", _("Project"), field="project_id"),
        ),
        search=("search_text__contains",),
        actions=ACTIONS,
        status_colour=lambda server: COLOURS.get(server.status, "secondary"),
    )
)
