"""What is under way and what was done last."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from audit.models import Event
from audit.wording import action_text
from jobs.models import Job, JobItem
from opsys.kit.declare import register
from opsys.kit.lists.scope import Scope

JOBS_SHOWN, ACTIONS_SHOWN = 5, 8
ENDED = (Event.Phase.DONE, Event.Phase.REFUSED, Event.Phase.FAILED)
COLOURS = {Event.Phase.DONE: "green", Event.Phase.REFUSED: "orange", Event.Phase.FAILED: "red"}


@dataclass(frozen=True)
class Work:
    """Jobs of which this user may know: those under way, the newest first, and how many there are."""

    jobs: list[Job]
    count: int


def under_way(user: Any) -> Work:
    """Two queries. Each job bears `total` and `rested`, the number of its items and of those that ended."""
    rows = Job.objects.visible_to(user).under_way()
    rested = Count("items", filter=~Q(items__state__in=JobItem.OPEN))
    shown = rows.order_by("-pk").defer("inputs", "params").annotate(total=Count("items"), rested=rested)
    return Work(list(shown[:JOBS_SHOWN]), rows.count())


def last_actions(scope: Scope, user: Any) -> list[dict[str, Any]]:
    """One query."""
    events = Event.objects.visible_to(user).filter(cluster_id__in=scope.ids, phase__in=ENDED)
    return [_action(event) for event in events.order_by("-at", "-pk").defer("params")[:ACTIONS_SHOWN]]


def _action(event: Event) -> dict[str, Any]:
    label, url = "", ""
    try:
        resource = register.get(event.resource)
    except KeyError:
        resource = None
    if resource is not None:
        labels = {f"{resource.name}.{action.name}": action.label for action in resource.actions}
        label = str(labels.get(event.action, ""))
        url = resource.url("item", event.cluster_name, event.cloud_id) if event.cloud_id else ""
    return {
        "at": event.at,
        "who": event.username or event.get_via_display(),
        "label": label or action_text(event.action),
        "name": event.name or event.cloud_id,
        "url": url,
        "cluster": event.cluster_name,
        "phase": event.get_phase_display(),
        "colour": COLOURS[Event.Phase(event.phase)],
        "reason": event.told,
    }
