from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.declaring import payload_ids
from networking.links import TOPOLOGY
from networking.routers import cloud
from networking.routers.actions import ACTIONS
from networking.routers.models import Router
from networking.routers.panels import PANELS
from networking.states import colour
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource

ROUTERS = register(
    Resource(
        model=Router,
        slug="routers",
        icon="router",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=60,
            index=cloud.index,
            events={"router": [*payload_ids("router"), "router_interface.id"]},
        ),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("external_addresses", _("External addresses"), kind="lines", priority=2),
            Column("snat", _("SNAT"), kind="flag", priority=3),
            Column(
                "project",
                _("Project"),
                value="project_id",
                refers="identity.project",
                sort=("project_id",),
                priority=3,
            ),
            Column("ha", _("Highly available"), kind="flag", priority=4),
            Column("distributed", _("Distributed"), kind="flag", priority=4),
            Column("admin_state_up", _("Administratively up"), kind="flag", priority=4),
            Column("routes", _("Static routes"), value="route_lines", kind="lines", priority=4),
            Column("description", _("Description"), value=lambda router: router.text("description"), priority=4),
            Column("created", _("Created"), value="created_at", kind="time", priority=4),
        ),
        filters=(Filter("project", _("Project"), field="project_id", refers="identity.project"),),
        relations=(
            Relation(
                "external_network",
                _("External network"),
                "networking.network",
                "external_network_id",
                reverse=_("Routers with their gateway here"),
                on_delete=OnDelete.BLOCKS,
                priority=2,
            ),
        ),
        actions=ACTIONS,
        links=(TOPOLOGY,),
        panels=PANELS,
        status_colour=colour,
    )
)
