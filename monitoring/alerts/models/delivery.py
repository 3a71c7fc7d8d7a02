"""One message to one channel: written together with the alert's new state, and sent until it arrives."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from monitoring.alerts.models.channel import Channel
from monitoring.alerts.models.rule import AlertRule


class Delivery(models.Model):
    """`alerts` is what is said, as plain values (`monitoring.alerts.telling`); `number` the same one for every
    attempt, so that a receiver can tell that it has the message already."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("not for this person any more")

    number = models.UUIDField(default=uuid.uuid4, unique=True)
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries", verbose_name=_("channel"))
    rule = models.ForeignKey(AlertRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("rule"))
    cluster = models.ForeignKey(Cluster, models.SET_NULL, null=True, related_name="+", verbose_name=_("cluster"))
    alerts = models.JSONField(_("alerts"))
    more = models.PositiveIntegerField(default=0, help_text="How many others are not listed.")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("created"))
    next_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("alert message")
        verbose_name_plural = _("alert messages")
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["rule", "cluster", "-created_at"], name="delivery_group"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.created_at:%Y-%m-%d %H:%M:%S}"
