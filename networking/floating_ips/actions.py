"""What people can do with a floating IP, and when not."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.commands import options
from networking.declaring import qos_action
from networking.floating_ips import cloud, forms, forwarding
from networking.floating_ips.models import FloatingIp
from opsys.kit.declare.action import Action, gone


def _free(ip: FloatingIp) -> str:
    if ip.data.get("port_forwardings"):
        return _("It has port forwardings. Delete them first.")
    return _("It leads to %(address)s already. Move it instead.") % {"address": ip.fixed_address} if ip.port_id else ""


def _in_use(ip: FloatingIp) -> str:
    return "" if ip.port_id else _("It is not associated with a port.")


def _allocate_command(cluster, *, network: str, **given: Any) -> list[str]:
    flags = {"subnet": "--subnet", "address": "--floating-ip-address", "description": "--description"}
    return ["floating", "ip", "create", *options(given, flags), network]


def _associate_command(ip: FloatingIp, **given: Any) -> list[str]:
    flags = {"port": "--port", "fixed_address": "--fixed-ip-address"}
    return ["floating", "ip", "set", *options(given, flags), ip.cloud_id]


def _action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(
        name,
        label,
        run,
        **{
            "permission": access.PROVISION,
            "needs": "network",
            "touches": ("networking.port", "networking.subnet", "compute.server"),
            **rest,
        },
    )


ACTIONS = (
    _action(
        "allocate",
        gettext_lazy("Allocate a floating IP"),
        cloud.allocate,
        scope="cluster",
        form=forms.AllocateForm,
        icon="plus",
        command=_allocate_command,
    ),
    _action(
        "associate",
        gettext_lazy("Associate"),
        cloud.associate,
        permission=access.OPERATE,
        when=_free,
        form=forms.AssociateForm,
        single=True,
        icon="link",
        command=_associate_command,
    ),
    _action(
        "move",
        gettext_lazy("Move to another port"),
        cloud.associate,
        permission=access.OPERATE,
        when=_in_use,
        form=forms.MoveForm,
        single=True,
        danger=True,
        icon="arrows-exchange",
        command=_associate_command,
    ),
    _action(
        "disassociate",
        gettext_lazy("Disassociate"),
        cloud.disassociate,
        permission=access.OPERATE,
        when=_in_use,
        goal_reached=lambda ip: ip is not None and not ip.port_id,
        danger=True,
        icon="unlink",
        command=lambda ip: ["floating", "ip", "unset", "--port", ip.cloud_id],
    ),
    _action(
        "describe",
        gettext_lazy("Edit the description"),
        cloud.describe,
        form=forms.DescriptionForm,
        single=True,
        icon="pencil",
        command=lambda ip, *, description="": ["floating", "ip", "set", "--description", description, ip.cloud_id],
    ),
    *forwarding.ACTIONS,
    qos_action("/floatingips", "floatingip", "floating", "ip", "set"),
    _action(
        "release",
        gettext_lazy("Release"),
        cloud.release,
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=lambda ip: ["floating", "ip", "delete", ip.cloud_id],
    ),
)
