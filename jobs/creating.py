"""Several new resources at once: a job with one item for each, so that one that fails is told by its name."""

import json
from dataclasses import replace
from typing import Any

from audit.models import Event
from clusters import gateway, sync
from clusters.models import Cluster
from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs import kinds, lifecycle
from jobs.bulk import CLOCK_SLACK, events_of, heard, operation_of
from jobs.kinds import Target
from jobs.models import Job, JobItem
from opsys.kit.act.perform import conclude, perform_in
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.project import Project

Request = tuple[str, dict[str, Any]]
"""A new resource's name and parameters."""


def submit(
    resource: Resource,
    action: Action,
    cluster: Cluster,
    requests: list[Request],
    *,
    user,
    via: str,
    client: str = "",
    project: Project | None = None,
    approval: int | None = None,
) -> Job:
    """Start a job that makes each of these. Returns at once. An item's `target` is its request's place in the list."""
    title = ngettext("Create %(count)d %(one)s", "Create %(count)d %(many)s", len(requests)) % {
        "count": len(requests),
        "one": resource.model._meta.verbose_name,
        "many": resource.model._meta.verbose_name_plural,
    }
    return lifecycle.submit(
        Creation.name,
        title,
        [Target(place, cluster.pk, cluster.name, "", name) for place, (name, _params) in enumerate(requests)],
        user=user,
        via=via,
        client=client,
        params={
            "resource": resource.name,
            "action": action.name,
            "project": project.as_dict() if project else None,
            "approval": approval,
        },
        inputs=json.dumps([params for _name, params in requests]),
    )


class Creation:
    name = "create"

    def do(self, job: Job, item: JobItem) -> Outcome:
        resource, action = self._what(job)
        if item.cluster is None:
            reason = _("The cluster is no longer registered.")
            return Outcome(Status.REFUSED, name=item.name, code="not_found", reason=reason)
        outcome = perform_in(
            resource,
            action,
            item.cluster,
            name=item.name,
            user=job.actor,
            via=job.via,
            client=job.client,
            params=self._params(job, item),
            project=self._project(job),
            operation_id=item.operation,
            approval=job.params.get("approval"),
        )
        self._remember(item, outcome)
        return outcome

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """The audit has the outcome, unless the worker died between asking and hearing; then the cloud is looked
        through for what may have come of it."""
        events = events_of(item)
        outcome = heard(events) or (self._look_for(job, item, events[0]) if events else None)
        if outcome is not None:
            self._remember(item, outcome)
        return outcome

    def rested(self, job: Job) -> None:
        resource, _action = self._what(job)
        for cluster in Cluster.objects.filter(pk__in=job.items.values("cluster")):
            sync.look_often(cluster, resource.model)

    def _look_for(self, job: Job, item: JobItem, started: Event) -> Outcome | None:
        resource, action = self._what(job)
        if action.find_created is None or item.cluster is None:
            return None
        params, project = self._params(job, item), self._project(job)
        with gateway.call(item.cluster, project=project.id if project else "") as call:
            cloud_id = action.find_created(call.conn, call.cloud_time(started.at) - CLOCK_SLACK, **params)
        if not cloud_id:
            return None
        reason = _("The answer was lost; the cloud shows that it was asked.")
        outcome = Outcome(Status.DONE, name=item.name, cloud_id=cloud_id, cluster=item.cluster_name, reason=reason)
        operation = operation_of(job, item, resource, action, cloud_id="", params=params)
        conclude(replace(operation, project=project), outcome)
        sync.read_one(item.cluster, resource.model, cloud_id)
        return outcome

    def _remember(self, item: JobItem, outcome: Outcome) -> None:
        """The id of what was made, so that the job's page leads there."""
        if outcome.cloud_id and outcome.cloud_id != item.cloud_id:
            item.cloud_id = outcome.cloud_id
            JobItem.objects.filter(pk=item.pk).update(cloud_id=outcome.cloud_id)

    def _params(self, job: Job, item: JobItem) -> dict[str, Any]:
        return json.loads(job.inputs)[item.target]

    def _project(self, job: Job) -> Project | None:
        chosen = job.params.get("project")
        return Project(**chosen) if chosen else None

    def _what(self, job: Job) -> tuple[Resource, Action]:
        resource = register.get(job.params["resource"])
        return resource, resource.action(job.params["action"], "cluster")


kinds.register(Creation())
