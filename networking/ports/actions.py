"""What people can do with a port, and when not."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.commands import options, repeated, switches
from networking.declaring import qos_action
from networking.ports import cloud, forms
from networking.ports.models import Port
from opsys.kit.declare.action import Action, gone

FLAGS = {
    "name": "--name",
    "description": "--description",
    "mac_address": "--mac-address",
    "vnic_type": "--vnic-type",
    "security_groups": "--security-group",
}
SWITCHES = {
    "admin_state_up": ("--enable", "--disable"),
    "port_security": ("--enable-port-security", "--disable-port-security"),
}


def _no_router(port: Port) -> str:
    """Neutron refuses to touch these from here."""
    if port.device_owner.startswith("network:router") or port.device_owner.startswith("network:ha_router"):
        return _("It belongs to a router. Change the router's interfaces instead.")
    if port.device_owner == "network:floatingip":
        return _("It belongs to a floating IP. Release that instead.")
    return ""


def _secure(port: Port) -> str:
    return "" if port.port_security else _("Port security is off, so that any address is allowed.")


def _fixed(entries: list[dict[str, str]]) -> list[str]:
    words = {"subnet_id": "subnet", "ip_address": "ip-address"}
    return repeated("--fixed-ip", (",".join(f"{words[key]}={text}" for key, text in one.items()) for one in entries))


def _pairs(entries: list[dict[str, str]]) -> list[str]:
    words = {"ip_address": "ip-address", "mac_address": "mac-address"}
    return repeated(
        "--allowed-address", (",".join(f"{words[key]}={text}" for key, text in one.items()) for one in entries)
    )


def _create_command(cluster, *, network: str, name: str = "", fixed_ips=(), allowed_address_pairs=(), **given: Any):
    words = ["port", "create", "--network", network, *_fixed(fixed_ips), *_pairs(allowed_address_pairs)]
    return [*words, *options(given, FLAGS), *switches(given, SWITCHES), name or "port"]


def _edit_command(port: Port, **given: Any) -> list[str]:
    return ["port", "set", *options(given, FLAGS), *switches(given, SWITCHES), port.cloud_id]


def _security_command(port: Port, **given: Any) -> list[str]:
    return ["port", "set", "--no-security-group", *_edit_command(port, **given)[2:]]


def _action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(name, label, run, **{"permission": access.PROVISION, "needs": "network", **rest})


ACTIONS = (
    _action(
        "create",
        gettext_lazy("Create a port"),
        cloud.create,
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        touches=("networking.subnet",),
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
        "set-fixed-ips",
        gettext_lazy("Change the addresses"),
        cloud.set_fixed_ips,
        when=_no_router,
        form=forms.FixedIpsForm,
        single=True,
        icon="map-pin",
        touches=("networking.subnet", "compute.server"),
        command=lambda port, *, fixed_ips: ["port", "set", "--no-fixed-ip", *_fixed(fixed_ips), port.cloud_id],
    ),
    _action(
        "set-allowed-address-pairs",
        gettext_lazy("Edit allowed address pairs"),
        cloud.set_address_pairs,
        when=_secure,
        form=forms.AddressPairsForm,
        single=True,
        icon="arrows-join",
        command=lambda port, *, allowed_address_pairs: [
            *("port", "set", "--no-allowed-address"),
            *_pairs(allowed_address_pairs),
            port.cloud_id,
        ],
    ),
    _action(
        "set-security",
        gettext_lazy("Security groups and port security"),
        cloud.set_security,
        when=_no_router,
        form=forms.SecurityForm,
        icon="shield",
        command=_security_command,
    ),
    qos_action("/ports", "port", "port", "set"),
    _action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        when=_no_router,
        danger=True,
        goal_reached=gone,
        icon="trash",
        touches=("networking.subnet", "networking.floatingip", "compute.server"),
        command=lambda port: ["port", "delete", port.cloud_id],
    ),
)
