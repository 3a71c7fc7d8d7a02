"""Where an event leads: the resource it is about, the job it belongs to."""

from audit.models import Event
from jobs.models import Job, JobItem
from opsys.kit.declare import register


def resource_url(event: Event) -> str:
    """The page of the resource; "" for what has none. The page itself says whether it may be seen."""
    if not event.cloud_id or not event.cluster_name:
        return ""
    known = {resource.name: resource for resource in register.resources()}
    resource = known.get(event.resource)
    return resource.url("item", event.cluster_name, event.cloud_id) if resource else ""


def job_of(event: Event, *, user) -> Job | None:
    """The job whose item it is, or that a schedule started; None also for one that this user may not see."""
    jobs = Job.objects.visible_to(user)
    number = event.params.get("job") if isinstance(event.params, dict) else None
    if isinstance(number, int):
        return jobs.filter(pk=number).first()
    item = JobItem.objects.filter(operation=event.operation).only("job_id").first()
    return jobs.filter(pk=item.job_id).first() if item else None
