"""The only function that changes a cloud, whichever door asked."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError

from clusters import access, gateway, inventory, sync
from clusters.gateway import CONNECTION, CloudError
from clusters.inventory import InventoryItem
from clusters.locks import ResourceLocked, resource_lock
from clusters.models import Cluster
from clusters.sentences import gettext as _
from opsys.kit import signals
from opsys.kit.act.refusal import why_no_reason, why_not, why_not_in
from opsys.kit.approvals.gate import Gate
from opsys.kit.declare.action import Action, Operation, Outcome, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.project import NoProject, Project

log = structlog.get_logger()


def perform(
    resource: Resource,
    action: Action,
    pks: Iterable[int],
    *,
    user,
    via: str,
    client: str = "",
    params: Mapping[str, Any] | None = None,
    operations: Mapping[int, UUID] | None = None,
    why: str = "",
    approval: int | None = None,
) -> list[Outcome]:
    """Do `action` to each of these items for `user`; one outcome each, in the given order.

    Per item: permission, state, audit "started" (if that cannot be written nothing runs), the cloud, audit of the
    outcome, a fresh look at the row. A failing item never stops the others, but once a cloud is found broken its
    remaining items are not tried: each of them would wait for the same time-out. `via` names the door (ui, api,
    cli, admin, schedule), `client` the address it was asked from, `operations` the operation of each item where it is
    known beforehand, `why` the reason that people gave, which production asks for, `approval` that of a second person.
    """
    pks = list(pks)
    items = resource.model.objects.visible_to(user).present().select_related("cluster").in_bulk(pks)
    held, gate = access.held_by(user), Gate(resource, action, user, approval)
    broken: dict[int, Outcome] = {}
    outcomes = []
    for pk in pks:
        if (item := items.get(pk)) is None:
            outcomes.append(refuse_unknown(resource, action, [pk], user=user, via=via, client=client))
            continue
        asked_by: dict[str, Any] = {"user": user, "via": via, "client": client, "why": why}
        known = (operations or {}).get(pk)
        operation = _operation(resource, action, item, gate, params=params, operation_id=known, **asked_by)
        outcome = _perform_one(action, item, operation, held, gate, broken.get(item.cluster_id))
        if outcome.code in CONNECTION:
            broken[item.cluster_id] = outcome
        elif outcome.sent:
            _read_again(action, item.cluster, partial(sync.refresh, item))
        outcomes.append(outcome)
    return outcomes


def perform_in(
    resource: Resource,
    action: Action,
    cluster: Cluster,
    *,
    name: str,
    user,
    via: str,
    client: str = "",
    params: Mapping[str, Any],
    project: Project | NoProject | None = None,
    operation_id: UUID | None = None,
    approval: int | None = None,
) -> Outcome:
    """Make something new, called `name`, in a cluster for `user`, in this project of it or in that of the cluster's
    credential. In the same steps as `perform`; the outcome's
    `cloud_id` is the new resource's, and its row is there when this returns, if the cloud already tells of it."""
    gate = Gate(resource, action, user, approval)
    operation = Operation(
        user=user,
        via=via,
        client=client,
        resource=resource.name,
        action=action.name,
        label=str(action.label),
        cluster=cluster,
        cloud_id="",
        name=name,
        params=dict(params),
        project=project if isinstance(project, Project) else None,
        approved_by=gate.approved_by,
        id=operation_id or uuid4(),
    )
    target: dict[str, Any] = {"name": name, "cluster": cluster.name}
    code, reason = why_not_in(action, cluster, access.held_by(user), project, decided=True)
    if not code and (reason := gate.why_not_new(cluster, name, params, project)):
        code = "approval"
    if code:
        outcome = Outcome(Status.REFUSED, code=code, reason=reason, **target)
    else:
        outcome = _ask(action, cluster, operation, (), target)
    if outcome.sent or code:
        conclude(operation, outcome)
    if outcome.status is Status.DONE:
        _read_again(action, cluster, partial(sync.read_one, cluster, resource.model, outcome.cloud_id))
    return outcome


def perform_one(
    resource: Resource,
    action: Action,
    pk: int,
    *,
    user,
    via: str,
    client: str,
    params: Mapping[str, Any],
    operation_id: UUID,
    why: str = "",
    approval: int | None = None,
) -> Outcome:
    """The same for one item of a job, which knows its operation beforehand. The row is not read again at once: with
    many of them one delta of the whole type is cheaper."""
    item = resource.model.objects.visible_to(user).present().select_related("cluster").filter(pk=pk).first()
    if item is None:
        return refuse_unknown(resource, action, [pk], user=user, via=via, client=client, operation_id=operation_id)
    gate = Gate(resource, action, user, approval)
    asked_by: dict[str, Any] = {"user": user, "via": via, "client": client, "why": why}
    operation = _operation(resource, action, item, gate, params=params, operation_id=operation_id, **asked_by)
    outcome = _perform_one(action, item, operation, access.held_by(user), gate, None)
    if outcome.sent:
        _look_at_others(action, item.cluster)
    return outcome


def refuse_unknown(
    resource: Resource,
    action: Action,
    asked: Sequence[int | str],
    *,
    user,
    via: str,
    client: str = "",
    operation_id: UUID | None = None,
) -> Outcome:
    """The answer about what is not there, or is not for this user, with its place in the audit: who tries numbers
    should be seen to. It holds nothing but what was asked, because people read their own events."""
    name = ", ".join(map(str, asked))
    operation = Operation(
        user=user,
        via=via,
        client=client,
        resource=resource.name,
        action=action.name,
        label=str(action.label),
        cluster=None,
        cloud_id="",
        name=name,
        params={},
        id=operation_id or uuid4(),
    )
    outcome = Outcome(Status.REFUSED, name=name, code="not_found", reason=_("Not found."))
    conclude(operation, outcome)
    return outcome


def _operation(
    resource: Resource,
    action: Action,
    item: InventoryItem,
    gate: Gate,
    *,
    user,
    via: str,
    client: str,
    params: Mapping[str, Any] | None,
    operation_id: UUID | None = None,
    why: str = "",
) -> Operation:
    return Operation(
        user=user,
        via=via,
        client=client,
        resource=resource.name,
        action=action.name,
        label=str(action.label),
        cluster=item.cluster,
        cloud_id=item.cloud_id,
        name=item.name,
        params=dict(params or {}),
        why=why,
        approved_by=gate.approved_by,
        id=operation_id or uuid4(),
    )


def _perform_one(
    action: Action,
    item: InventoryItem,
    operation: Operation,
    held: access.Held,
    gate: Gate,
    broken: Outcome | None,
) -> Outcome:
    target: dict[str, Any] = {"name": item.name, "cloud_id": item.cloud_id, "cluster": item.cluster.name}

    def refuse(code: str, reason: str) -> Outcome:
        outcome = Outcome(Status.REFUSED, code=code, reason=reason, **target)
        conclude(operation, outcome)
        return outcome

    code, reason = why_not(action, item, held)
    if code:
        return refuse(code, reason)
    # A schedule says by its name why; who wrote it was asked then.
    if operation.via != "schedule" and (reason := why_no_reason(action, item.cluster, operation.why)):
        return refuse("reason", reason)
    if reason := gate.why_not(item.cluster, item.pk):
        return refuse("approval", reason)
    if broken is not None:
        outcome = Outcome(Status.FAILED, code=broken.code, reason=broken.reason, **target)
        conclude(operation, outcome)
        return outcome
    try:
        with resource_lock(
            item.cluster, item.cloud_id, what=operation.label, user=operation.user, operation=operation.id
        ):
            outcome = _ask(action, item.cluster, operation, (item.cloud_id,), target)
    except ResourceLocked as other:
        return refuse("held", str(other))
    if outcome.sent:
        conclude(operation, outcome)
    return outcome


def _ask(
    action: Action, cluster: Cluster, operation: Operation, about: tuple[str, ...], target: dict[str, Any]
) -> Outcome:
    """Write down what is about to happen, then ask the cloud. If the one fails, the other is not done."""
    if not begin(operation):
        reason = _("The audit could not be written, so nothing was done. Check the platform's database.")
        return Outcome(Status.REFUSED, code="audit", reason=reason, **target)
    began = time.monotonic()
    shown = retry_at = None
    try:
        with gateway.call(cluster, project=operation.project.id if operation.project else "") as call:
            returned = action.run(call.conn, *about, **operation.params)
            if action.scope == "cluster":
                target = {**target, "cloud_id": returned["id"] if isinstance(returned, Mapping) else returned}
            if action.shows is not None:
                shown = action.shows(returned)
    except CloudError as error:
        status, said = Status.FAILED, {"code": error.code, "reason": error.with_time(), "request_id": error.request_id}
        retry_at = error.until
    else:
        status = Status.DONE
        said = {"request_id": call.request_id, "global_request_id": call.global_request_id}
    seconds = round(time.monotonic() - began, 3)
    return Outcome(status, seconds=seconds, sent=True, shown=shown, retry_at=retry_at, **said, **target)


def _read_again(action: Action, cluster: Cluster, read: Callable[[], None]) -> None:
    """The cloud was asked by now, and that must be told: what a busy database did not take, the next pass writes."""
    try:
        read()
        _look_at_others(action, cluster)
    except DatabaseError as error:
        log.warning("not_read_again", action=action.name, cluster=cluster.name, error=type(error).__name__)


def _look_at_others(action: Action, cluster: Cluster) -> None:
    """The cloud was asked by now, so a type that is not there must cost nothing."""
    known = {inventory.type_name(model): model for model in inventory.SOURCES}
    for name in action.touches:
        if name in known:
            sync.look_often(cluster, known[name])


def begin(operation: Operation) -> bool:
    """Whether somebody wrote down what is about to happen. Nobody listening counts as a failure to write."""
    if not signals.started.has_listeners():
        return False
    try:
        signals.started.send(sender=Operation, operation=operation)
    except DatabaseError as error:
        log.error(
            "audit_not_written", action=operation.action, cloud_id=operation.cloud_id, error=type(error).__name__
        )
        return False
    return True


def conclude(operation: Operation, outcome: Outcome) -> None:
    """Write down what became of it. The cloud has answered; an audit that fails now cannot undo it, so the log keeps
    what the table could not."""
    try:
        signals.finished.send(sender=Operation, operation=operation, outcome=outcome)
    except DatabaseError as error:
        log.error(
            "outcome_not_audited",
            operation=str(operation.id),
            action=operation.action,
            cloud_id=operation.cloud_id,
            status=outcome.status.value,
            error=type(error).__name__,
        )
