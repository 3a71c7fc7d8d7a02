"""The job that clears old audit events. To clear twice does no harm, so a worker's death needs no memory."""

from datetime import timedelta

from django.utils import timezone

from audit import retention
from audit.acting import Actor
from audit.models import Event
from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs import kinds, lifecycle
from jobs.kinds import Target
from jobs.models import Job, JobItem
from jobs.schedules.models import Schedule
from opsys.kit.declare.action import Outcome, Status


def why_not(user) -> str:
    """Events are everybody's, so only a platform admin may clear them."""
    if user is not None and user.is_active and user.is_superuser:
        return ""
    return _("Only a platform admin may clear audit events.")


def submit(schedule: Schedule) -> Job:
    title = ngettext(
        "Clear audit events older than %(days)d day", "Clear audit events older than %(days)d days", schedule.days
    ) % {"days": schedule.days}
    target = Target(0, None, "", "", _("Audit"))
    return lifecycle.submit(
        AuditRetention.name, title, [target], user=schedule.owner, via="schedule", params={"days": schedule.days}
    )


class AuditRetention:
    name = "audit-retention"

    def do(self, job: Job, item: JobItem) -> Outcome:
        if reason := why_not(job.user):
            return Outcome(Status.REFUSED, name=item.name, code="permission", reason=reason)
        days = job.params["days"]
        actor = Actor(job.user, Event.Via.SCHEDULE)
        events, _logins = retention.clear(timezone.now() - timedelta(days=days), older_than=f"{days}d", actor=actor)
        reason = ngettext("%(count)d event was deleted.", "%(count)d events were deleted.", events) % {"count": events}
        return Outcome(Status.DONE, name=item.name, reason=reason)

    def rested(self, job: Job) -> None:
        """Nothing to look at afterwards."""

    def recall(self, job: Job, item: JobItem) -> Outcome | None:
        return None


kinds.register(AuditRetention())
