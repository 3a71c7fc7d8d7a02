from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.access import CONSOLE
from clusters.inventory import Source
from compute.servers import cloud
from compute.servers.actions import ACTIONS
from compute.servers.models import Server
from compute.servers.panels import PANELS
from compute.servers.quantities import gibibytes
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Link, Resource

STATUSES = (
    "ACTIVE BUILD DELETED ERROR HARD_REBOOT MIGRATING PASSWORD PAUSED REBOOT REBUILD RESCUE RESIZE REVERT_RESIZE "
    "SHELVED SHELVED_OFFLOADED SHUTOFF SOFT_DELETED SUSPENDED UNKNOWN VERIFY_RESIZE"
).split()

COLOURS = {
    "ACTIVE": "green",
    "ERROR": "red",
    "BUILD": "azure",
    "PAUSED": "yellow",
    "SUSPENDED": "yellow",
    "RESCUE": "orange",
    "SOFT_DELETED": "orange",
    "VERIFY_RESIZE": "purple",
}


def status_text(server: Server) -> str:
    return f"{server.status} · {server.task_state}" if server.task_state else server.status


def console_url(server: Server) -> str:
    return reverse("terminal:console", args=[server.cluster.name, server.cloud_id])


def serial_url(server: Server) -> str:
    return f"{reverse('terminal:shells')}#serial:{server.cluster.name}/{server.cloud_id}"


def terminal_url(server: Server) -> str:
    """What stands behind the # opens a tab in the page of terminals, also when that page is open already."""
    return f"{reverse('terminal:shells')}#server:{server.cluster.name}/{server.cloud_id}"


def topology_url(server: Server) -> str:
    query = {"cluster": server.cluster.name, "around": f"compute.server/{server.cloud_id}"}
    return f"{reverse('networking:topology')}?{urlencode(query)}"


def path_url(server: Server) -> str:
    query = {"cluster": server.cluster.name, "source": f"compute.server/{server.cloud_id}"}
    return f"{reverse('networking:path')}?{urlencode(query)}"


def size_text(server: Server) -> str:
    size = server.flavor_size
    if not size:
        return ""
    return f"{size.get('vcpus', '?')} vCPU · {gibibytes(size.get('ram', 0))} · {size.get('disk', 0)} GiB"


def metadata_lines(server: Server) -> list[str]:
    return [f"{key}={text}" for key, text in sorted(server.metadata.items())]


# Priority 4 is for whoever chooses it; the detail page shows all of them.
COLUMNS = (
    Column("name", _("Name"), kind="name", sort=("name",), priority=1),
    Column("status", _("Status"), value=status_text, kind="status", sort=("status",), priority=1),
    Column("fault", _("Why it failed"), value="fault_text", priority=4),
    Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
    Column("addresses", _("Addresses"), value="address_lines", kind="lines", priority=2),
    Column("flavor", _("Flavor"), refers="compute.flavor", key="name", sort=("flavor",), priority=3),
    Column("size", _("Size"), value=size_text, priority=4),
    Column("host", _("Host"), refers="compute.hypervisor", key="host", sort=("host",), priority=3),
    Column("zone", _("Availability zone"), value="availability_zone", priority=4),
    Column(
        "project",
        _("Project"),
        value="project_id",
        kind="code",
        refers="identity.project",
        sort=("project_id",),
        priority=3,
    ),
    Column("power", _("Power"), value="power_state", kind="state", priority=4),
    Column("locked", _("Locked"), kind="flag", priority=4),
    Column("security_groups", _("Security groups"), value="security_group_names", kind="lines", priority=4),
    Column("description", _("Description"), value=lambda server: server.text("description"), priority=4),
    Column("tags", _("Tags"), kind="lines", priority=4),
    Column("metadata", _("Metadata"), value=metadata_lines, kind="lines", priority=4),
    Column("hostname", _("Guest hostname"), value=lambda server: server.text("OS-EXT-SRV-ATTR:hostname"), priority=4),
    Column(
        "created_by",
        _("Created by"),
        value=lambda server: server.text("user_id"),
        kind="code",
        refers="identity.user",
        priority=4,
    ),
    Column("created", _("Created"), value="created_at", kind="time", sort=("created_at",), priority=3),
    Column("updated", _("Updated"), value="updated_at", kind="time", priority=4),
)

LINKS = (
    Link("console", _("Console"), console_url, "device-desktop", CONSOLE, window="_blank"),
    Link("terminal", _("Terminal"), terminal_url, "terminal-2", CONSOLE, window="opsys-terminal"),
    Link("serial", _("Serial console"), serial_url, "plug", CONSOLE, window="opsys-terminal", prominent=False),
    Link("topology", _("Topology"), topology_url, "topology-star-3", prominent=False),
    Link("path", _("Path"), path_url, "route", prominent=False),
)

RELATIONS = (
    Relation(
        "image", _("Image"), "compute.image", "image_id", reverse=_("Servers"), on_delete=OnDelete.DETACHES, priority=4
    ),
    Relation("flavor", _("Flavor"), "compute.flavor", key="name", reverse=_("Servers"), on_delete=OnDelete.DETACHES),
    Relation("host", _("Host"), "compute.hypervisor", key="host"),
    Relation(
        "keypair",
        _("Key pair"),
        "compute.keypair",
        ids="keypair_ids",
        reverse=_("Servers"),
        on_delete=OnDelete.DETACHES,
        priority=4,
    ),
    Relation(
        "volumes",
        _("Volumes"),
        "storage.volume",
        ids="volume_ids",
        reverse=_("Servers"),
        on_delete=OnDelete.BLOCKS,
        priority=4,
    ),
    Relation("server_group", _("Server group"), "compute.servergroup", ids="server_group_ids", priority=4),
)

SERVERS = register(
    Resource(
        model=Server,
        slug="servers",
        icon="server",
        source=Source(
            "compute",
            cloud.fetch,
            cloud.fetch_one,
            changes=cloud.changes,
            names=cloud.names,
            events={"compute.instance": ["instance_id"], "instance": ["uuid"]},
        ),
        columns=COLUMNS,
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("host", _("Host")),
            Filter("flavor", _("Flavor")),
            Filter("zone", _("Availability zone"), field="availability_zone"),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        relations=RELATIONS,
        actions=ACTIONS,
        links=LINKS,
        panels=PANELS,
        status_colour=lambda server: COLOURS.get(server.status, "secondary"),
    )
)
