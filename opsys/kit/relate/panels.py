"""The panels of a resource's page: those its room declares, and one for each type that refers to it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.inventory import InventoryItem
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel, Resource
from opsys.kit.relate.relations import Referrer, counts, referrers_of

SHOWN = 100
EVERYWHERE: list[Panel] = []
"""Panels that every type has, see `add_panel`."""


@dataclass(frozen=True)
class RelatedPanel(Panel):
    """The resources of one type that refer to this one, as a table with their actions."""

    referrer: Referrer = None  # type: ignore[assignment]  # always given; a dataclass wants defaults after defaults


@lru_cache(maxsize=256)
def panels_of(resource_name: str) -> list[Panel]:
    """All panels of a type, in the order of its page."""
    resource = register.get(resource_name)
    referrers = referrers_of(resource_name)
    related: list[Panel] = [_related(referrer) for referrer in referrers if referrer.relation.reverse]
    summary = [SUMMARY] if referrers else []
    return [*resource.panels, *related, *summary, *EVERYWHERE]


def add_panel(panel: Panel) -> None:
    """Give it to the pages of all types, after their own."""
    EVERYWHERE.append(panel)
    panels_of.cache_clear()


def panel_of(resource: Resource, name: str) -> Panel:
    """KeyError if the type has no such panel."""
    return {panel.name: panel for panel in panels_of(resource.name)}[name]


def _related(referrer: Referrer) -> RelatedPanel:
    def load(conn, item: InventoryItem, *, user, query) -> dict[str, Any]:
        """`rows`, at most SHOWN, each with cloud_id, name, status and url; `count` of all; `list_url`."""
        rows = referrer.rows([item], access.held_by(user))
        page = list(rows.select_related("cluster").order_by("name", "pk")[: SHOWN + 1])
        return {
            "rows": [_plain(referrer.resource, row) for row in page[:SHOWN]],
            "count": rows.count() if len(page) > SHOWN else len(page),
            "list_url": referrer.list_url(item),
        }

    return RelatedPanel(
        name=referrer.name,
        label=referrer.relation.reverse,
        template="kit/_related.html",
        load=load,
        cloud=False,
        icon=referrer.resource.icon,
        referrer=referrer,
    )


def _plain(resource: Resource, row: InventoryItem) -> dict[str, Any]:
    named = {key: getattr(row, key) for key in ("cloud_id", "name", "status", "project_id")}
    return {**named, "id": row.pk, "url": resource.item_url(row)}


def _summary(conn, item: InventoryItem, *, user, query) -> dict[str, Any]:
    """`types`: each with type, title, relation, count and url. All that refers to the item, counted."""
    referrers = referrers_of(item._meta.label_lower)
    found = counts(referrers, [item], access.held_by(user))
    return {
        "types": [
            {
                "type": referrer.resource.name,
                "title": str(referrer.title),
                "icon": referrer.resource.icon,
                "relation": referrer.relation.name,
                "count": found[referrer.name],
                "url": referrer.list_url(item),
            }
            for referrer in referrers
            if found.get(referrer.name)
        ]
    }


SUMMARY = Panel("related", _("Related resources"), "kit/_related_summary.html", _summary, cloud=False, icon="sitemap")
