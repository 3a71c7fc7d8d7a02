"""What begins by the clock, and each time it did."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.sentences import retold
from jobs.schedules import times


class ScheduleQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ScheduleQuerySet":
        """One's own; everybody's for a platform admin."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        return self if access.is_platform_admin(user) else self.filter(owner=user)

    def due(self, now) -> "ScheduleQuerySet":
        return self.filter(enabled=True, next_due_at__lte=now).order_by("next_due_at", "pk")


class Schedule(models.Model):
    """`resource`, `action` and `query` say what is done to what; `pattern` and the numbers are for copies (see
    `rules.Rules`), and `days` for the audit. `owner` is on whose behalf it acts, with the rights they hold at each
    run. `next_due_at` follows from the rest; a disabled schedule has none. `language` is in what its runs give their
    reasons."""

    class Kind(models.TextChoices):
        POWER = "power", _("Act on resources")
        SNAPSHOT = "snapshot", _("Make snapshots or backups")
        DRILL = "restore-drill", _("Test whether backups can be restored")
        AUDIT = "audit-retention", _("Clear old audit events")

    name = models.CharField(_("name"), max_length=100)
    enabled = models.BooleanField(_("enabled"), default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("owner")
    )
    owner_name = models.CharField(max_length=150, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.POWER)
    cron = models.CharField(
        _("when"),
        max_length=100,
        help_text=_(
            "Five fields: minute, hour, day of the month, month, day of the week. "
            "<code>0 19 * * 1-5</code> is 19:00 from Monday to Friday."
        ),
    )
    time_zone = models.CharField(_("time zone"), max_length=63, default="UTC")
    resource = models.CharField(_("type"), max_length=60, default="compute.server")
    action = models.CharField(_("action"), max_length=60, blank=True)
    query = models.CharField(
        _("which"),
        max_length=500,
        blank=True,
        help_text=_(
            "The filters of the list as they stand in its address, for example "
            "<code>cluster=east&amp;q=dev-</code>. The filter is evaluated on every run."
        ),
    )
    pattern = models.CharField(
        _("name of the copies"),
        max_length=150,
        blank=True,
        default="{name}-{date}",
        help_text=_("{name} becomes the name of what is copied, {date} the moment in UTC."),
    )
    keep = models.PositiveIntegerField(_("newest to keep"), null=True, blank=True)
    days = models.PositiveIntegerField(_("days to keep"), null=True, blank=True)
    daily = models.PositiveIntegerField(_("daily ones to keep"), null=True, blank=True)
    weekly = models.PositiveIntegerField(_("weekly ones to keep"), null=True, blank=True)
    monthly = models.PositiveIntegerField(_("monthly ones to keep"), null=True, blank=True)
    increments = models.PositiveIntegerField(_("incremental ones after each full one"), null=True, blank=True)
    grace_minutes = models.PositiveIntegerField(
        _("longest delay in minutes"),
        default=24 * 60,
        help_text=_("After an outage the latest missed run is made up for, once, unless it is older than this."),
    )
    next_due_at = models.DateTimeField(_("next run"), null=True, editable=False)
    language = models.CharField(max_length=10, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        indexes = [models.Index(fields=["enabled", "next_due_at"], name="schedule_due")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Every save plans anew from now: what was due before a change was due under other terms."""
        if self.owner:
            self.owner_name = self.owner.get_username()
        self.language = get_language() or settings.LANGUAGE_CODE
        self.next_due_at = self.time_after(timezone.now()) if self.enabled else None
        super().save(*args, **kwargs)

    def time_after(self, moment):
        """None when there is no such time, or the time zone is no longer known."""
        try:
            return times.next_time(self.cron, self.time_zone, moment)
        except times.BadTimes:
            return None


class ScheduleRun(models.Model):
    """One time a schedule was due. Whoever writes the row runs it: there can be only one for a schedule and a
    moment. With a job, what became of it is the job's state."""

    class State(models.TextChoices):
        STARTED = "started", _("started")
        DONE = "done", _("nothing to do")
        REFUSED = "refused", _("refused")
        MISSED = "missed", _("missed")

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="runs")
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+", verbose_name=_("job"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.STARTED)
    missed = models.PositiveIntegerField(_("missed runs before it"), default=0)
    note = models.TextField(_("note"), blank=True)
    said = models.JSONField(null=True, editable=False)  # the note, as `clusters.sentences` has it

    class Meta:
        ordering = ["-due_at"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="one_run_per_moment")]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def told(self) -> str:
        """The note in the language of whoever reads it."""
        return retold(self.said, self.note)
