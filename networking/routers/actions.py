"""What people can do with a router, and when not."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from networking.commands import options, switches
from networking.routers import cloud, forms
from networking.routers.models import Router
from opsys.kit.declare.action import Action, gone

GATEWAY, INTERFACES, ROUTES = gettext_lazy("Gateway"), gettext_lazy("Interfaces"), gettext_lazy("Static routes")
SWITCHES = {
    "admin_state_up": ("--enable", "--disable"),
    "ha": ("--ha", "--no-ha"),
    "distributed": ("--distributed", "--centralized"),
    "snat": ("--enable-snat", "--disable-snat"),
}


def _has_gateway(router: Router) -> str:
    return "" if router.external_network_id else _("It has no gateway.")


def _has_routes(router: Router) -> str:
    return "" if router.routes else _("It has no static routes.")


def _no_routes(router: Router) -> str:
    return _("It has static routes. Remove them first.") if router.routes else ""


def _create_command(cluster, *, name: str, **given: Any) -> list[str]:
    words = options(given, {"description": "--description", "external_network": "--external-gateway"})
    return ["router", "create", *words, *switches(given, SWITCHES), name]


def _edit_command(router: Router, **given: Any) -> list[str]:
    words = options(given, {"name": "--name", "description": "--description"})
    return ["router", "set", *words, *switches(given, SWITCHES), router.cloud_id]


def _gateway_command(router: Router, *, external_network: str, address: str = "", **given: Any) -> list[str]:
    fixed = ["--fixed-ip", f"ip-address={address}"] if address else []
    words = ["router", "set", "--external-gateway", external_network, *fixed]
    return [*words, *switches(given, SWITCHES), router.cloud_id]


def _interface_command(verb: str) -> Callable[..., list[str]]:
    def command(router: Router, *, subnet: str = "", port: str = "") -> list[str]:
        return ["router", verb, "port" if port else "subnet", router.cloud_id, port or subnet]

    return command


def _route(destination: str, nexthop: str) -> list[str]:
    return ["--route", f"destination={destination},gateway={nexthop}"]


def _remove_route_command(router: Router, *, route: str) -> list[str]:
    return ["router", "unset", *_route(*route.split(" ")), router.cloud_id]


def _action(name: str, label: Any, run: Callable[..., Any], **rest: Any) -> Action:
    return Action(name, label, run, **{"permission": access.PROVISION, "needs": "network", **rest})


ACTIONS = (
    _action(
        "create",
        gettext_lazy("Create a router"),
        cloud.create,
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        touches=("networking.port",),
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
        "set-gateway",
        gettext_lazy("Set the gateway"),
        cloud.set_gateway,
        form=forms.GatewayForm,
        single=True,
        icon="world",
        group=GATEWAY,
        touches=("networking.port", "networking.subnet"),
        command=_gateway_command,
    ),
    _action(
        "clear-gateway",
        gettext_lazy("Remove the gateway"),
        cloud.clear_gateway,
        when=_has_gateway,
        danger=True,
        icon="world-off",
        group=GATEWAY,
        touches=("networking.port", "networking.subnet"),
        command=lambda router: ["router", "unset", "--external-gateway", router.cloud_id],
    ),
    _action(
        "add-interface",
        gettext_lazy("Add an interface"),
        cloud.add_interface,
        form=forms.AddInterfaceForm,
        single=True,
        icon="plug-connected",
        group=INTERFACES,
        touches=("networking.port", "networking.subnet"),
        command=_interface_command("add"),
    ),
    _action(
        "remove-interface",
        gettext_lazy("Remove an interface"),
        cloud.remove_interface,
        form=forms.RemoveInterfaceForm,
        single=True,
        danger=True,
        icon="plug-connected-x",
        group=INTERFACES,
        touches=("networking.port", "networking.subnet"),
        command=_interface_command("remove"),
    ),
    _action(
        "add-route",
        gettext_lazy("Add a static route"),
        cloud.add_route,
        form=forms.AddRouteForm,
        single=True,
        icon="route",
        group=ROUTES,
        command=lambda router, *, destination, nexthop: [
            *("router", "set"),
            *_route(destination, nexthop),
            router.cloud_id,
        ],
    ),
    _action(
        "remove-route",
        gettext_lazy("Remove a static route"),
        cloud.remove_route,
        when=_has_routes,
        form=forms.RemoveRouteForm,
        single=True,
        danger=True,
        icon="route-off",
        group=ROUTES,
        command=_remove_route_command,
    ),
    _action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        when=_no_routes,
        danger=True,
        goal_reached=gone,
        icon="trash",
        touches=("networking.port",),
        command=lambda router: ["router", "delete", router.cloud_id],
    ),
)
