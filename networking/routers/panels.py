"""The parts of a router's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from networking.routers.models import Router
from opsys.kit.declare.resource import Column
from opsys.kit.declare.table_panel import ROWS, TablePanel


def routes(conn, router: Router, *, user, query) -> dict[str, Any]:
    """`route` is what the form that removes one calls it."""
    return {ROWS: [{**route, "route": f"{route['destination']} {route['nexthop']}"} for route in router.routes]}


PANELS = (
    TablePanel(
        "routes",
        _("Static routes"),
        load=routes,
        cloud=False,
        icon="route",
        columns=(
            Column("destination", _("Destination"), kind="code"),
            Column("nexthop", _("Next hop"), kind="code"),
        ),
        add=("add-route",),
        on_entry=("remove-route",),
        nothing=_("It has no static routes."),
    ),
)
