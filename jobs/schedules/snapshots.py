"""The job that makes a copy of each resource, and then deletes older ones that the same schedule made."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from clusters import sync
from clusters.inventory import InventoryItem
from clusters.models import Cluster
from clusters.sentences import gettext as _
from clusters.sentences import sentence
from jobs import kinds, lifecycle
from jobs.kinds import Later, Target
from jobs.models import Job, JobItem, MadeCopy
from jobs.schedules import aging, copying
from jobs.schedules.copying import Copy, Way
from jobs.schedules.models import Schedule
from jobs.schedules.rules import Rules
from opsys.kit.declare.action import Outcome, Status

SERVERS = "compute.server"


def way_of(schedule: Schedule) -> Way | None:
    """None where such copies cannot be made and deleted."""
    return copying.ways(schedule.resource).get(schedule.action)


def check(schedule: Schedule, way: Way) -> dict[str, str]:
    """Field → what is wrong with it, whoever the owner is."""
    if not schedule.pattern.strip():
        return {"pattern": _("Give the copies a name.")}
    if not Rules.of(vars(schedule)).any:
        return {"keep": _("Choose which copies to keep: how many, or for how long.")}
    if schedule.increments and way.copies.incremental is None:
        return {"increments": _("Such copies are always full ones.")}
    return {}


def why_not(way: Way, item: Any) -> str:
    """Why a resource is left out."""
    return sentence(way.copies.left_out(item)) or sentence(way.action.when(item))


def submit(schedule: Schedule, way: Way, rows: list[InventoryItem]) -> Job:
    label = way.resource.label if len(rows) == 1 else way.resource.label_plural
    title = _("%(name)s: %(action)s, %(count)d %(what)s") % {
        "name": schedule.name,
        "action": way.action.label,
        "count": len(rows),
        "what": label,
    }
    return lifecycle.submit(
        Snapshots.name,
        title,
        [Target(row.pk, row.cluster_id, row.cluster.name, row.cloud_id, row.name) for row in rows],
        user=schedule.owner,
        via="schedule",
        params={
            "schedule": schedule.pk,
            "resource": way.resource.name,
            "action": way.action.name,
            "pattern": schedule.pattern,
            **{name: getattr(schedule, name) for name in ("keep", "days", "daily", "weekly", "monthly", "increments")},
            "zone": schedule.time_zone,
        },
    )


class Snapshots:
    """Each step is found again by whoever takes over: the asking in the audit, the copy by its mark."""

    name = "snapshot"

    def do(self, job: Job, item: JobItem) -> Outcome | Later:
        way = _way(job)
        if item.cluster is None or way is None or not Schedule.objects.filter(pk=job.params["schedule"]).exists():
            reason = _("The schedule or the cluster no longer exists.")
            return Outcome(Status.REFUSED, name=item.name, code="not_found", reason=reason)
        made, _new = MadeCopy.objects.get_or_create(
            operation=item.operation,
            defaults={
                "schedule_id": job.params["schedule"],
                "cluster": item.cluster,
                "source_id": item.cloud_id,
                "copy_type": way.made.name,
            },
        )
        copy = _copy(job, item, way, made)
        outcome = copying.asked(copy)
        if outcome.status is not Status.DONE:
            return outcome
        return copying.failure(copy) or aging.clear(copy, Rules.of(job.params), outcome)

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        """Always None, because there is more to do than to ask."""
        made = MadeCopy.objects.filter(operation=item.operation).first()
        way = _way(job)
        if made is not None and way is not None:
            copying.remember(_copy(job, item, way, made))
        return None

    def rested(self, job: Job) -> None:
        """The copies were read until they rested; what they are of may still be shown as busy with them."""
        if way := _way(job):
            for cluster in Cluster.objects.filter(pk__in=job.items.values("cluster")):
                sync.look_often(cluster, way.resource.model)


def _way(job: Job) -> Way | None:
    return copying.ways(job.params["resource"]).get(job.params.get("action", "snapshot"))


def _copy(job: Job, item: JobItem, way: Way, made: MadeCopy) -> Copy:
    copy = Copy(job, item, way, made, item.target, named(job.params["pattern"], item.name, made.asked_at))
    return replace(copy, incremental=aging.may_be_incremental(copy, job.params.get("increments") or 0))


def named(pattern: str, source: str, moment: datetime) -> str:
    return pattern.replace("{name}", source).replace("{date}", f"{moment:%Y%m%d-%H%M%S}")[:255]


kinds.register(Snapshots())
