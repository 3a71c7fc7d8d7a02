"""Resources of another type that have to do with one: what the panels of a room show of the rooms beside it."""

from typing import Any

from django.db.models import Q, QuerySet

from clusters.inventory import InventoryItem
from opsys.kit.declare import register

SHOWN = 100


def neighbours(type_name: str, item: InventoryItem, which: Q, *, user) -> dict[str, Any]:
    """Those of this type in the item's cluster that match and that the user may see, as plain values: `rows`, each
    with cloud_id, name, status, project_id and url, and `more`, how many there are beyond `SHOWN`."""
    rows = _rows(type_name, item, user)
    if rows is None:
        return {"rows": [], "more": 0}
    found = rows.filter(which)
    page = list(found.select_related("cluster").order_by("name", "pk")[: SHOWN + 1])
    more = found.count() - SHOWN if len(page) > SHOWN else 0
    return {"rows": [_plain(type_name, row) for row in page[:SHOWN]], "more": more}


def neighbours_called(type_name: str, item: InventoryItem, cloud_ids: list[str], *, user) -> list[dict[str, Any]]:
    """These, in the given order; one that is not known here has its id for a name and no url."""
    rows = _rows(type_name, item, user)
    known = rows.filter(cloud_id__in=cloud_ids).select_related("cluster") if rows is not None else []
    found = {row.cloud_id: _plain(type_name, row) for row in known}
    unknown = {"name": "", "status": "", "project_id": "", "url": ""}
    return [found.get(cloud_id) or {**unknown, "cloud_id": cloud_id} for cloud_id in cloud_ids]


def _rows(type_name: str, item: InventoryItem, user) -> QuerySet | None:
    resource = {found.name: found for found in register.resources()}.get(type_name)
    if resource is None:
        return None
    return resource.model.objects.visible_to(user).present().filter(cluster=item.cluster)


def _plain(type_name: str, row: InventoryItem) -> dict[str, Any]:
    named = {key: getattr(row, key) for key in ("cloud_id", "name", "status", "project_id")}
    return {**named, "url": register.get(type_name).item_url(row)}
