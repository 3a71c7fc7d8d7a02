from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import payload_ids, qos_relation
from networking.links import PATH
from networking.ports import cloud
from networking.ports.actions import ACTIONS
from networking.ports.models import Port
from networking.states import colour
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource

OF_THE_CLOUD = Q(device_owner__in=("network:dhcp", "network:distributed", "network:floatingip_agent_gateway"))
"""Ports that Neutron makes for itself, and deletes with their network or subnet."""
GOES_WITH_ROUTER = Q(
    device_owner__in=("network:router_gateway", "network:router_centralized_snat", "network:router_ha_interface")
)
"""Ports of a router that are no interface on a subnet of people's."""

STATUSES = ("ACTIVE", "BUILD", "DOWN", "ERROR", "N/A")

RELATIONS = (
    Relation(
        "network",
        _("Network"),
        "networking.network",
        "network_id",
        reverse=_("Ports"),
        on_delete=OnDelete.BLOCKS,
        except_for=OF_THE_CLOUD,
        priority=2,
    ),
    Relation("server", _("Server"), "compute.server", "device_id", reverse=_("Ports"), on_delete=OnDelete.VARIES),
    Relation(
        "router",
        _("Router"),
        "networking.router",
        "device_id",
        reverse=_("Ports"),
        on_delete=OnDelete.BLOCKS,
        except_for=GOES_WITH_ROUTER,
    ),
    Relation(
        "security_groups",
        _("Security groups"),
        "networking.securitygroup",
        ids="security_group_ids",
        reverse=_("Ports that use it"),
        on_delete=OnDelete.BLOCKS,
    ),
    Relation(
        "subnets",
        _("Subnets"),
        "networking.subnet",
        ids="subnet_ids",
        reverse=_("Ports"),
        on_delete=OnDelete.BLOCKS,
        except_for=OF_THE_CLOUD,
        priority=4,
    ),
    qos_relation(_("Ports")),
)

PORTS = register(
    Resource(
        model=Port,
        slug="ports",
        icon="plug",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            index=cloud.index,
            events={"port": payload_ids("port"), "router.interface": ["router_interface.port_id"]},
        ),
        columns=(
            Column("name", _("Name"), value=str, kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("addresses", _("Addresses"), kind="lines", priority=1),
            Column("mac", _("MAC address"), value="mac_address", kind="code", sort=("mac_address",), priority=3),
            Column("held_by", _("Held by"), value="device_owner", priority=3),
            Column("server", _("Server"), value="server_id", refers="compute.server", priority=2),
            Column("router", _("Router"), value="router_id", refers="networking.router", priority=3),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
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
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
            Filter("held_by", _("Held by"), field="device_owner", contains=True),
            Filter("device", _("Device"), field="device_id"),
            Filter("mac", _("MAC address"), field="mac_address"),
        ),
        relations=RELATIONS,
        actions=ACTIONS,
        links=(PATH,),
        status_colour=colour,
    )
)
