"""What people seem to have typed, and what to tell somebody about."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.encrypted import EncryptedTextField


def check_pattern(text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise ValidationError(_("This is not a regular expression: %(error)s.") % {"error": error}) from None


class AlertRule(models.Model):
    """A command line that matches is noted in the audit. It is never held up: what a screen shows is too easily
    disguised to rely on."""

    name = models.CharField(gettext_lazy("name"), max_length=100)
    pattern = models.CharField(
        gettext_lazy("pattern"),
        max_length=300,
        validators=[check_pattern],
        help_text=gettext_lazy("A regular expression, looked for anywhere in the line."),
    )
    cluster = models.ForeignKey(
        "clusters.Cluster",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("cluster"),
        help_text=gettext_lazy("Empty: on every cluster."),
    )
    enabled = models.BooleanField(gettext_lazy("enabled"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = gettext_lazy("alert rule")
        verbose_name_plural = gettext_lazy("alert rules")

    def __str__(self) -> str:
        return self.name


class Command(models.Model):
    """Derived from what the screen showed when Enter was pressed. What was not shown, passwords for example, is not
    here; what a program draws may mislead it."""

    session = models.ForeignKey(
        "terminal.Session", models.CASCADE, related_name="commands", verbose_name=gettext_lazy("session")
    )
    at = models.DateTimeField(gettext_lazy("time"))
    seconds = models.FloatField(gettext_lazy("seconds"), help_text="Into the recording.")
    text = EncryptedTextField(gettext_lazy("command line"))
    alert = models.CharField(gettext_lazy("alert"), max_length=100, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = gettext_lazy("derived command line")
        verbose_name_plural = gettext_lazy("derived command lines")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.session_id} {self.seconds:.1f}"
