"""The parts of a router's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from networking.routers.models import Router
from opsys.kit.declare.resource import Panel


def routes(conn, router: Router, *, user, query) -> dict[str, Any]:
    return {"routes": router.routes}


PANELS = (Panel("routes", _("Static routes"), "networking/routers/routes.html", routes, cloud=False, icon="route"),)
