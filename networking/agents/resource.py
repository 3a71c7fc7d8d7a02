from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.agents import cloud
from networking.agents.actions import ACTIONS
from networking.agents.models import NetworkAgent
from networking.agents.panels import PANELS
from networking.declaring import CLUSTER, DESCRIPTION
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

COLOURS = {"UP": "green", "DOWN": "red"}
YES_NO = [("True", _("yes")), ("False", _("no"))]

NETWORK_AGENTS = register(
    Resource(
        model=NetworkAgent,
        slug="agents",
        icon="robot",
        source=Source("network", cloud.fetch, cloud.fetch_one, full_seconds=20),
        columns=(
            Column("name", _("Host"), kind="name", sort=("name",), priority=1),
            Column("type", _("Type"), value="agent_type", sort=("agent_type",), priority=1),
            Column("status", _("Status"), kind="status", sort=("status",), priority=1),
            CLUSTER,
            Column("enabled", _("Enabled"), value="admin_state_up", kind="flag", priority=2),
            Column("zone", _("Availability zone"), value="availability_zone", priority=3),
            Column("binary", _("Program"), kind="code", priority=4),
            Column("configurations", _("Settings"), kind="lines", priority=4),
            DESCRIPTION,
            Column("created", _("First seen"), value="created_at", kind="time", priority=4),
        ),
        filters=(
            Filter("status", _("Status"), choices=[("UP", "UP"), ("DOWN", "DOWN")]),
            Filter("type", _("Type"), field="agent_type"),
            Filter("host", _("Host"), field="name"),
            Filter("enabled", _("Enabled"), field="admin_state_up", choices=YES_NO),
        ),
        order=("agent_type", "name", "pk"),
        actions=ACTIONS,
        panels=PANELS,
        status_colour=lambda agent: COLOURS.get(agent.status, "secondary"),
    )
)
