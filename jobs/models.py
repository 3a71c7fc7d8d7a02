"""Work that outlives the request that asked for it, as rows people can watch, cancel and try again.

The rows are the truth; Celery only makes somebody look at them. What a killed worker held is found by its silence.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.encrypted import EncryptedTextField
from clusters.models import Cluster
from clusters.sentences import retold


class JobQuerySet(models.QuerySet):
    def visible_to(self, user) -> "JobQuerySet":
        """One's own jobs; everybody's for a platform admin."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        return self if access.is_platform_admin(user) else self.filter(user=user)

    def under_way(self) -> "JobQuerySet":
        return self.exclude(state__in=Job.ENDED)

    def running_of(self, user) -> int:
        """How many of somebody's own are under way."""
        return self.filter(user=user).under_way().count()


class Job(models.Model):
    """`token` fences: it grows with every worker that takes the job, and what a worker writes counts only while
    the token is still its own. `heartbeat_at` is that worker's last sign of life; None: nobody has the job. Nobody
    takes it before `not_before`, unless it is cancelled; `rests` is how often it was put aside so."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        PARTLY = "partly", _("partly done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    ENDED = (State.DONE, State.PARTLY, State.FAILED, State.CANCELLED)

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    username = models.CharField(_("user name"), max_length=150)
    limits = models.JSONField(null=True, editable=False, help_text="Less than the user may: `clusters.access.Limits`.")
    via = models.CharField(_("via"), max_length=10)
    client = models.CharField(_("client"), max_length=100, blank=True)
    params = models.JSONField(_("parameters"), default=dict, blank=True, help_text=_("What the job is about."))
    inputs = EncryptedTextField(default="{}", help_text=_("What people typed, as JSON. A password may be among it."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    error = models.TextField(_("error"), blank=True)
    cancel_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    token = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=100, blank=True)
    heartbeat_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    rests = models.PositiveIntegerField(default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["state", "heartbeat_at"], name="job_state"),
            models.Index(fields=["user", "-id"], name="job_user"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:item", args=[self.pk])

    @property
    def heading(self) -> str:
        """The title in the language of whoever reads it."""
        return retold(self.params.get("title"), self.title)

    @property
    def actor(self) -> Any:
        """The user it acts for, with no more rights than whoever started it had then."""
        if self.user is not None:
            access.limit(self.user, access.Limits.of_data(self.limits))
        return self.user

    @property
    def ended(self) -> bool:
        return self.state in self.ENDED


class JobItem(models.Model):
    """One target of a job. `operation` is the id its audit events bear, chosen before anything is asked, so that
    after a crash the audit tells whether the cloud was asked. Of one that the cloud is busy with, `look_at` is when to
    look again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.WAITING, State.RUNNING)

    job = models.ForeignKey(Job, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    cluster = models.ForeignKey(Cluster, models.SET_NULL, null=True, related_name="+")
    cluster_name = models.CharField(_("cluster"), max_length=63)
    target = models.BigIntegerField()
    cloud_id = models.CharField(_("ID"), max_length=255)
    name = models.CharField(_("name"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.TextField(_("reason"), blank=True)
    said = models.JSONField(null=True, editable=False)  # the reason, as `clusters.sentences` has it
    code = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    operation = models.UUIDField(default=uuid.uuid4)
    request_id = models.CharField(_("request ID"), max_length=100, blank=True)
    seconds = models.FloatField(_("seconds"), null=True)
    asked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="one_item_per_position")]
        indexes = [
            models.Index(fields=["job", "state"], name="job_item_state"),
            models.Index(fields=["operation"], name="job_item_operation"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.cloud_id} of job {self.job_id}"

    @property
    def told(self) -> str:
        """The reason in the language of whoever reads it."""
        return retold(self.said, self.reason)


def may_cancel(user, job: Job) -> bool:
    """Whoever started it, and platform admins."""
    return user.is_active and (access.is_platform_admin(user) or job.user_id == user.pk)


from jobs.concurrency_limit import Slot  # noqa: E402,F401
from jobs.rate_limit import RateLimit  # noqa: E402,F401 - models of this app
from jobs.schedules.made import MadeCopy  # noqa: E402,F401
from jobs.schedules.models import Schedule, ScheduleRun  # noqa: E402,F401
