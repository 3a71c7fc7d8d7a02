"""The job's kind: a server counts as done when it has left its host, not when the cloud was asked to move it."""

import time
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

import structlog
from django.conf import settings
from django.utils import timezone

from audit.lookup import last_event_of
from clusters import access, gateway, inventory, sync
from clusters.coerce import mapping
from clusters.gateway import CloudError
from clusters.sentences import gettext as _
from clusters.sentences import joined
from jobs import kinds, run
from jobs.bulk import events_of
from jobs.emptying.plan import (
    COLD,
    CONFIRM,
    EVACUATE,
    HYPERVISOR,
    LIVE,
    LOCK,
    SERVER,
    UNLOCK,
    action_for,
    kept_here,
    may_unlock,
)
from jobs.emptying.result import result_of
from jobs.models import Job, JobItem
from opsys.kit.act.perform import conclude, perform_one
from opsys.kit.declare import register
from opsys.kit.declare.action import Operation, Outcome, Status

POLL_SECONDS = 2
MOVING = ("MIGRATING", "RESIZE", "REBUILD")
CONFIRM_TRIES = 10
CALM_LOOKS = 2
"""So often the server must be seen resting on its old host before the move counts as given up."""

log = structlog.get_logger()


class EmptyHost:
    name = "empty-host"

    def do(self, job: Job, item: JobItem) -> Outcome:
        return self._locked_again(job, item, self._do(job, item))

    def _do(self, job: Job, item: JobItem) -> Outcome:
        try:
            server = _look(item)
        except CloudError as error:
            return _failed(item, error.code, str(error))
        if server is None or server.host != job.params["source"]:
            return _done(item, _("It had left before."))
        source = self._source(job)
        action = action_for(server, host_is_down=source is not None and source.state == "down")
        if source is not None and (reason := kept_here(server, source, user=job.actor)):
            return _outcome(item, Status.REFUSED, "state", reason)
        if server.locked and job.params.get("unlock") and may_unlock(server, action, access.held_by(job.actor)):
            return self._move_locked(job, item, action)
        return self._move(job, item, action)

    def _move(self, job: Job, item: JobItem, action: str) -> Outcome:
        outcome = self._perform(job, item, action, item.operation)
        return self._follow(job, item) if outcome.status is Status.DONE else outcome

    def _move_locked(self, job: Job, item: JobItem, action: str) -> Outcome:
        """Its lock is off only while it moves."""
        outcome = self._perform(job, item, UNLOCK, _unlocking(item))
        if outcome.status is not Status.DONE:
            return outcome
        try:
            _look(item)
        except CloudError as error:
            return _failed(item, error.code, str(error))
        return self._move(job, item, action)

    def _locked_again(self, job: Job, item: JobItem, outcome: Outcome) -> Outcome:
        """Also where the worker that took the lock off died, and whatever became of the move."""
        if run.is_tried_again(item, outcome) or last_event_of(_unlocking(item)) is None:
            return outcome
        try:
            server = _look(item)
        except CloudError as error:
            problem = str(error)
        else:
            if server is None or server.locked:
                return outcome
            locking = self._perform(job, item, LOCK, uuid4())
            problem = locking.reason if locking.status is not Status.DONE else ""
        if not problem:
            return outcome
        return replace(
            outcome, reason=joined(outcome.reason, _("It could not be locked again: %(reason)s") % {"reason": problem})
        )

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """The server itself tells: it has left, it is on its way, or it was never asked to go."""
        server = _look(item)
        if _unmoved(server, job):
            if not job.cancel_requested:
                return None
            cancelled = _failed(item, "cancelled", _("The job was cancelled before it moved."))
            return self._locked_again(job, item, cancelled)
        self._conclude(job, item)
        return self._locked_again(job, item, self._follow(job, item))

    def rested(self, job: Job) -> None:
        for cluster in {item.cluster for item in job.items.select_related("cluster") if item.cluster}:
            for name in (SERVER, HYPERVISOR):
                sync.look_often(cluster, register.get(name).model)

    def _source(self, job: Job) -> Any:
        """The host's row as it is now; None when it is gone, or may no longer be seen."""
        rows = register.get(HYPERVISOR).model.objects.visible_to(job.actor).present()
        return rows.select_related("cluster").filter(pk=job.params["hypervisor"]).first()

    def _perform(self, job: Job, item: JobItem, action: str, operation_id) -> Outcome:
        params: dict[str, Any] = {}
        if action in (LIVE, COLD, EVACUATE):
            params["host"] = job.params["host"]
        if action == LIVE:
            params["block_migration"] = job.params["block_migration"]
        if action == LOCK and (reason := job.params.get("locks", {}).get(str(item.target))):
            params["reason"] = reason
        resource = register.get(SERVER)
        return perform_one(
            resource,
            resource.action(action),
            item.target,
            user=job.actor,
            via=job.via,
            client=job.client,
            params=params,
            operation_id=operation_id,
            why=job.heading,
        )

    def _follow(self, job: Job, item: JobItem) -> Outcome:
        """Wait until it has left, was given up by the cloud, or took too long."""
        source, calm, confirmed = job.params["source"], 0, 0
        ends = time.monotonic() + settings.JOB_MOVE_SECONDS
        while time.monotonic() < ends:
            if run.stopping.is_set():
                # One that can pass: the next worker recalls the item and goes on waiting.
                return _failed(item, "timeout", _("The worker was stopped while the server was moving."))
            if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
                return _failed(item, "cancelled", _("The job was cancelled while it was moving; the cloud goes on."))
            try:
                server = _look(item)
            except CloudError as error:
                log.info("look_failed", cloud_id=item.cloud_id, code=error.code)
                run.stopping.wait(max(POLL_SECONDS, error.seconds_to_wait))
                continue
            if server is None:
                return _done(item, _("It no longer exists."))
            if server.status == "VERIFY_RESIZE" and not server.task_state:
                if not job.params["confirm"]:
                    return _done(item, _("Now on %(host)s; its move waits to be confirmed.") % {"host": server.host})
                outcome = self._perform(job, item, CONFIRM, uuid4())
                confirmed += 1
                # Nova shows the server as moved a moment before its own records of the move are finished.
                if outcome.status is not Status.DONE and confirmed >= CONFIRM_TRIES:
                    return outcome
            elif not server.task_state and server.status not in MOVING:
                if server.status == "ERROR":
                    return _failed(item, "error", _fault(server))
                if server.host != source:
                    return _done(item, _("Now on %(host)s.") % {"host": server.host})
                calm += 1
                if calm >= CALM_LOOKS:
                    return _failed(item, "stayed", _("The cloud gave the move up; its own action log says why."))
            run.stopping.wait(POLL_SECONDS)
        minutes = round(settings.JOB_MOVE_SECONDS / 60)
        reason = _("It has not left after %(minutes)d minutes; the cloud may still be moving it.")
        return _failed(item, "slow", reason % {"minutes": minutes})

    def _conclude(self, job: Job, item: JobItem) -> None:
        """The audit knows that it was begun; the worker died before it could write what became of it."""
        events = events_of(item)
        if not events or events[-1].phase != "started" or item.cluster is None:
            return
        began = events[-1]
        operation = Operation(
            user=job.actor,
            via=job.via,
            client=job.client,
            resource=SERVER,
            action=began.action.rpartition(".")[2],
            label=began.action,
            cluster=item.cluster,
            cloud_id=item.cloud_id,
            name=item.name,
            params={},
            id=item.operation,
        )
        conclude(operation, _done(item, _("The answer was lost; the cloud shows that it was asked.")))


def _look(item: JobItem) -> Any:
    """The server as the cloud has it now, None if it is gone. Raises `CloudError`."""
    model = register.get(SERVER).model
    row = model.objects.filter(pk=item.target, cluster=item.cluster).select_related("cluster").first()
    if row is None:
        return None
    seen_at = timezone.now()
    try:
        with gateway.call(row.cluster) as call:
            found = inventory.SOURCES[model].fetch_one(call.conn, row.cloud_id)
    except CloudError as error:
        if error.code != "not_found":
            raise
        inventory.mark_gone(row)
        return None
    if inventory.store(model, row.cluster, [found], seen_at=seen_at):
        sync.note_change(row.cluster, model)
    row.refresh_from_db()
    return None if row.gone_at else row


def _unmoved(server: Any, job: Job) -> bool:
    """Whether it rests where it was, as if nobody had asked."""
    if server is None or server.host != job.params["source"]:
        return False
    return not server.task_state and server.status not in MOVING


def _fault(server: Any) -> str:
    said = str(mapping(server.data.get("fault")).get("message") or "")
    if said:
        return _("It is in ERROR on %(host)s: %(fault)s") % {"host": server.host, "fault": said}
    return _("It is in ERROR on %(host)s.") % {"host": server.host}


def _unlocking(item: JobItem) -> UUID:
    """The operation that takes its lock off, if one did."""
    return uuid5(item.operation, UNLOCK)


def _done(item: JobItem, reason: str) -> Outcome:
    return _outcome(item, Status.DONE, "", reason)


def _failed(item: JobItem, code: str, reason: str) -> Outcome:
    return _outcome(item, Status.FAILED, code, reason)


def _outcome(item: JobItem, status: Status, code: str, reason: str) -> Outcome:
    return Outcome(status, name=item.name, cloud_id=item.cloud_id, cluster=item.cluster_name, code=code, reason=reason)


kinds.register(EmptyHost(), result=result_of)
