"""The only function that changes a cloud, whichever door asked."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext as _

from clusters import access, gateway, sync
from clusters.gateway import CONNECTION, CloudError
from clusters.inventory import InventoryItem
from opsys.kit import signals
from opsys.kit.action import Action, Operation, Outcome, Status
from opsys.kit.resource import Resource

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
) -> list[Outcome]:
    """Do `action` to each of these items for `user`; one outcome each, in the given order.

    Per item: permission, state, audit "started" (if that cannot be written nothing runs), the cloud, audit of the
    outcome, a fresh look at the row. A failing item never stops the others, but once a cloud is found broken its
    remaining items are not tried: each of them would wait for the same time-out. `via` names the door (ui, api,
    cli, admin), `client` the address it was asked from.
    """
    pks = list(pks)
    items = resource.model.objects.visible_to(user).present().select_related("cluster").in_bulk(pks)
    held = access.held_by(user)
    broken: dict[int, CloudError] = {}
    outcomes = []
    for pk in pks:
        item = items.get(pk)
        if item is None:
            outcomes.append(Outcome(Status.REFUSED, name=str(pk), code="not_found", reason=_("Not found.")))
            continue
        operation = Operation(
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
        )
        outcomes.append(_perform_one(action, item, operation, held, broken))
    return outcomes


def why_not(action: Action, item: InventoryItem, held: access.Held) -> tuple[str, str]:
    """(code, reason) why this may not be done now, ("", "") if it may. The same text for every door."""
    if reason := access.why_not(held, action.permission, item.cluster):
        return "permission", reason
    if not item.cluster.enabled:
        return "disabled", _("Cluster %(cluster)s is disabled.") % {"cluster": item.cluster.name}
    if reason := _missing_capability(action, item):
        return "capability", reason
    if reason := action.when(item):
        return "state", str(reason)
    return "", ""


def _perform_one(
    action: Action, item: InventoryItem, operation: Operation, held: access.Held, broken: dict[int, CloudError]
) -> Outcome:
    def outcome(status: Status, **more: Any) -> Outcome:
        made = Outcome(status, name=item.name, cloud_id=item.cloud_id, cluster=item.cluster.name, **more)
        _tell_outcome(operation, made)
        return made

    code, reason = why_not(action, item, held)
    if code:
        return outcome(Status.REFUSED, code=code, reason=reason)
    if error := broken.get(item.cluster_id):
        return outcome(Status.FAILED, code=error.code, reason=str(error))
    if not _tell_start(operation):
        reason = _("The audit could not be written, so nothing was done. Check the platform's database.")
        return Outcome(
            Status.REFUSED,
            name=item.name,
            cloud_id=item.cloud_id,
            cluster=item.cluster.name,
            code="audit",
            reason=reason,
        )
    began = time.monotonic()
    try:
        with gateway.call(item.cluster) as call:
            action.run(call.conn, item.cloud_id, **operation.params)
    except CloudError as error:
        if error.code in CONNECTION:
            broken[item.cluster_id] = error
        made = outcome(
            Status.FAILED,
            code=error.code,
            reason=str(error),
            request_id=error.request_id,
            seconds=round(time.monotonic() - began, 3),
        )
    else:
        made = outcome(
            Status.DONE,
            request_id=call.request_id,
            global_request_id=call.global_request_id,
            seconds=round(time.monotonic() - began, 3),
        )
    if item.cluster_id not in broken:
        sync.refresh(item)
    return made


def _tell_start(operation: Operation) -> bool:
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


def _tell_outcome(operation: Operation, outcome: Outcome) -> None:
    """The cloud has answered; an audit that fails now cannot undo it. The log keeps what the table could not."""
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


def _missing_capability(action: Action, item: InventoryItem) -> str:
    if not action.needs:
        return ""
    service, _space, version = action.needs.partition(" ")
    found = item.cluster.capabilities.get("services", {}).get(service)
    if found is None:
        return ""  # never checked: let the cloud answer
    if found.get("code") == "no_service":
        return _("Cluster %(cluster)s has no %(service)s service.") % {
            "cluster": item.cluster.name,
            "service": service,
        }
    if version and found.get("max") and _as_numbers(found["max"]) < _as_numbers(version):
        return _("Needs %(service)s API %(version)s; cluster %(cluster)s offers %(found)s.") % {
            "service": service,
            "version": version,
            "cluster": item.cluster.name,
            "found": found["max"],
        }
    return ""


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
