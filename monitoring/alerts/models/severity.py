from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    INFO = "info", _("info")
    WARNING = "warning", _("warning")
    CRITICAL = "critical", _("critical")


def at_least(severity: str, least: str) -> bool:
    order = Severity.values
    return order.index(severity) >= order.index(least)
