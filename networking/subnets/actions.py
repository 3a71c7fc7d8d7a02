"""What people can do with a subnet."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from networking.commands import options, repeated, switches
from networking.subnets import cloud, forms
from networking.subnets.models import Subnet
from opsys.kit.declare.action import Action, gone


def _words(given: dict[str, Any]) -> list[str]:
    words = options(given, {"description": "--description", "dns_nameservers": "--dns-nameserver"})
    words += switches(given, {"enable_dhcp": ("--dhcp", "--no-dhcp")})
    if "gateway_ip" in given:
        words += ["--gateway", given["gateway_ip"] or "none"]
    pools = given.get("allocation_pools") or []
    words += repeated("--allocation-pool", (f"start={pool['start']},end={pool['end']}" for pool in pools))
    routes = given.get("host_routes") or []
    words += repeated("--host-route", (f"destination={r['destination']},gateway={r['nexthop']}" for r in routes))
    return words


CREATE_FLAGS = {
    "cidr": "--subnet-range",
    "subnet_pool": "--subnet-pool",
    "prefix_length": "--prefix-length",
    "ipv6_ra_mode": "--ipv6-ra-mode",
    "ipv6_address_mode": "--ipv6-address-mode",
}


def _create_command(cluster, *, network: str, ip_version: int = 4, name: str = "", **given: Any):
    words = ["subnet", "create", "--network", network, "--ip-version", str(ip_version), *options(given, CREATE_FLAGS)]
    return [*words, *_words(given), name or given.get("cidr") or "subnet"]


def _edit_command(subnet: Subnet, **given: Any) -> list[str]:
    """Without clearing a list first, the command would add to it."""
    cleared = {
        "allocation_pools": "--no-allocation-pool",
        "dns_nameservers": "--no-dns-nameservers",
        "host_routes": "--no-host-route",
    }
    none = [flag for name, flag in cleared.items() if name in given]
    return ["subnet", "set", *options(given, {"name": "--name"}), *none, *_words(given), subnet.cloud_id]


def _action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(
        name,
        label,
        run,
        **{"permission": access.PROVISION, "needs": "network", "touches": ("networking.network",), **rest},
    )


ACTIONS = (
    _action(
        "create",
        gettext_lazy("Create a subnet"),
        cloud.create,
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
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
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=lambda subnet: ["subnet", "delete", subnet.cloud_id],
    ),
)
