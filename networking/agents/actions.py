"""What administrators can do with an agent: stop it from getting more, empty it, forget it."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.agents import cloud, forms
from networking.agents.models import DHCP, L3, NetworkAgent
from networking.declaring import delete_action, network_action
from opsys.kit.declare.action import Action

NETWORKS, ROUTERS = gettext_lazy("Networks"), gettext_lazy("Routers")


def _enabled(agent: NetworkAgent) -> str:
    return "" if agent.admin_state_up else _("It is disabled already.")


def _disabled(agent: NetworkAgent) -> str:
    return _("It is enabled already.") if agent.admin_state_up else ""


def _dead(agent: NetworkAgent) -> str:
    return _("It is alive, so it would come back at once.") if agent.alive else ""


def _of_type(kind: str) -> Callable[[NetworkAgent], str]:
    def check(agent: NetworkAgent) -> str:
        return "" if agent.agent_type == kind else _("Only an agent of type “%(kind)s” has these.") % {"kind": kind}

    return check


def _agent_command(verb: str, what: str, flag: str) -> Callable[..., list[str]]:
    """`openstack network agent add network --dhcp AGENT NETWORK` and its like."""

    def command(agent: NetworkAgent, **given: Any) -> list[str]:
        return ["network", "agent", verb, what, flag, agent.cloud_id, given[what]]

    return command


def _admin(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return network_action(name, label, run, permission=access.ADMINISTER, **rest)


def _networks(name: str, label: Any, run: Callable[..., Any], form: Any, **rest: Any) -> Action:
    return _admin(name, label, run, form=form, when=_of_type(DHCP), single=True, group=NETWORKS, **rest)


def _routers(name: str, label: Any, run: Callable[..., Any], form: Any, **rest: Any) -> Action:
    return _admin(name, label, run, form=form, when=_of_type(L3), single=True, group=ROUTERS, **rest)


ACTIONS = (
    _admin(
        "enable",
        gettext_lazy("Enable"),
        cloud.enable,
        when=_disabled,
        goal_reached=lambda agent: agent is not None and agent.admin_state_up,
        icon="player-play",
        command=lambda agent: ["network", "agent", "set", "--enable", agent.cloud_id],
    ),
    _admin(
        "disable",
        gettext_lazy("Disable"),
        cloud.disable,
        when=_enabled,
        goal_reached=lambda agent: agent is not None and not agent.admin_state_up,
        danger=True,
        icon="player-pause",
        command=lambda agent: ["network", "agent", "set", "--disable", agent.cloud_id],
    ),
    _networks(
        "add-network",
        gettext_lazy("Add a network"),
        cloud.add_network,
        forms.AddNetworkForm,
        icon="square-plus",
        command=_agent_command("add", "network", "--dhcp"),
    ),
    _networks(
        "remove-network",
        gettext_lazy("Remove a network"),
        cloud.remove_network,
        forms.RemoveNetworkForm,
        danger=True,
        icon="square-minus",
        command=_agent_command("remove", "network", "--dhcp"),
    ),
    _networks(
        "move-networks",
        gettext_lazy("Move networks to another agent"),
        cloud.move_networks,
        forms.MoveNetworksForm,
        icon="arrows-exchange",
    ),
    _routers(
        "add-router",
        gettext_lazy("Add a router"),
        cloud.add_router,
        forms.AddRouterForm,
        icon="square-plus",
        command=_agent_command("add", "router", "--l3"),
    ),
    _routers(
        "remove-router",
        gettext_lazy("Remove a router"),
        cloud.remove_router,
        forms.RemoveRouterForm,
        danger=True,
        icon="square-minus",
        command=_agent_command("remove", "router", "--l3"),
    ),
    _routers(
        "move-routers",
        gettext_lazy("Move routers to another agent"),
        cloud.move_routers,
        forms.MoveRoutersForm,
        danger=True,
        icon="arrows-exchange",
    ),
    delete_action(
        cloud.delete,
        permission=access.ADMINISTER,
        when=_dead,
        command=lambda agent: ["network", "agent", "delete", agent.cloud_id],
    ),
)
