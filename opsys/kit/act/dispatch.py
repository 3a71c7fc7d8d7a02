"""Few are done while one waits, many become a job: the same rule for every door."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from clusters.models import Cluster
from jobs import bulk, creating, lifecycle
from jobs.models import Job
from opsys.kit.act.idempotency import Request, once, outcome_of
from opsys.kit.act.perform import perform, perform_in
from opsys.kit.act.plan import only_for
from opsys.kit.approvals.asking import ask_instead
from opsys.kit.approvals.creations import ask_to_make
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.project import NoProject, Project

DIRECTLY = 5
ASKED_AND_READ = 2
"""Calls to a cloud for one row: it is asked, and the row is read."""


def perform_or_submit(
    resource: Resource,
    action: Action,
    pks: list[int],
    *,
    user,
    via: str,
    client: str = "",
    params: Mapping[str, Any] | None = None,
    request: Request | None = None,
    why: str = "",
    approval: int | None = None,
) -> list[Outcome] | Job:
    """The outcomes of up to five rows, or the job that does more of them. See `perform` for what is promised, and
    `once` for a `request` with a key. Where a second person has to approve it and there is no `approval`, one is asked
    for: the outcomes say so.

    An action with a form is given no `params` when none of the rows may be acted on: there was nothing to ask."""
    if params is None and action.form:
        action = only_for(action, ())
    asker: dict[str, Any] = {"user": user, "via": via, "client": client}

    def operations(operation: UUID) -> dict[int, UUID]:
        return {pk: uuid5(operation, str(pk)) for pk in pks}

    def run(operation: UUID) -> list[Outcome] | Job:
        if approval is None and (waits := ask_instead(resource, action, pks, params=params, why=why, **asker)):
            return waits
        given: dict[str, Any] = {"why": why, "approval": approval, **asker}
        if len(pks) <= DIRECTLY:
            return perform(resource, action, pks, params=params, operations=operations(operation), **given)
        return bulk.submit(resource, action, pks, params=dict(params or {}), **given)

    def recall(operation: UUID) -> list[Outcome] | None:
        found = [outcome_of(one, str(pk), "") for pk, one in operations(operation).items()]
        if not any(found):
            return None
        reason = _("It broke off before this was asked.")
        return [
            one or Outcome(Status.FAILED, name=str(pk), code="lost", reason=reason)
            for pk, one in zip(pks, found, strict=True)
        ]

    asked = [resource.name, action.name, pks, params]
    recalled = recall if len(pks) <= DIRECTLY else _nothing
    return _once(request or Request(user), asked, run, recalled, calls=ASKED_AND_READ * len(pks))


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
    request: Request | None = None,
    approval: int | None = None,
) -> list[Outcome] | Job:
    """One new resource is made at once; several, each (name, parameters), are a job. See `perform_in`, and `once` for
    a `request` with a key. Where a second person has to approve it and there is no `approval`, one is asked for: the
    one outcome says so."""
    asker: dict[str, Any] = {"user": user, "via": via, "client": client, "project": project}
    asked = [resource.name, action.name, cluster.pk, requests, project.id if project else ""]

    def asked_first() -> list[Outcome] | None:
        return None if approval else ask_to_make(resource, action, cluster, requests, **asker)

    if len(requests) > 1:
        return _once(
            request or Request(user),
            asked,
            lambda operation: (
                asked_first() or creating.submit(resource, action, cluster, requests, approval=approval, **asker)
            ),
            _nothing,
        )
    ((name, params),) = requests

    def run(operation: UUID) -> list[Outcome] | Job:
        given: dict[str, Any] = {"params": params, "operation_id": operation, "approval": approval, **asker}
        return asked_first() or [perform_in(resource, action, cluster, name=name, **given)]

    def recall(operation: UUID) -> list[Outcome] | None:
        outcome = outcome_of(operation, name, cluster.name)
        return [outcome] if outcome else None

    return _once(request or Request(user), asked, run, recall, calls=ASKED_AND_READ)


def _once(
    request: Request,
    asked: list[Any],
    run: Callable[[UUID], list[Outcome] | Job],
    recall: Callable[[UUID], list[Outcome] | None],
    *,
    calls: int = 1,
) -> list[Outcome] | Job:
    together = recall is _nothing
    done = once(request, asked, run, store=_stored, load=_loaded, recall=recall, together=together, calls=calls)
    if isinstance(done, Job):
        # A worker that looked before the transaction ended saw no job.
        lifecycle.dispatch(done.pk)
    return done


def _nothing(operation: UUID) -> None:
    """A job is stored as a whole: where there is none, nothing was asked."""


def _stored(done: list[Outcome] | Job) -> dict[str, Any]:
    """What is shown once is not kept, and not shown a second time."""
    if isinstance(done, Job):
        return {"job": done.pk}
    return {"outcomes": [{**replace(outcome, shown=None).as_dict(), "sent": outcome.sent} for outcome in done]}


def _loaded(result: Mapping[str, Any]) -> list[Outcome] | Job:
    if "job" in result:
        return Job.objects.get(pk=result["job"])
    return [Outcome(**{**said, "status": Status(said["status"])}) for said in result["outcomes"]]


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
