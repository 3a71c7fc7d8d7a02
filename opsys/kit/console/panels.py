"""The parts of a detail page that are fetched once it stands."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clusters import access, gateway
from clusters.gateway import CloudError
from clusters.inventory import InventoryItem
from opsys.kit.console.detail import item_at
from opsys.kit.declare.resource import Panel, Resource
from opsys.kit.declare.table_panel import TablePanel
from opsys.kit.lists.columns import Columns, columns_of
from opsys.kit.lists.entries import entries_context
from opsys.kit.lists.tables import table_of
from opsys.kit.relate.panels import SHOWN, RelatedPanel, panel_of
from opsys.kit.relate.references import name_references
from opsys.kit.relate.relations import Referrer


def panel(request: HttpRequest, resource: Resource, cluster: str, cloud_id: str, name: str) -> HttpResponse:
    item = item_at(resource, cluster, cloud_id, user=request.user)
    found = _panel(resource, name)
    context: dict[str, Any] = {
        "resource": resource,
        "item": item,
        "panel": found,
        "panel_url": request.get_full_path(),
    }
    reason = refusal(found, item, request.user)
    if isinstance(found, RelatedPanel) and not reason:
        return render(request, found.template, {**context, **_related(found.referrer, item, request.user)})
    if not reason:
        try:
            content = load(found, item, user=request.user, query=request.GET)
        except CloudError as error:
            reason, context["request_id"] = str(error), error.request_id
        else:
            if isinstance(found, TablePanel):
                content = entries_context(found, resource, item, content, user=request.user)
            return render(request, found.template, {**context, **content})
    return render(request, "kit/_panel_problem.html", {**context, "reason": reason})


def _related(referrer: Referrer, item: InventoryItem, user) -> dict[str, Any]:
    """The table as the type's own list draws it, without sorting and bulk actions."""
    rows = referrer.rows([item], access.held_by(user))
    page = list(rows.select_related("cluster").order_by("name", "pk")[: SHOWN + 1])
    shown = [column for column in columns_of(referrer.resource).columns if column.name != referrer.relation.name]
    shown = [replace(column, sort=()) for column in shown if column.kind != "cluster"]
    name_references(referrer.resource, page[:SHOWN], shown)
    return {
        "related": referrer.resource,
        "table": table_of(referrer.resource, page[:SHOWN], shown=Columns(shown), select=False) if page else None,
        "more": rows.count() - SHOWN if len(page) > SHOWN else 0,
        "list_url": referrer.list_url(item),
    }


def refusal(panel: Panel, item: InventoryItem, user) -> str:
    """Why this user may not see it, or ""."""
    return access.why_not_on(access.held_by(user), panel.permission, item)


def load(panel: Panel, item: InventoryItem, *, user, query) -> dict[str, Any]:
    """Its plain values. Raises `CloudError`."""
    if not panel.cloud:
        return panel.load(None, item, user=user, query=query)
    with gateway.call(item.cluster) as call:
        return panel.load(call.conn, item, user=user, query=query)


def _panel(resource: Resource, name: str) -> Panel:
    try:
        return panel_of(resource, name)
    except KeyError:
        raise Http404("no such panel") from None
