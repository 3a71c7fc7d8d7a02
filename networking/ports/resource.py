from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.ports import cloud
from networking.ports.actions import ACTIONS
from networking.ports.models import Port
from networking.states import colour
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

STATUSES = ("ACTIVE", "BUILD", "DOWN", "ERROR", "N/A")

PORTS = register(
    Resource(
        model=Port,
        slug="ports",
        icon="plug",
        source=Source("network", cloud.fetch, cloud.fetch_one, full_seconds=60),
        columns=(
            Column("name", _("Name"), value=str, kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("addresses", _("Addresses"), kind="lines", priority=1),
            Column("network", _("Network"), value="network_id", refers="networking.network", priority=2),
            Column("mac", _("MAC address"), value="mac_address", kind="code", sort=("mac_address",), priority=3),
            Column("held_by", _("Held by"), value="device_owner", priority=3),
            Column("server", _("Server"), value="server_id", refers="compute.server", priority=2),
            Column(
                "security_groups",
                _("Security groups"),
                value="security_group_ids",
                kind="lines",
                refers="networking.securitygroup",
                priority=3,
            ),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("subnets", _("Subnets"), value="subnet_ids", kind="lines", refers="networking.subnet", priority=4),
            Column("port_security", _("Port security"), kind="flag", priority=4),
            Column("admin_state_up", _("Administratively up"), kind="flag", priority=4),
            Column("pairs", _("Allowed address pairs"), value="pair_lines", kind="lines", priority=4),
            Column("vnic_type", _("VNIC type"), priority=4),
            Column("host", _("Host"), priority=4),
            Column("bound_as", _("Binding"), value=lambda port: port.text("binding:vif_type"), priority=4),
            Column("device", _("Device"), value="device_id", kind="code", priority=4),
            Column("description", _("Description"), value=lambda port: port.text("description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in STATUSES]),
            Filter("network", _("Network"), field="network_id", refers="networking.network"),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
            Filter("held_by", _("Held by"), field="device_owner", contains=True),
            Filter("device", _("Device"), field="device_id"),
            Filter("mac", _("MAC address"), field="mac_address"),
        ),
        actions=ACTIONS,
        status_colour=colour,
    )
)
