"""Which resources a schedule is about: chosen with the filters of their list, with what they find now."""

from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from jobs.schedules import work
from jobs.schedules.drill import VOLUMES
from jobs.schedules.models import Schedule
from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.filters import filter_class
from opsys.kit.lists.scope import scope_for

SHOWN = 5


def context(schedule: Schedule, params: QueryDict | None) -> dict[str, Any]:
    """What the page draws of it; empty for a schedule that is about no rows, or about those of a type that is gone."""
    resource = _type_of(schedule)
    if params is None or resource is None:
        return {}
    about = {"kind": schedule.kind, "type": resource.name, **({"schedule": schedule.pk} if schedule.pk else {})}
    return {
        "resource": resource,
        "filter": _filters(resource, params, schedule.owner),
        "clusters": [
            (cluster.name, cluster.name in params.getlist("cluster"))
            for cluster in scope_for(QueryDict(), user=schedule.owner).all_clusters
        ],
        "group": params.get("group", ""),
        "query_text": params.get("q", ""),
        "raw_query": work.as_text(params),
        "values_url": f"{resource.url()}values/",
        "matching_url": f"{reverse('jobs:schedule-matching')}?{urlencode(about)}",
        **_found(resource, params, schedule.owner),
    }


def _type_of(schedule: Schedule) -> Resource | None:
    if schedule.kind == Schedule.Kind.AUDIT:
        return None
    name = VOLUMES if schedule.kind == Schedule.Kind.DRILL else schedule.resource
    return {resource.name: resource for resource in register.resources()}.get(name)


def _filters(resource: Resource, params: QueryDict, owner: Any) -> Any:
    """The list's own filter bar, filled in."""
    known = QueryDict(mutable=True)
    for name in filter_class(resource.name).base_filters:
        if name in params:
            known.setlist(name, params.getlist(name))
    found = filter_class(resource.name)(known, queryset=resource.model.objects.none())
    found.scope = scope_for(QueryDict(), user=owner)
    return found


def _found(resource: Resource, params: QueryDict, owner: Any) -> dict[str, Any]:
    """How many there are now and the first of them, or why nothing can be said."""
    if not params:
        return {"number": None}
    try:
        rows = work.found(resource, work.as_text(params), user=owner).rows
    except work.Refused as reason:
        return {"number": None, "which_complaint": str(reason)}
    names = [str(row) for row in rows[:SHOWN]]
    number = rows.order_by().count() if len(names) == SHOWN else len(names)
    return {"number": number, "names": names, "further": number - len(names)}
