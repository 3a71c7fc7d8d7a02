"""Protecting a resource from being deleted, destroyed or interrupted; and taking that off again. It is our own note
and changes no cloud, so it does not go through `perform()`; the audit has it all the same."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from audit.acting import Actor
from audit.noting import note
from clusters import access
from clusters.guards.models import Protection
from clusters.inventory import InventoryItem
from opsys.kit.declare.resource import Resource


def protect(request: HttpRequest, resource: Resource, pk: int) -> HttpResponse:
    """POST `on` 1 or 0, and a `reason`."""
    item = resource.model.objects.visible_to(request.user).present().select_related("cluster").filter(pk=pk).first()
    if item is None:
        raise Http404("no such resource")
    on = request.POST.get("on") == "1"
    if reason := set_protection(resource, item, on, request.POST.get("reason", ""), Actor.of_request(request)):
        messages.error(request, reason)
    else:
        messages.success(request, _("It is protected now.") if on else _("It is no longer protected."))
    return redirect(resource.item_url(item))


def set_protection(resource: Resource, item: InventoryItem, on: bool, reason: str, actor: Actor) -> str:
    """Why not, or ""."""
    if refusal := access.why_not_on(access.held_by(actor.user), access.PROVISION, item):
        return refusal
    about: dict[str, Any] = {"cluster": item.cluster, "resource": resource.name, "cloud_id": item.cloud_id}
    if on:
        kept = {"name": item.name, "reason": reason.strip()[:200], "created_by": actor.user}
        Protection.objects.update_or_create(**about, defaults=kept)
    else:
        for row in Protection.objects.filter(**about):
            row.delete()
    note(
        actor,
        f"{resource.name}.{'protect' if on else 'unprotect'}",
        cluster_name=item.cluster.name,
        name=item.name,
        params={"why": reason.strip()[:200]} if reason.strip() else {},
        **about,
    )
    return ""
