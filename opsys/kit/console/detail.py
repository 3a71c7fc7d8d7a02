"""One resource: its facts, what can be done with it, what was done with it."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from audit.models import Event
from audit.operations import collapsed
from audit.wording import action_text
from clusters import access, sync
from clusters.guards.reasons import protection_of
from clusters.inventory import InventoryItem
from clusters.readings.last_seen import last_seen
from opsys.kit.act.refusal import why_not, why_not_open
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.declare.table_panel import only_on_entries
from opsys.kit.lists.cells import EMPTY, badge, cell, partial_reason
from opsys.kit.lists.freshness import IDLE_SECONDS, RESTLESS_SECONDS, chips, freshness
from opsys.kit.relate.panels import RelatedPanel, panels_of
from opsys.kit.relate.references import name_references
from opsys.kit.relate.relations import counts

EVENTS_SHOWN = 20
PROMINENT = 4


def detail_page(request: ConsoleRequest, resource: Resource, cluster: str, cloud_id: str) -> HttpResponse:
    item = item_at(resource, cluster, cloud_id, user=request.user)
    sync.look(resource.name, [item.cluster_id])
    states, version = freshness(resource.model, [item.cluster])
    status = next((column for column in resource.columns if column.kind == "status"), None)
    held = access.held_by(request.user)
    entries = entries_of(resource, item, held)
    links = links_of(resource, item, held)
    name_references(resource, [item])
    context = {
        "resource": resource,
        "item": item,
        "seen_at": item.synced_at
        if item.gone_at or item.partial
        else last_seen(item.synced_at, states[0].all_seen_at),
        # Some types have no status: they are not in an unknown one.
        "badge": badge(resource, item, str(status.of(item)) if status else item.status)
        if status or item.status
        else "",
        "actions_menu": menu_of([*links, *entries]),
        "links": [link for link in links if link["prominent"] and not link["disabled"]],
        "prominent": [entry for entry in entries if not entry["disabled"] and not entry["risky"]][:PROMINENT],
        "panels": _panels(resource, item, held),
        "facts": _facts(resource, item),
        "partial_reason": partial_reason(item),
        "protected": protection_of(item.cluster, resource.name, item.cloud_id),
        "protect_url": ""
        if item.gone_at or access.why_not_on(held, access.PROVISION, item)
        else resource.url("protect", item.pk),
        "events": _events(resource, item, request.user),
        "raw": json.dumps(item.data, indent=2, ensure_ascii=False, sort_keys=True),
        "chips": chips(states),
        "live_clusters": item.cluster.name,
        "freshness_url": f"{resource.url('freshness')}?cluster={item.cluster.name}&version={version}"
        f"&transitional={int(item.transitional)}",
        "poll_seconds": RESTLESS_SECONDS if item.transitional else IDLE_SECONDS,
        "region_url": request.get_full_path(),
    }
    template = "kit/_detail_region.html" if request.htmx.target == "region" else "kit/detail.html"
    return render(request, template, context)


def item_at(resource: Resource, cluster: str, cloud_id: str, *, user) -> InventoryItem:
    """What stands at this address for this user, also when it is gone by now. Raises 404."""
    rows = resource.model.objects.visible_to(user).select_related("cluster")
    item = rows.filter(cluster__name=cluster, cloud_id=cloud_id).first()
    if item is None:
        raise Http404("no such resource")
    return item


def row_menu(request: ConsoleRequest, resource: Resource, pk: int) -> HttpResponse:
    item = resource.model.objects.visible_to(request.user).present().select_related("cluster").filter(pk=pk).first()
    if item is None:
        raise Http404("no such resource")
    held = access.held_by(request.user)
    menu = menu_of([*links_of(resource, item, held), *entries_of(resource, item, held)])
    return render(request, "kit/_row_menu.html", {"resource": resource, "item": item, "actions_menu": menu})


def entries_of(resource: Resource, item: InventoryItem, held: access.Held) -> list[dict[str, Any]]:
    """Every action with whether it can be done now; where not, `reason` says why. Those that are done to an entry of
    a table panel stand beside it instead."""
    entries = []
    beside_entries = only_on_entries(resource)
    for action in (action for action in resource.on_items if action.name not in beside_entries):
        _code, reason = why_not(action, item, held)
        entry = {**entry_of(resource, action), "dialog": action.asks(item.cluster)}
        entries.append({**entry, "disabled": bool(reason), "reason": reason})
        entries[-1]["url"] += f"?ids={item.pk}"
    return entries


def links_of(resource: Resource, item: InventoryItem, held: access.Held) -> list[dict[str, Any]]:
    """The type's links as entries of the same menus."""
    return [
        {
            "name": link.name,
            "label": link.label,
            "group": "",
            "icon": link.icon,
            "href": link.url(item),
            "window": link.window,
            "prominent": link.prominent,
            "reason": (reason := why_not_open(link, item, held)),
            "disabled": bool(reason),
        }
        for link in resource.links
        if link.when(item)
    ]


def entry_of(resource: Resource, action: Action) -> dict[str, Any]:
    """What a button needs to know of an action."""
    return {
        "name": action.name,
        "label": action.label,
        "group": str(action.group),
        "icon": action.icon,
        "risky": action.risky,
        "destroys": action.destroys,
        "dialog": action.dialog,
        "url": resource.url("action" if action.scope == "item" else "new", action.name),
    }


def menu_of(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """`groups` of what can be done, in the order their actions are declared, everyday ones first; `impossible`."""
    groups: dict[str, list[dict[str, Any]]] = {"": []}
    for entry in entries:
        if not entry.get("disabled"):
            groups.setdefault(entry["group"], []).append(entry)
    possible = [{"label": label, "entries": found} for label, found in groups.items() if found]
    return {"groups": possible, "impossible": [entry for entry in entries if entry.get("disabled")]}


def _facts(resource: Resource, item: InventoryItem) -> list[tuple[Any, Any]]:
    """What lists show of it too, and of the rest what there is."""
    drawn = [(column, cell(resource, column, item)) for column in resource.columns if column.kind != "name"]
    return [(column.label, value) for column, value in drawn if column.priority <= 3 or value is not EMPTY]


def _panels(resource: Resource, item: InventoryItem, held: access.Held) -> list[dict[str, Any]]:
    """The tabs; those of what refers to the item with how many there are."""
    panels = [panel for panel in panels_of(resource.name) if panel.when(item)]
    related = [panel.referrer for panel in panels if isinstance(panel, RelatedPanel)]
    numbers = counts(related, [item], held)
    return [
        {
            "name": panel.name,
            "label": panel.label,
            "icon": panel.icon,
            "url": resource.url("panel", item.cluster.name, item.cloud_id, panel.name),
            "count": numbers.get(panel.name, 0) if isinstance(panel, RelatedPanel) else None,
        }
        for panel in panels
    ]


def _events(resource: Resource, item: InventoryItem, user) -> list[Any]:
    """What was done with it, newest first, each with its action as people say it."""
    labels = {f"{resource.name}.{action.name}": action.label for action in resource.actions}
    events = Event.objects.visible_to(user).filter(
        resource=resource.name, cluster=item.cluster, cloud_id=item.cloud_id
    )
    found: list[Any] = list(collapsed(events).order_by("-at", "-pk")[:EVENTS_SHOWN])
    for event in found:
        event.action_label = labels.get(event.action) or action_text(event.action)
    return found
