"""When to say something, and to whom."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster, ClusterGroup, Environment
from monitoring.alerts.models.channel import Channel
from monitoring.alerts.models.severity import Severity


class AlertRule(models.Model):
    """`kind` names one of `monitoring.alerts.kinds.KINDS`; `threshold` is in that kind's unit. A condition fires after
    it held for `hold_seconds`, and is over once it was absent for `clear_seconds`."""

    kind = models.CharField(_("what"), max_length=30)
    name = models.CharField(_("name"), max_length=100, blank=True, help_text=_("Empty: named after what it watches."))
    enabled = models.BooleanField(_("enabled"), default=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.WARNING)
    threshold = models.FloatField(_("threshold"), null=True, blank=True)
    hold_seconds = models.PositiveIntegerField(
        _("seconds before it fires"), default=0, help_text=_("How long it must last before it fires.")
    )
    clear_seconds = models.PositiveIntegerField(
        _("seconds before it is over"), default=30, help_text=_("How long it must be gone before it is over.")
    )
    cluster = models.ForeignKey(
        Cluster,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster"),
        help_text=_("Empty: all."),
    )
    group = models.ForeignKey(
        ClusterGroup,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cluster group"),
        help_text=_("Empty: all."),
    )
    environment = models.CharField(
        _("environment"), max_length=20, blank=True, choices=Environment.choices, help_text=_("Empty: all.")
    )
    channel = models.ForeignKey(
        Channel,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("channel"),
        help_text=_("Empty: every channel that takes all rules."),
    )
    escalate_minutes = models.PositiveIntegerField(
        _("minutes until escalation"),
        default=0,
        help_text=_("If nobody acknowledged it by then, the other channel is notified too. 0: never."),
    )
    escalate_to = models.ForeignKey(
        Channel, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("escalation channel")
    )
    repeat_minutes = models.PositiveIntegerField(
        _("minutes until it is repeated"),
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("While nobody acknowledged it. 0: never."),
    )
    evaluated_at = models.DateTimeField(_("last looked"), null=True, editable=False)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")

    def __str__(self) -> str:
        return self.name or self.kind
