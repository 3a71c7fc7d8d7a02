from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring import mail


def validate_recipients(text: str) -> None:
    mail.validate_addresses(text)
    if not mail.addresses(text):
        raise ValidationError(_("At least one address is needed."), code="required")


class MailedReport(models.Model):
    """A report as a file, sent at six in the morning of its owner's time zone. `query` are the filters as they stand
    in the page's address; a monthly report that can be of a month is of the month before. `due_at` is the moment it is
    for, `next_at` when it is tried; they differ while it is being sent and after a failure."""

    class Every(models.TextChoices):
        DAY = "day", _("every day")
        WEEK = "week", _("every Monday")
        MONTH = "month", _("on the first of the month")

    class Format(models.TextChoices):
        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"

    report = models.CharField(_("report"), max_length=60)
    query = models.CharField(
        _("filters"),
        max_length=1000,
        blank=True,
        help_text=_("As in the address of the report's page, for example: cluster=east&q=shop. Empty: everything."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("The report holds what this person may see at the time it is sent."),
    )
    recipients = models.CharField(
        _("recipients"),
        max_length=1000,
        validators=[validate_recipients],
        help_text=_("Mail addresses, separated by commas."),
    )
    every = models.CharField(_("sent"), max_length=10, choices=Every.choices, default=Every.MONTH)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices, default=Format.XLSX)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    enabled = models.BooleanField(_("enabled"), default=True)
    due_at = models.DateTimeField(_("next"), null=True, editable=False)
    next_at = models.DateTimeField(null=True, editable=False, db_index=True)
    sent_at = models.DateTimeField(_("last sent"), null=True, editable=False)
    error = models.CharField(_("last error"), max_length=500, blank=True, editable=False)

    class Meta:
        ordering = ["report", "pk"]
        verbose_name = _("mailed report")
        verbose_name_plural = _("mailed reports")

    def __str__(self) -> str:
        return f"{self.report}: {self.recipients}"
