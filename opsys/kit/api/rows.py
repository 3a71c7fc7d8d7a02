"""A resource as JSON."""

from typing import Any

from clusters import access
from clusters.inventory import InventoryItem
from opsys.kit.act.refusal import why_not
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.cells import partial_reason

HIDDEN = {"cluster", "digest", "gone_at", "data", "search_text"}


def as_json(resource: Resource, item: InventoryItem, held: access.Held, *, whole: bool = False) -> dict[str, Any]:
    """The indexed fields and what may be done now; with `whole` also the rest of what the cloud said."""
    row = {f.name: getattr(item, f.attname) for f in item._meta.concrete_fields if f.name not in HIDDEN}
    row["cluster"] = item.cluster.name
    row["partial"] = partial_reason(item)
    row["actions"] = {action.name: _allowed(why_not(action, item, held)) for action in resource.on_items}
    if whole:
        row["data"] = item.data
    return row


def _allowed(refusal: tuple[str, str]) -> dict[str, Any]:
    code, reason = refusal
    return {"allowed": not code, "code": code, "reason": reason}
