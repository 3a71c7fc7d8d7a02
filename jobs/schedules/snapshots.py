"""The job that takes a snapshot of each server, and then deletes older ones that the same schedule made.

Nova makes an image. Ours bear the operation's id among their properties, and stand in `MadeSnapshot` before the cloud
is asked. The property alone proves nothing: an image inherits what its server's image had.
"""

import time
from datetime import datetime
from typing import Any

from django.utils import timezone

from clusters import gateway, inventory, sync
from clusters.gateway import CloudError
from clusters.gateway.errors import TRANSIENT
from clusters.inventory import InventoryItem
from clusters.models import Cluster
from clusters.sentences import gettext as _
from clusters.sentences import ngettext, sentence
from jobs import kinds, lifecycle, run
from jobs.bulk import CLOCK_SLACK, events_of, heard
from jobs.kinds import Target
from jobs.models import Job, JobItem, MadeSnapshot
from jobs.schedules import aging
from jobs.schedules.models import Schedule
from opsys.kit.act.perform import conclude, perform_one
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Operation, Outcome, Status
from opsys.kit.declare.resource import Resource

SERVERS = "compute.server"
PATIENCE_SECONDS = 30 * 60
"""How long an image may take until it is usable. Meanwhile it counts as one item of the cluster."""

LOOK_SECONDS = 3


def servers() -> Resource:
    return register.get(SERVERS)


def snapshot() -> Action | None:
    return {action.name: action for action in servers().actions}.get("snapshot")


def permissions() -> list[str]:
    """What it takes on a cluster; empty where it cannot be done at all."""
    make, delete = snapshot(), aging.delete()
    return [make.permission, delete.permission] if make and delete else []


def check(schedule: Schedule) -> dict[str, str]:
    """Field → what is wrong with it, whoever the owner is."""
    if not schedule.pattern.strip():
        return {"pattern": _("Give the snapshots a name.")}
    if not schedule.keep and not schedule.days:
        return {"keep": _("Say how many snapshots are kept, or for how many days.")}
    return {}


def why_not(server: Any) -> str:
    """Why a server is left out. Nothing would delete the volume snapshots that come of a server on a volume."""
    if not server.image_id:
        return _("It boots from a volume, so its snapshots are the volume's.")
    return sentence(snapshot().when(server))


def submit(schedule: Schedule, rows: list[InventoryItem]) -> Job:
    title = ngettext(
        "%(name)s: a snapshot of %(count)d server", "%(name)s: snapshots of %(count)d servers", len(rows)
    ) % {"name": schedule.name, "count": len(rows)}
    return lifecycle.submit(
        Snapshots.name,
        title,
        [Target(row.pk, row.cluster_id, row.cluster.name, row.cloud_id, row.name) for row in rows],
        user=schedule.owner,
        via="schedule",
        params={
            "schedule": schedule.pk,
            "resource": SERVERS,
            "pattern": schedule.pattern,
            "keep": schedule.keep,
            "days": schedule.days,
        },
    )


class Snapshots:
    """Each step is found again by whoever takes over: the asking in the audit, the image by its property."""

    name = "snapshot"

    def do(self, job: Job, item: JobItem) -> Outcome:
        if item.cluster is None or not Schedule.objects.filter(pk=job.params["schedule"]).exists():
            reason = _("The schedule or the cluster no longer exists.")
            return Outcome(Status.REFUSED, name=item.name, code="not_found", reason=reason)
        made, _new = MadeSnapshot.objects.get_or_create(
            operation=item.operation,
            defaults={"schedule_id": job.params["schedule"], "cluster": item.cluster, "server_id": item.cloud_id},
        )
        outcome = heard(events_of(item)) or self._ask(job, item, made)
        if outcome.status is not Status.DONE:
            return outcome
        failure = _usable(job, item, made)
        if failure is not None:
            return failure
        return aging.clear(job, made, outcome)

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """Always None, because there is more to do than to ask. What was asked for and not heard of is put into the
        audit first, where `do` finds it."""
        events = events_of(item)
        made = MadeSnapshot.objects.filter(operation=item.operation).first()
        if events and made and heard(events) is None and _find(item.cluster, made):
            reason = _("The answer was lost; the cloud shows that it was asked.")
            outcome = Outcome(
                Status.DONE, name=item.name, cloud_id=item.cloud_id, cluster=item.cluster_name, reason=reason
            )
            conclude(_operation(job, item, made), outcome)
        return None

    def rested(self, job: Job) -> None:
        """The images were read until they rested; the servers may still be shown as busy with them."""
        for cluster in Cluster.objects.filter(pk__in=job.items.values("cluster")):
            sync.look_often(cluster, servers().model)

    def _ask(self, job: Job, item: JobItem, made: MadeSnapshot) -> Outcome:
        return perform_one(
            servers(),
            snapshot(),
            item.target,
            user=job.actor,
            via=job.via,
            client=job.client,
            params=_params(job, item, made),
            operation_id=item.operation,
        )


def _params(job: Job, item: JobItem, made: MadeSnapshot) -> dict[str, Any]:
    metadata = {aging.MARK: str(made.operation)}
    return {"name": named(job.params["pattern"], item.name, made.asked_at), "metadata": metadata}


def named(pattern: str, server: str, moment: datetime) -> str:
    return pattern.replace("{name}", server).replace("{date}", f"{moment:%Y%m%d-%H%M%S}")[:255]


def _operation(job: Job, item: JobItem, made: MadeSnapshot) -> Operation:
    return Operation(
        user=job.actor,
        via=job.via,
        client=job.client,
        resource=SERVERS,
        action=snapshot().name,
        label=str(snapshot().label),
        cluster=item.cluster,
        cloud_id=item.cloud_id,
        name=item.name,
        params=_params(job, item, made),
        id=item.operation,
    )


def _usable(job: Job, item: JobItem, made: MadeSnapshot) -> Outcome | None:
    """Wait until the image is active. None when it is, else what became of it; then nothing old may go."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    target = {"name": item.name, "cloud_id": item.cloud_id, "cluster": item.cluster_name}
    status, not_before = "", 0.0
    while time.monotonic() < deadline:
        if run.stopping.is_set():
            return Outcome(Status.FAILED, code="timeout", reason=_("Its worker stops; another one goes on."), **target)
        if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
            reason = _("The job was cancelled while the snapshot was being made. Nothing older was deleted.")
            return Outcome(Status.REFUSED, code="cancelled", reason=reason, **target)
        try:
            if time.monotonic() >= not_before:
                status = _look(item.cluster, made)
        except CloudError as error:
            if error.code not in TRANSIENT:
                reason = _("The snapshot did not become usable, and nothing older was deleted. %(why)s")
                return Outcome(Status.FAILED, code="snapshot", reason=reason % {"why": error}, **target)
            not_before = time.monotonic() + error.seconds_to_wait
        if status == "active":
            return None
        if status in ("killed", "deleted", "error"):
            break
        time.sleep(LOOK_SECONDS)
    reason = _("The snapshot did not become usable, and nothing older was deleted. Its state: %(state)s.")
    return Outcome(Status.FAILED, code="snapshot", reason=reason % {"state": status or "–"}, **target)


def _look(cluster: Cluster, made: MadeSnapshot) -> str:
    """The image's state now, and its row as fresh. Empty while the cloud does not tell of it. Raises `CloudError`."""
    model = aging.images().model
    if not made.image_id:
        row = _find(cluster, made)
        if row is None:
            return ""
        made.image_id = row["cloud_id"]
        made.save(update_fields=["image_id"])
    seen_at = timezone.now()
    with gateway.call(cluster) as call:
        row = inventory.SOURCES[model].fetch_one(call.conn, made.image_id)
    inventory.store(model, cluster, [row], seen_at=seen_at)
    return str(row.get("status") or "")


def _find(cluster: Cluster, made: MadeSnapshot) -> inventory.Row | None:
    """What came of it, among what the cloud's image service has of late."""
    source = inventory.SOURCES[aging.images().model]
    with gateway.call(cluster) as call:
        since = call.cloud_time(made.asked_at) - CLOCK_SLACK
        for page in source.changes(call.conn, since) if source.changes else source.fetch(call.conn):
            for row in page:
                created = row.get("created_at")
                if aging.bears_mark(row["data"], made) and (created is None or created >= since):
                    return row
    return None


kinds.register(Snapshots())
