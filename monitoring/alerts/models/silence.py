"""What is known already, or planned: shown, and not told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.models import Cluster
from monitoring.alerts.models.rule import AlertRule


class SilenceQuerySet(models.QuerySet):
    def visible_to(self, user) -> "SilenceQuerySet":
        if not user.is_active or user.is_anonymous:
            return self.none()
        if access.is_platform_admin(user):
            return self
        return self.filter(Q(cluster__in=list(access.held_by(user))))

    def in_force(self, moment) -> "SilenceQuerySet":
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)


class Silence(models.Model):
    """Covers the alerts that everything which is filled in fits. It always ends."""

    cluster = models.ForeignKey(
        Cluster,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster"),
        help_text=_("Empty: all, which only a platform admin may silence."),
    )
    rule = models.ForeignKey(
        AlertRule,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rule"),
        help_text=_("Empty: all."),
    )
    resource = models.CharField(_("type"), max_length=60, blank=True)
    cloud_id = models.CharField(_("ID"), max_length=255, blank=True)
    text = models.CharField(
        _("name contains"), max_length=100, blank=True, help_text=_("Part of the name of what is wrong.")
    )
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    created_by = models.CharField(_("by"), max_length=150, editable=False)

    objects = SilenceQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_at", "-pk"]
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        indexes = [models.Index(fields=["ends_at"], name="silence_end")]

    def __str__(self) -> str:
        return self.reason

    def covers(self, alert) -> bool:
        return (
            (self.cluster_id is None or self.cluster_id == alert.cluster_id)
            and (self.rule_id is None or self.rule_id == alert.rule_id)
            and (not self.resource or self.resource == alert.resource)
            and (not self.cloud_id or self.cloud_id == alert.cloud_id)
            and (not self.text or self.text.lower() in alert.name.lower())
        )
