"""One action on many resources: the job behind the bulk bar, the API and the command line."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from audit.models import Event
from clusters import gateway, sync
from clusters.gateway.errors import TRANSIENT, CloudError
from clusters.models import Cluster
from clusters.sentences import gettext as _
from clusters.sentences import ngettext, sentence_of
from jobs import kinds, lifecycle
from jobs.kinds import Target
from jobs.models import Job, JobItem
from opsys.kit.act.perform import conclude, perform_one, refuse_unknown
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Operation, Outcome, Status
from opsys.kit.declare.resource import Resource

# The cloud's clock may be behind ours, and it writes whole seconds.
CLOCK_SLACK = timedelta(seconds=5)


def submit(
    resource: Resource,
    action: Action,
    pks: list[int],
    *,
    user,
    via: str,
    client: str = "",
    params: dict | None = None,
    why: str = "",
    approval: int | None = None,
) -> Job:
    """Start a job that does this to each of these rows. Returns at once; rows the user may not see are left out,
    and the audit knows that they were asked for."""
    rows = resource.model.objects.visible_to(user).present().select_related("cluster").in_bulk(pks)
    targets = [
        Target(row.pk, row.cluster_id, row.cluster.name, row.cloud_id, row.name) for pk in pks if (row := rows.get(pk))
    ]
    if unknown := [pk for pk in pks if pk not in rows]:
        refuse_unknown(resource, action, unknown, user=user, via=via, client=client)
    if action.one_word:
        title = ngettext("%(action)s %(count)d %(one)s", "%(action)s %(count)d %(many)s", len(targets))
    else:
        title = ngettext("%(action)s: %(count)d %(one)s", "%(action)s: %(count)d %(many)s", len(targets))
    title %= {
        "action": action.label,
        "count": len(targets),
        "one": resource.model._meta.verbose_name,
        "many": resource.model._meta.verbose_name_plural,
    }
    return lifecycle.submit(
        BulkAction.name,
        title,
        targets,
        user=user,
        via=via,
        client=client,
        params={"resource": resource.name, "action": action.name, "why": why, "approval": approval},
        inputs=json.dumps(params or {}),
    )


def events_of(item: JobItem) -> list[Event]:
    """What the audit holds of an item, in its order: first that it was begun."""
    return list(Event.objects.filter(operation=item.operation).order_by("pk"))


def heard(events: list[Event]) -> Outcome | None:
    """The outcome that an operation's events hold; None if the last word was not heard, or was one that can pass."""
    for event in reversed(events):
        final = event.phase == "failed" and event.error_code not in TRANSIENT
        if final or event.phase in ("done", "refused"):
            return Outcome(
                Status(event.phase),
                name=event.name,
                cloud_id=event.cloud_id,
                cluster=event.cluster_name,
                reason=sentence_of(event.said, event.reason),
                code=event.error_code,
                request_id=event.request_id,
            )
    return None


def operation_of(
    job: Job, item: JobItem, resource: Resource, action: Action, *, cloud_id: str, params: dict[str, Any]
) -> Operation:
    """What an item's events are about, for one whose worker died before it could write down what became of it."""
    return Operation(
        user=job.actor,
        via=job.via,
        client=job.client,
        resource=resource.name,
        action=action.name,
        label=str(action.label),
        cluster=item.cluster,
        cloud_id=cloud_id,
        name=item.name,
        params=params,
        id=item.operation,
    )


class BulkAction:
    name = "action"

    def do(self, job: Job, item: JobItem) -> Outcome:
        resource, action = self._what(job)
        outcome = perform_one(
            resource,
            action,
            item.target,
            user=job.actor,
            via=job.via,
            client=job.client,
            params=json.loads(job.inputs),
            operation_id=item.operation,
            why=job.params.get("why", ""),
            approval=job.params.get("approval"),
        )
        if outcome.code in ("conflict", "not_found") and item.attempts > 1:
            # An earlier try may have come through since we looked, and be what stands in the way of this one.
            with suppress(CloudError):
                return self._ask_the_cloud(job, item, events_of(item)[0]) or outcome
        return outcome

    def rested(self, job: Job) -> None:
        """Only now look often: a delta every second would cost the cloud as much as the job itself."""
        if resource := resource_of(job):
            for cluster in Cluster.objects.filter(pk__in=job.items.values("cluster")):
                sync.look_often(cluster, resource.model)

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """First the audit, which has the outcome unless the worker died between asking and hearing; then the
        cloud itself, which knows whether it was asked."""
        events = events_of(item)
        return heard(events) or (self._ask_the_cloud(job, item, events[0]) if events else None)

    def _ask_the_cloud(self, job: Job, item: JobItem, started: Event) -> Outcome | None:
        """Was it asked for; and if the cloud died before it wrote that down, is the resource as it was to become?"""
        resource, action = self._what(job)
        if item.cluster is None:
            return None
        request_id = ""
        if action.find_request is not None:
            with gateway.call(item.cluster) as call:
                since = call.cloud_time(started.at) - CLOCK_SLACK
                request_id = action.find_request(call.conn, item.cloud_id, since)
        if request_id:
            reason = _("The answer was lost; the cloud shows that it was asked.")
        elif action.goal_reached is not None and self._goal_reached(resource, action.goal_reached, item):
            reason = _("The answer was lost; it has become what it should.")
        else:
            return None
        outcome = Outcome(
            Status.DONE,
            name=item.name,
            cloud_id=item.cloud_id,
            cluster=item.cluster_name,
            reason=reason,
            request_id=request_id,
        )
        params = json.loads(job.inputs)
        conclude(operation_of(job, item, resource, action, cloud_id=item.cloud_id, params=params), outcome)
        return outcome

    def _goal_reached(self, resource: Resource, goal_reached: Callable[[Any], bool], item: JobItem) -> bool:
        sync.read_one(item.cluster, resource.model, item.cloud_id)
        return goal_reached(resource.model.objects.present().filter(pk=item.target).first())

    def _what(self, job: Job) -> tuple[Resource, Action]:
        resource = register.get(job.params["resource"])
        return resource, resource.action(job.params["action"])


def resource_of(job: Job) -> Resource | None:
    """The type a bulk job is about; None when it no longer exists, or for a job of another kind."""
    known = {resource.name: resource for resource in register.resources()}
    return known.get(job.params.get("resource", ""))


kinds.register(BulkAction())
