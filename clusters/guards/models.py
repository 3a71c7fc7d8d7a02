"""What keeps people from changing things, as platform admins and those responsible write it down."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Closure(models.Model):
    """A time in which nothing is changed: on one cluster, those of a group, those of an environment, or everywhere."""

    class Kind(models.TextChoices):
        MAINTENANCE = "maintenance", _("maintenance")
        FREEZE = "freeze", _("change freeze")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.MAINTENANCE)
    reason = models.CharField(_("reason"), max_length=200)
    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, null=True, blank=True, verbose_name=_("cluster"))
    cluster_group = models.ForeignKey(
        "clusters.ClusterGroup", models.CASCADE, null=True, blank=True, verbose_name=_("cluster group")
    )
    environment = models.CharField(_("environment"), max_length=20, blank=True)
    begins_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until it is ended."))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-begins_at"]
        verbose_name = _("lock or freeze")
        verbose_name_plural = _("locks and freezes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"

    def clean(self) -> None:
        if sum(map(bool, (self.cluster_id, self.cluster_group_id, self.environment))) > 1:
            raise ValidationError(_("One cluster, one group or one environment; none of them means every cluster."))
        if self.ends_at and self.ends_at <= self.begins_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})

    def covers(self, cluster: Any) -> bool:
        if self.cluster_id:
            return self.cluster_id == cluster.pk
        if self.cluster_group_id:
            return self.cluster_group_id == cluster.group_id
        return not self.environment or self.environment == cluster.environment


class Protection(models.Model):
    """A resource that is not deleted, destroyed or interrupted until somebody takes the protection off."""

    cluster = models.ForeignKey("clusters.Cluster", models.CASCADE, verbose_name=_("cluster"))
    resource = models.CharField(_("type"), max_length=60)
    cloud_id = models.CharField(_("ID"), max_length=255)
    name = models.CharField(_("name"), max_length=255, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["cluster__name", "name", "pk"]
        verbose_name = _("protected resource")
        verbose_name_plural = _("protected resources")
        constraints = [
            models.UniqueConstraint(fields=["cluster", "resource", "cloud_id"], name="protected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.cloud_id} ({self.resource})"
