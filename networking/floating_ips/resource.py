from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import payload_ids, qos_relation
from networking.floating_ips import cloud
from networking.floating_ips.actions import ACTIONS
from networking.floating_ips.forwarding import PANEL
from networking.floating_ips.models import FloatingIp
from networking.states import colour
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource

FLOATING_IPS = register(
    Resource(
        model=FloatingIp,
        slug="floating_ips",
        icon="world-pin",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            index=cloud.index,
            events={"floatingip": payload_ids("floatingip")},
        ),
        columns=(
            Column("name", _("Address"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("fixed_address", _("Leads to"), kind="code", priority=1),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("description", _("Description"), value=lambda ip: ip.text("description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(
            Filter("status", _("Status"), choices=[(status, status) for status in ("ACTIVE", "DOWN", "ERROR")]),
            Filter("project", _("Project"), field="project_id", refers="identity.project"),
        ),
        relations=(
            Relation(
                "port",
                _("Port"),
                "networking.port",
                "port_id",
                reverse=_("Floating IPs"),
                on_delete=OnDelete.DETACHES,
                priority=2,
            ),
            Relation(
                "router",
                _("Router"),
                "networking.router",
                "router_id",
                reverse=_("Floating IPs"),
                on_delete=OnDelete.BLOCKS,
            ),
            Relation(
                "network",
                _("External network"),
                "networking.network",
                "network_id",
                reverse=_("Floating IPs"),
                on_delete=OnDelete.BLOCKS,
                except_for=Q(port_id=""),
            ),
            qos_relation(_("Floating IPs")),
        ),
        actions=ACTIONS,
        panels=(PANEL,),
        status_colour=colour,
    )
)
