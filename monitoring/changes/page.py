"""The feed's place in the menu, and its part of each resource's page."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, type_name
from monitoring.changes import listing
from monitoring.changes.api import ChangeList
from monitoring.changes.models import Change
from monitoring.changes.telling import told
from opsys.kit.declare.page import Page, add_page
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.panels import add_panel

SHOWN = 50


def _of_item(conn, item: InventoryItem, *, user, query) -> dict[str, Any]:
    """`changes`, the newest first, at most SHOWN."""
    rows = Change.objects.visible_to(user).filter(
        cluster=item.cluster, cloud_id=item.cloud_id, resource=type_name(type(item))
    )
    return {"changes": told(list(rows.order_by("-at", "-pk")[:SHOWN]), [item.cluster], user=user)}


CHANGES = add_page(
    Page(
        app="monitoring",
        slug="changes",
        label=_("Changes"),
        icon="git-compare",
        urls=[
            path("", listing.list_page, name="changes"),
            path("count/", listing.exact_count, name="changes-count"),
        ],
        api_urls=[path("", ChangeList.as_view(), name="api-changes")],
    )
)
add_panel(Panel("changes", _("Changes"), "monitoring/changes/_panel.html", _of_item, cloud=False, icon="git-compare"))
