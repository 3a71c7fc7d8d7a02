"""Few are done while one waits, many become a job: the same rule for every door."""

from collections.abc import Mapping
from typing import Any

from clusters.models import Cluster
from jobs import bulk, creating
from jobs.models import Job
from opsys.kit.act.perform import perform, perform_in
from opsys.kit.act.plan import only_for
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.project import NoProject, Project

DIRECTLY = 5


def perform_or_submit(
    resource: Resource,
    action: Action,
    pks: list[int],
    *,
    user,
    via: str,
    client: str = "",
    params: Mapping[str, Any] | None = None,
) -> list[Outcome] | Job:
    """The outcomes of up to five rows, or the job that does more of them. See `perform` for what is promised.

    An action with a form is given no `params` when none of the rows may be acted on: there was nothing to ask."""
    if params is None and action.form:
        action = only_for(action, ())
    if len(pks) <= DIRECTLY:
        return perform(resource, action, pks, user=user, via=via, client=client, params=params)
    return bulk.submit(resource, action, pks, user=user, via=via, client=client, params=dict(params or {}))


def make_or_submit(
    resource: Resource,
    action: Action,
    cluster: Cluster,
    requests: list[tuple[str, dict[str, Any]]],
    *,
    user,
    via: str,
    client: str = "",
    project: Project | None = None,
) -> list[Outcome] | Job:
    """One new resource is made at once; several, each (name, parameters), are a job. See `perform_in`."""
    if len(requests) == 1:
        ((name, params),) = requests
        asker = {"user": user, "via": via, "client": client}
        return [perform_in(resource, action, cluster, name=name, params=params, project=project, **asker)]
    return creating.submit(resource, action, cluster, requests, user=user, via=via, client=client, project=project)


def refuse(
    resource: Resource,
    action: Action,
    cluster: Cluster,
    name: str,
    *,
    user,
    via: str,
    client: str = "",
    project: Project | NoProject | None = None,
) -> list[Outcome]:
    """The refusal of something new that may not be made, written down like any other."""
    refused, asker = only_for(action, ()), {"user": user, "via": via, "client": client}
    return [perform_in(resource, refused, cluster, name=name, params={}, project=project, **asker)]
