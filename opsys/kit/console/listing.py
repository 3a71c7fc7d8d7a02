"""The list of a type: the page, its part that is fetched again, its exact count, its freshness."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clusters import access, sync
from opsys.kit.console.detail import entry_of, menu_of
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.absent import why_none
from opsys.kit.lists.columns import columns_of
from opsys.kit.lists.freshness import IDLE_SECONDS, RESTLESS_SECONDS, chips, freshness
from opsys.kit.lists.paging import address_with, page_of
from opsys.kit.lists.query import Query, query_of
from opsys.kit.lists.saved import NONE, SCOPE, Saved, address_of, saved_by, worth_keeping
from opsys.kit.lists.scope import Scope
from opsys.kit.lists.tables import table_of
from opsys.kit.relate.references import name_references


def list_page(request: ConsoleRequest, resource: Resource) -> HttpResponse:
    saved = saved_by(request.user, resource)
    if saved.default and not request.htmx and request.GET.keys() <= set(SCOPE):
        return redirect(f"{request.path}?{address_of(saved.default, request.GET)}")
    query = query_of(resource, request)
    request.console_scope = query.scope
    sync.look(resource.name, query.scope.ids)
    states, version = freshness(resource.model, query.scope.clusters)
    page = page_of(query.rows.prefetch_related(None), request, query.head)
    query.scope.give_to(page.rows)
    shown = columns_of(resource, request.GET.get("columns", ""), saved.columns)
    name_references(resource, page.rows, shown.columns)
    transitional = any(row.transitional for row in page.rows)
    context = {
        "table": table_of(resource, page.rows, query.sort, shown),
        "filter": query.filter,
        "values_url": f"{resource.url()}values/",
        "query": request.GET.get("q", ""),
        "filtered": query.filtered,
        "page": page,
        "count": page.count,
        "count_url": _with_query(resource.url("count"), request),
        "region_url": request.get_full_path(),
        "view_url": resource.url("view"),
        "columns_url": resource.url("columns"),
        "export_url": resource.url("export"),
        "saved": _saved_context(request, resource, saved),
        "absent": why_none(resource, query.scope.clusters),
        "has_clusters": bool(query.scope.all_clusters),
        "add_cluster_url": reverse("admin:clusters_cluster_add") if request.user.is_superuser else "",
        **_freshness_context(resource, request, query, states, version, transitional),
    }
    if request.htmx.target == "region":
        return render(request, "kit/_region.html", context)
    held = access.held_by(request.user)
    allowed = {
        permission for permission in access.PERMISSIONS if not access.why_nowhere(held, permission, query.scope.ids)
    }
    context["bulk_menu"] = partial(_bulk_menu, resource, held, query.scope)
    context["bulk_key"] = "-".join([*sorted(allowed), context["absent"]])
    context["new_entries"] = _new_entries(resource, request, held, query.scope)
    return render(request, "kit/list.html", context)


def exact_count(request: ConsoleRequest, resource: Resource) -> HttpResponse:
    count = query_of(resource, request).rows.order_by().count()
    return render(request, "kit/_count.html", {"count": {"value": count, "exact": True}})


def freshness_chips(request: ConsoleRequest, resource: Resource) -> HttpResponse:
    """The chips, polled by the page. When rows changed since the page's `version`, it is told to fetch them."""
    query = query_of(resource, request)
    sync.look(resource.name, query.scope.ids)
    states, version = freshness(resource.model, query.scope.clusters)
    changed = version != request.GET.get("version", "")
    transitional = request.GET.get("transitional") == "1"
    context = _freshness_context(resource, request, query, states, version, transitional)
    response = render(request, "kit/_freshness.html", context)
    if changed:
        response["HX-Trigger"] = "rows-changed"
    return response


def _freshness_context(
    resource: Resource, request: ConsoleRequest, query: Query, states: list, version: str, transitional: bool
) -> dict:
    address = _with_query(resource.url("freshness"), request, version=version, transitional=int(transitional))
    return {
        "resource": resource,
        "chips": chips(states),
        "freshness_url": address,
        "live_clusters": _live_clusters(query),
        "poll_seconds": RESTLESS_SECONDS if transitional else IDLE_SECONDS,
    }


def _bulk_menu(resource: Resource, held: access.Held, scope: Scope) -> dict:
    """What can be done to many; disabled is what the person may do nowhere here. What the rows say, the plan tells."""
    return menu_of([_allowed(resource, action, held, scope) for action in resource.on_items if not action.single])


def _allowed(resource: Resource, action: Action, held: access.Held, scope: Scope) -> dict:
    reason = access.why_nowhere(held, action.permission, scope.ids) or why_none(resource, scope.clusters)
    return {**entry_of(resource, action), "disabled": bool(reason), "reason": reason}


def _saved_context(request: ConsoleRequest, resource: Resource, saved: Saved) -> dict:
    """The saved views with their addresses, and which of them the list shows; `changed` when it shows more or less."""
    current = saved.named(request.GET.get("view", ""))
    return {
        "views": [(view, f"{resource.url()}?{address_of(view)}") for view in saved.views],
        "current": current,
        "changed": current is not None and current.query != worth_keeping(request.GET),
        "default": saved.default,
        "all_url": f"{resource.url()}?view={NONE}" if saved.default else resource.url(),
    }


def _live_clusters(query: Query) -> str:
    """The names whose changes the page wants to hear of; none for all that one may see, also those to come."""
    scope = query.scope
    return " ".join(c.name for c in scope.clusters) if len(scope.clusters) < len(scope.all_clusters) else ""


def _with_query(path: str, request: ConsoleRequest, *, only: tuple[str, ...] = (), **changes) -> str:
    dropped = {name: None for name in request.GET if only and name not in only}
    query = address_with(request, **dropped, **changes).partition("?")[2]
    return f"{path}?{query}" if query else path


def _new_entries(resource: Resource, request: ConsoleRequest, held: access.Held, scope: Scope) -> list[dict]:
    """What can be made here, in the cluster the page is about; disabled is what the person may make in none."""
    entries = []
    for action in resource.on_clusters:
        entry = _allowed(resource, action, held, scope)
        entry["url"] = _with_query(entry["url"], request, only=("cluster", "group"))
        entry["page"] = bool(action.form and action.form.template)
        entries.append(entry)
    return entries
