"""The job that restores the newest backup of each volume into a new one, tells whether that worked, and takes the new
one away again."""

from typing import Any

from django.utils import timezone

from clusters import sync
from clusters.gateway import CloudError
from clusters.gateway.errors import TRANSIENT
from clusters.inventory import InventoryItem
from clusters.models import Cluster
from clusters.sentences import gettext as _
from clusters.sentences import joined, ngettext
from jobs import kinds, lifecycle
from jobs.kinds import Later, Target
from jobs.models import Job, JobItem, MadeCopy
from jobs.schedules import copying
from jobs.schedules.copying import Copy, Way
from jobs.schedules.models import Schedule
from opsys.kit.act.perform import perform
from opsys.kit.declare import register
from opsys.kit.declare.action import Outcome, Status

VOLUMES, BACKUPS = "storage.volume", "storage.backup"


def way() -> Way | None:
    """How a backup is restored and the new volume deleted; None where that cannot be."""
    return copying.ways(BACKUPS, trial=True).get("restore")


def submit(schedule: Schedule, rows: list[InventoryItem]) -> Job:
    title = ngettext(
        "%(name)s: the newest backup of %(count)d volume is restored",
        "%(name)s: the newest backups of %(count)d volumes are restored",
        len(rows),
    ) % {"name": schedule.name, "count": len(rows)}
    return lifecycle.submit(
        RestoreDrill.name,
        title,
        [Target(row.pk, row.cluster_id, row.cluster.name, row.cloud_id, row.name) for row in rows],
        user=schedule.owner,
        via="schedule",
        params={"schedule": schedule.pk, "resource": VOLUMES},
    )


class RestoreDrill:
    """Of each volume one item. What was restored is found again by its name, by whoever takes over."""

    name = "restore-drill"

    def do(self, job: Job, item: JobItem) -> Outcome | Later:
        restoring = way()
        if (
            item.cluster is None
            or restoring is None
            or not Schedule.objects.filter(pk=job.params["schedule"]).exists()
        ):
            reason = _("The schedule or the cluster no longer exists.")
            return Outcome(Status.REFUSED, name=item.name, code="not_found", reason=reason)
        made = MadeCopy.objects.filter(operation=item.operation).first()
        backup = _newest(job, item, made.source_id if made else "")
        if backup is None:
            # A volume nobody could get back is what the drill is to find.
            reason = _("It has no usable backup.")
            said: dict[str, Any] = {"name": item.name, "cloud_id": item.cloud_id, "cluster": item.cluster_name}
            return Outcome(Status.FAILED, code="no_backup", reason=reason, **said)
        if made is None:
            made = MadeCopy.objects.create(
                operation=item.operation,
                schedule_id=job.params["schedule"],
                cluster=item.cluster,
                source_id=backup.cloud_id,
                copy_type=restoring.made.name,
            )
        copy = Copy(job, item, restoring, made, backup.pk, item.name)
        outcome = copying.asked(copy)
        if outcome.status is not Status.DONE:
            if outcome.code not in TRANSIENT:  # else it may have come through, and is looked for by the next try
                made.delete()
            return outcome
        failure = copying.failure(copy)
        if isinstance(failure, Later):
            return failure
        seconds = round((timezone.now() - made.asked_at).total_seconds())
        return _told(copy, backup, failure, _taken_away(copy), seconds)

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """Always None, because there is more to do than to ask."""
        made = MadeCopy.objects.filter(operation=item.operation).first()
        restoring = way()
        if made is not None and restoring is not None and (backup := _newest(job, item, made.source_id)) is not None:
            copying.remember(Copy(job, item, restoring, made, backup.pk, item.name))
        return None

    def rested(self, job: Job) -> None:
        if restoring := way():
            for cluster in Cluster.objects.filter(pk__in=job.items.values("cluster")):
                sync.look_often(cluster, restoring.resource.model)
                sync.look_often(cluster, restoring.made.model)


def _newest(job: Job, item: JobItem, cloud_id: str = "") -> InventoryItem | None:
    """The volume's newest usable backup, or the one of this id."""
    rows = register.get(BACKUPS).model.objects.visible_to(job.actor).filter(cluster=item.cluster)
    if cloud_id:  # what was restored of it is taken away even if it is gone by now
        return rows.filter(cloud_id=cloud_id).first()
    usable = rows.present().filter(volume_id=item.cloud_id, status="available")
    return max(usable, key=lambda row: (row.data_moment is not None, row.data_moment, row.pk), default=None)


def _taken_away(copy: Copy) -> str:
    """Delete what was restored, whatever became of it; the reason why it is still there, or ""."""
    try:
        row = copying.find(copy) if not copy.made.copy_id else {"cloud_id": copy.made.copy_id}
    except CloudError as error:
        return str(error)
    if row is None:
        copy.made.delete()
        return ""
    model = copy.way.made.model
    sync.read_one(copy.cluster, model, row["cloud_id"])
    found = model.objects.present().filter(cluster=copy.cluster, cloud_id=row["cloud_id"]).first()
    if found is not None:
        asked_by = {"user": copy.job.actor, "via": copy.job.via, "client": copy.job.client}
        if not copying.bears_mark(copy.way, found, copy.made):
            return _("“%(name)s” is no longer the volume that the test made.") % {"name": found.name}
        (gone,) = perform(copy.way.made, copy.way.delete, [found.pk], **asked_by)
        if gone.status is not Status.DONE:
            return _("“%(name)s” was not deleted. %(reason)s") % {"name": found.name, "reason": gone.reason}
    copy.made.delete()
    return ""


def _told(copy: Copy, backup: Any, failure: Outcome | None, left: str, seconds: int) -> Outcome:
    values = {"name": backup.name or backup.cloud_id, "size": backup.size, "seconds": seconds}
    values["moment"] = f"{backup.data_moment:%Y-%m-%d %H:%M} UTC" if backup.data_moment else "–"
    if failure is not None:
        return copy.outcome(failure.status, joined(failure.reason, left), failure.code)
    worked = _("Backup “%(name)s” of %(moment)s was restored: %(size)d GiB in %(seconds)d s.") % values
    if left:
        return copy.outcome(Status.FAILED, joined(worked, left), "left")
    return copy.outcome(Status.DONE, worked)


kinds.register(RestoreDrill())
