"""One thing that is wrong, from when it was first seen until it is over."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.models import Cluster
from clusters.sentences import retold
from monitoring.alerts.models.rule import AlertRule
from monitoring.alerts.models.severity import Severity


class AlertQuerySet(models.QuerySet):
    def visible_to(self, user) -> "AlertQuerySet":
        """Those on clusters the user may see and those about the user's own work; all for a platform admin."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        return self.filter(Q(cluster__in=list(access.held_by(user))) | Q(cluster=None, user=user))

    def shown(self) -> "AlertQuerySet":
        """Without those that did not hold long enough yet to be one."""
        return self.exclude(state=Alert.State.PENDING)


class Alert(models.Model):
    """`open_key` says of which rule and thing it is, as long as it is not over: there is one at a time. `absent_since`
    is since when the condition is not there any more. `told` is the state people were told last; `told_at` and
    `told_before_at` are when, the last two times. `user` is whom it concerns, where that is one person's work."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        FIRING = "firing", _("firing")
        RESOLVED = "resolved", _("over")

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="alerts", verbose_name=_("rule"))
    key = models.CharField(max_length=64)
    open_key = models.CharField(max_length=64, null=True, unique=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    cluster = models.ForeignKey(
        Cluster, models.CASCADE, null=True, related_name="+", verbose_name=_("cluster"), db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    resource = models.CharField(_("type"), max_length=60, blank=True)
    cloud_id = models.CharField(_("ID"), max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=255, blank=True)
    url = models.CharField(max_length=500, blank=True)
    text = models.TextField(_("what"))
    said = models.JSONField(null=True, editable=False)  # the text, as `clusters.sentences` has it
    value = models.FloatField(_("value"), null=True)
    began_at = models.DateTimeField(_("began"))
    fired_at = models.DateTimeField(_("fired"), null=True)
    seen_at = models.DateTimeField(_("last seen"))
    absent_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(_("over"), null=True)
    told = models.CharField(max_length=10, blank=True)
    told_at = models.DateTimeField(null=True)
    told_before_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.CharField(_("by"), max_length=150, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        indexes = [
            models.Index(fields=["state", "-began_at"], name="alert_state"),
            models.Index(fields=["cluster", "state", "-began_at"], name="alert_cluster"),
            models.Index(fields=["key", "-id"], name="alert_key"),
            models.Index(fields=["resource", "cloud_id"], name="alert_resource"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("monitoring:alert", args=[self.pk])

    @property
    def told_text(self) -> str:
        """What is wrong, in the language of whoever reads it."""
        return retold(self.said, self.text)
