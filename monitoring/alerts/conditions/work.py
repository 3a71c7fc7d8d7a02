"""What the platform itself noticed: jobs and schedules that failed, log-ins that were blocked."""

from datetime import timedelta

from django.urls import reverse

from audit.models import Event
from audit.models.proof import TreeState
from clusters.sentences import gettext as _
from clusters.sentences import sentence_of
from jobs.models import Job, ScheduleRun
from monitoring.alerts.kind import MOST, Condition, Facts, Found, bounded

RECENT = timedelta(hours=1)
"""What happened stays an alert for so long."""


def jobs_failed(facts: Facts, threshold: float) -> Found:
    rows = Job.objects.filter(state=Job.State.FAILED, finished_at__gte=facts.now - RECENT)
    found = []
    for job in rows.order_by("-pk").only("pk", "title", "params", "user_id", "username")[: MOST + 1]:
        title = sentence_of(job.params.get("title"), job.title)
        said = _("Job %(number)s of %(user)s failed: %(title)s")
        said %= {"number": job.pk, "user": job.username or "–", "title": title}
        place = {"name": job.title, "url": job.get_absolute_url(), "user_id": job.user_id}
        found.append(Condition(said, resource="jobs.job", cloud_id=str(job.pk), **place))
    return bounded(found)


def schedules_failed(facts: Facts, threshold: float) -> Found:
    """Runs that were refused or missed, and those whose job failed."""
    wrong = (ScheduleRun.State.REFUSED, ScheduleRun.State.MISSED)
    recent = ScheduleRun.objects.filter(started_at__gte=facts.now - RECENT)
    rows = recent.filter(state__in=wrong) | recent.filter(job__state=Job.State.FAILED)
    found = []
    for run in rows.select_related("schedule").order_by("-pk")[: MOST + 1]:
        note = sentence_of(run.said, run.note)
        said = _("Schedule %(name)s failed. %(reason)s")
        said %= {"name": run.schedule.name, "reason": note}
        place = {"name": run.schedule.name, "url": reverse("jobs:schedule", args=[run.schedule_id])}
        owner = run.schedule.owner_id
        found.append(Condition(said, resource="jobs.schedule", cloud_id=str(run.pk), user_id=owner, **place))
    return bounded(found)


def audit_broken(facts: Facts, threshold: float) -> Found:
    """What the last verification of the audit found is wrong until one finds nothing."""
    state = TreeState.objects.exclude(verified_at=None).first()
    if state is None or not state.findings:
        return Found([])
    said = _("The audit is not intact: %(count)s findings of the last verification.")
    return Found([Condition(said % {"count": len(state.findings)}, name="audit", url=reverse("audit:list"))])


def locked_out(facts: Facts, threshold: float) -> Found:
    rows = Event.objects.filter(action="auth.locked_out", at__gte=facts.now - RECENT).order_by("-at", "-pk")
    found = []
    for event in rows.only("pk", "username", "client", "name")[: MOST + 1]:
        name = event.username or event.name
        said = _("The account %(name)s was blocked after failed log-ins from %(client)s.")
        said %= {"name": name, "client": event.client or "–"}
        url = reverse("audit:event", args=[event.pk])
        found.append(Condition(said, resource="audit.event", cloud_id=str(event.pk), name=name, url=url))
    return bounded(found)
