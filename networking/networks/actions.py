"""What people can do with a network, and when not."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from networking.commands import options, switches
from networking.declaring import qos_action
from networking.networks import cloud, forms
from networking.networks.models import Network
from opsys.kit.declare.action import Action, gone

FLAGS = {
    "description": "--description",
    "mtu": "--mtu",
    "dns_domain": "--dns-domain",
    "network_type": "--provider-network-type",
    "physical_network": "--provider-physical-network",
    "segment": "--provider-segment",
}
SWITCHES = {
    "admin_state_up": ("--enable", "--disable"),
    "port_security": ("--enable-port-security", "--disable-port-security"),
    "external": ("--external", "--internal"),
    "shared": ("--share", "--no-share"),
}


def _create_command(cluster, *, name: str, **given: Any) -> list[str]:
    return ["network", "create", *options(given, FLAGS), *switches(given, SWITCHES), name]


def _edit_command(network: Network, **given: Any) -> list[str]:
    return [
        *("network", "set"),
        *options(given, {"name": "--name", **FLAGS}),
        *switches(given, SWITCHES),
        network.cloud_id,
    ]


def _action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(name, label, run, **{"permission": access.PROVISION, "needs": "network", **rest})


ACTIONS = (
    _action(
        "create",
        gettext_lazy("Create a network"),
        cloud.create,
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        command=_create_command,
    ),
    _action(
        "create-provider",
        gettext_lazy("Create a provider network"),
        cloud.create,
        scope="cluster",
        permission=access.ADMINISTER,
        form=forms.ProviderForm,
        icon="building-broadcast-tower",
        command=_create_command,
    ),
    _action(
        "edit",
        gettext_lazy("Edit"),
        cloud.edit,
        form=forms.EditForm,
        single=True,
        icon="pencil",
        command=_edit_command,
    ),
    _action(
        "set-visibility",
        gettext_lazy("Share, or make external"),
        cloud.edit,
        permission=access.ADMINISTER,
        form=forms.VisibilityForm,
        single=True,
        icon="world-share",
        command=_edit_command,
    ),
    qos_action("/networks", "network", "network", "set"),
    _action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        danger=True,
        goal_reached=gone,
        icon="trash",
        touches=("networking.subnet", "networking.port"),
        command=lambda network: ["network", "delete", network.cloud_id],
    ),
)
