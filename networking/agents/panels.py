"""What is on an agent."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from networking.agents import cloud
from networking.agents.models import DHCP, L3, NetworkAgent
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.neighbours import neighbours_called


def networks(conn, agent: NetworkAgent, *, user, query) -> dict[str, Any]:
    return {"rows": neighbours_called("networking.network", agent, cloud.networks_on(conn, agent.cloud_id), user=user)}


def routers(conn, agent: NetworkAgent, *, user, query) -> dict[str, Any]:
    return {"rows": neighbours_called("networking.router", agent, cloud.routers_on(conn, agent.cloud_id), user=user)}


PANELS = (
    Panel(
        "networks",
        _("Networks"),
        "networking/agents/networks.html",
        networks,
        icon="network",
        when=lambda agent: agent.agent_type == DHCP,
    ),
    Panel(
        "routers",
        _("Routers"),
        "networking/agents/routers.html",
        routers,
        icon="router",
        when=lambda agent: agent.agent_type == L3,
    ),
)
