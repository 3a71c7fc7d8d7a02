"""A job's life in the database: asked for, taken, kept alive, ended. Every write here is conditional, so that two
workers, or one that came back from the dead, cannot both believe they have it."""

import os
import socket
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from kombu.exceptions import OperationalError

from clusters import access
from clusters.sentences import as_data, sentence_of
from clusters.sentences import gettext as _
from jobs.kinds import Target
from jobs.models import Job, JobItem

HEARTBEAT_SECONDS = 3
SILENT_SECONDS = 12
"""A worker that gave no sign of life for so long is taken for dead."""

MOST_TAKES = 50

log = structlog.get_logger()


def submit(
    kind: str,
    title: str,
    targets: list[Target],
    *,
    user,
    via: str,
    client: str = "",
    params: dict | None = None,
    inputs: str = "{}",
) -> Job:
    """Write the job down, all or nothing, and tell a worker once it is safely stored. `inputs` is JSON and is kept
    encrypted. Its title and the reasons it will give are in the language of this moment, and can be told in others."""
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            title=title[:255],
            user=user,
            username=user.get_username(),
            limits=limits.as_data() if (limits := access.limits_of(user)) else None,
            via=via,
            client=client,
            params={**(params or {}), "title": as_data(title), "language": get_language() or settings.LANGUAGE_CODE},
            inputs=inputs,
        )
        JobItem.objects.bulk_create(
            [
                JobItem(
                    job=job,
                    position=position,
                    cluster_id=target.cluster_id,
                    cluster_name=target.cluster_name,
                    target=target.pk,
                    cloud_id=target.cloud_id,
                    name=target.name,
                )
                for position, target in enumerate(targets)
            ],
            batch_size=500,
        )
    dispatch(job.pk)
    return job


def dispatch(job_id: int) -> None:
    """Make a worker look at the job. When the broker is down the reaper will, as soon as it is back."""
    try:
        # By name: the task runs what this module describes.
        current_app.send_task("jobs.tasks.run_job", (job_id,), retry=False, expires=60)
    except (OperationalError, OSError) as error:
        log.warning("job_not_dispatched", job=job_id, error=type(error).__name__)


def take(job_id: int) -> Job | None:
    """The job, if nobody living has it; its `token` is then the taker's own."""
    now = timezone.now()
    free = _silent(now) & _due(now)
    job = Job.objects.filter(free, pk=job_id, state__in=(Job.State.QUEUED, Job.State.RUNNING)).first()
    if job is None:
        return None
    if job.token - job.rests >= MOST_TAKES:
        _give_up(job)
        return None
    taken = Job.objects.filter(free, pk=job_id, token=job.token).update(
        token=job.token + 1,
        state=Job.State.RUNNING,
        holder=f"{socket.gethostname()}:{os.getpid()}"[:100],
        heartbeat_at=now,
        not_before=None,
        started_at=job.started_at or now,
    )
    if not taken:
        return None
    job.refresh_from_db()
    return job


def _give_up(job: Job) -> None:
    """It was taken often and never ended: whatever kills its workers would kill the next one too."""
    log.error("job_given_up", job=job.pk, takes=job.token)
    now = timezone.now()
    error = _("Its worker crashed repeatedly; the worker's log tells more.")
    if Job.objects.filter(pk=job.pk, token=job.token).update(
        state=Job.State.FAILED, error=error, finished_at=now, heartbeat_at=None
    ):
        job.items.filter(state__in=JobItem.OPEN).update(
            state=JobItem.State.FAILED, reason=error, said=as_data(error), finished_at=now
        )


def beat(job: Job) -> bool:
    """Say that we live. False: the job is no longer ours, stop at once."""
    return bool(_mine(job).update(heartbeat_at=timezone.now()))


def give_back(job: Job) -> None:
    """Let go of a job that has not ended, so that another worker need not wait for our silence."""
    if _mine(job).update(heartbeat_at=None):
        dispatch(job.pk)


def put_aside(job: Job, until: datetime) -> None:
    """Let go of a job that has nothing to do until then."""
    _mine(job).update(heartbeat_at=None, not_before=until, rests=F("rests") + 1)


def finish(job: Job) -> None:
    """All items rest: the job ends with what became of them."""
    states = set(JobItem.objects.filter(job=job).values_list("state", flat=True).distinct())
    if JobItem.State.CANCELLED in states:
        state = Job.State.CANCELLED
    elif states & {JobItem.State.FAILED, JobItem.State.REFUSED}:
        state = Job.State.PARTLY if JobItem.State.DONE in states else Job.State.FAILED
    else:
        state = Job.State.DONE
    _mine(job).update(state=state, finished_at=timezone.now(), heartbeat_at=None)


def cancel(job: Job) -> None:
    """Nothing more is begun; what is being asked now is heard out."""
    Job.objects.filter(pk=job.pk).exclude(state__in=Job.ENDED).update(cancel_requested=True)
    dispatch(job.pk)


def retry_failed(job: Job, *, user) -> Job:
    """A new job for what failed or was refused. The old one stays as it was: it is what happened."""
    again = job.items.filter(state__in=(JobItem.State.FAILED, JobItem.State.REFUSED, JobItem.State.CANCELLED))
    targets = [Target(i.target, i.cluster_id, i.cluster_name, i.cloud_id, i.name) for i in again]
    title = sentence_of(job.params.get("title"), job.title)
    return submit(job.kind, title, targets, user=user, via="ui", params=job.params, inputs=job.inputs)


def abandoned() -> list[int]:
    """The jobs nobody living has: never dispatched, given back, or left by a worker that fell silent."""
    now = timezone.now()
    fresh = Q(state=Job.State.QUEUED, created_at__gt=now - timedelta(seconds=3))
    open_jobs = Job.objects.filter(_silent(now) & _due(now), state__in=(Job.State.QUEUED, Job.State.RUNNING)).exclude(
        fresh
    )
    return list(open_jobs.values_list("pk", flat=True))


def _silent(now: datetime) -> Q:
    return Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - timedelta(seconds=SILENT_SECONDS))


def _due(now: datetime) -> Q:
    return Q(not_before=None) | Q(not_before__lte=now) | Q(cancel_requested=True)


def _mine(job: Job):
    return Job.objects.filter(pk=job.pk, token=job.token)
