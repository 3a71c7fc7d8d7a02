"""Changes as people read them, and as programs do."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from audit.models import Event
from audit.wording import action_text
from clusters.models import Cluster
from monitoring.changes.columns import told_fields
from monitoring.changes.models import Change
from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource

VIAS = dict(Event.Via.choices)
COLOURS = {Change.Kind.APPEARED: "green", Change.Kind.CHANGED: "azure", Change.Kind.VANISHED: "red"}


def told(changes: Sequence[Change], clusters: Iterable[Cluster], *, user) -> list[dict[str, Any]]:
    """In two queries more, each as plain values; `shown` is what only the pages need."""
    named = {cluster.pk: cluster for cluster in clusters}
    types = {resource.name: resource for resource in register.resources()}
    projects = _projects(changes)
    events = _events(changes, user)
    return [
        _told(change, named[change.cluster_id], types.get(change.resource), projects, events) for change in changes
    ]


def _told(
    change: Change, cluster: Cluster, resource: Resource | None, projects: dict, events: dict[Any, int]
) -> dict[str, Any]:
    labels = {field.attname: str(field.verbose_name) for field in told_fields(resource.model)} if resource else {}
    event = events.get(change.operation)
    return {
        "id": change.pk,
        "at": change.at,
        "since": change.since,
        "cluster": cluster.name,
        "type": change.resource,
        "cloud_id": change.cloud_id,
        "name": change.name,
        "project_id": change.project_id,
        "kind": change.kind,
        "columns": change.columns,
        "source": "ours" if change.operation else "outside",
        "operation": change.operation,
        "action": change.action,
        "user": change.username,
        "via": change.via,
        "shown": {
            "kind": change.get_kind_display(),
            "colour": COLOURS[Change.Kind(change.kind)],
            "cluster_colour": cluster.colour,
            "type": resource.label if resource else change.resource,
            "icon": resource.icon if resource else "box",
            "url": resource.url("item", cluster.name, change.cloud_id) if resource else "",
            "project": projects.get((change.cluster_id, change.project_id), change.project_id),
            "lines": [
                {"label": labels.get(name, name), "before": _text(before), "after": _text(after)}
                for name, (before, after) in change.columns.items()
                if name not in ("name", "project_id") or change.kind == Change.Kind.CHANGED
            ],
            "action": action_text(change.action) if change.operation else "",
            "via": VIAS.get(change.via, change.via),
            "event_url": reverse("audit:event", args=[event]) if event else "",
        },
    }


def for_programs(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "shown"} for row in rows]


def _projects(changes: Sequence[Change]) -> dict[tuple[int, str], str]:
    ids = {change.project_id for change in changes if change.project_id}
    rows = register.get("identity.project").model.objects.filter(
        cloud_id__in=ids, cluster__in={change.cluster_id for change in changes}
    )
    return {
        (cluster, cloud_id): name for cluster, cloud_id, name in rows.values_list("cluster_id", "cloud_id", "name")
    }


def _events(changes: Sequence[Change], user) -> dict[Any, int]:
    operations = {change.operation for change in changes if change.operation}
    rows = Event.objects.visible_to(user).filter(operation__in=operations).order_by("-pk")
    return {operation: pk for pk, operation in rows.values_list("pk", "operation")} if operations else {}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)
