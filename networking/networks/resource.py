from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import payload_ids, qos_relation
from networking.links import TOPOLOGY
from networking.networks import cloud
from networking.networks.actions import ACTIONS
from networking.networks.models import Network
from networking.states import colour
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

YES_NO = [("True", _("yes")), ("False", _("no"))]

NETWORKS = register(
    Resource(
        model=Network,
        slug="networks",
        icon="network",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            index=cloud.index,
            events={"network": payload_ids("network")},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("type", _("Type"), value="network_type", sort=("network_type",), priority=2),
            Column("segment", _("Segment"), priority=3),
            Column("external", _("External"), kind="flag", sort=("external",), priority=2),
            Column("shared", _("Shared"), kind="flag", sort=("shared",), priority=3),
            Column("mtu", _("MTU"), kind="number", sort=("mtu",), priority=3),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("subnets", _("Subnets"), kind="lines", refers="networking.subnet", priority=4),
            Column("admin_state_up", _("Administratively up"), kind="flag", priority=4),
            Column("port_security", _("Port security"), kind="flag", priority=4),
            Column(
                "physical_network",
                _("Physical network"),
                value=lambda network: network.text("provider:physical_network"),
                priority=4,
            ),
            Column("dns_domain", _("DNS domain"), value=lambda network: network.text("dns_domain"), priority=4),
            Column("description", _("Description"), value=lambda network: network.text("description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(
            Filter("type", _("Type"), field="network_type"),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
            Filter("external", _("External"), choices=YES_NO),
        ),
        relations=(qos_relation(_("Networks")),),
        actions=ACTIONS,
        links=(TOPOLOGY,),
        status_colour=colour,
    )
)
