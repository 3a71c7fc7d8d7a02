"""A resource as JSON."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from clusters import access
from clusters.inventory import InventoryItem
from opsys.kit.act.refusal import why_not
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.cells import partial_reason

HIDDEN = {"cluster", "digest", "gone_at", "data", "search_text"}


@dataclass(frozen=True)
class Wanted:
    """What a program asks for of each row. `fields`: these alone, None for all. `actions`: these alone, None for all,
    in the shape that says why not; with `brief` the names of those that are allowed."""

    fields: frozenset[str] | None = None
    actions: frozenset[str] | None = None
    brief: bool = False


def wanted(resource: Resource, params: QueryDict) -> Wanted:
    """From `fields=name,status` and `actions=start,stop` (`none`: no actions; `allowed`: names of the allowed ones).
    Raises `ValidationError` for what there is not."""
    fields = _names(params, "fields", [*_field_names(resource), "cluster", "partial"])
    known = [action.name for action in resource.on_items]
    given = params.get("actions")
    if given in ("none", "allowed"):
        return Wanted(fields, frozenset() if given == "none" else None, brief=given == "allowed")
    return Wanted(fields, _names(params, "actions", known))


def _names(params: QueryDict, name: str, known: list[str]) -> frozenset[str] | None:
    if name not in params:
        return None
    given = {text.strip() for text in str(params[name]).split(",") if text.strip()}
    if unknown := sorted(given - set(known)):
        sentence = _("There is no %(names)s. There is: %(known)s.")
        raise ValidationError({name: [sentence % {"names": ", ".join(unknown), "known": ", ".join(known)}]})
    return frozenset(given)


def _field_names(resource: Resource) -> list[str]:
    return [f.name for f in resource.model._meta.concrete_fields if f.name not in HIDDEN]


def as_json(
    resource: Resource, item: InventoryItem, held: access.Held, *, whole: bool = False, only: Wanted = Wanted()
) -> dict[str, Any]:
    """The indexed fields and what may be done now; with `whole` also the rest of what the cloud said. `id` is always
    there."""
    row = {
        f.name: getattr(item, f.attname)
        for f in item._meta.concrete_fields
        if f.name not in HIDDEN and (only.fields is None or f.name in only.fields or f.name == "id")
    }
    if only.fields is None or "cluster" in only.fields:
        row["cluster"] = item.cluster.name
    if only.fields is None or "partial" in only.fields:
        row["partial"] = partial_reason(item)
    if only.brief:
        row["actions"] = [action.name for action in resource.on_items if not why_not(action, item, held)[0]]
    elif only.actions is None or only.actions:
        row["actions"] = {
            action.name: _allowed(why_not(action, item, held))
            for action in resource.on_items
            if only.actions is None or action.name in only.actions
        }
    if whole:
        row["data"] = item.data
    return row


def _allowed(refusal: tuple[str, str]) -> dict[str, Any]:
    code, reason = refusal
    return {"allowed": not code, "code": code, "reason": reason}
