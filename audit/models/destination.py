"""Where events and checkpoints are sent, so that the platform cannot take them back."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _


class Destination(models.Model):
    class Kind(models.TextChoices):
        SYSLOG_TCP = "syslog-tcp", _("syslog over TCP")
        SYSLOG_TLS = "syslog-tls", _("syslog over TLS")
        WEBHOOK = "webhook", _("webhook")
        FILE = "file", _("file")
        MAIL = "mail", _("mail")

    class Content(models.TextChoices):
        EVENTS = "events", _("events and checkpoints")
        CHECKPOINTS = "checkpoints", _("checkpoints only")

    name = models.CharField(_("name"), max_length=63, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    address = models.CharField(
        _("address"), max_length=500, help_text=_("host:port, https://…, the path of a file, or a mail address.")
    )
    certificate = models.TextField(
        _("CA certificate"), blank=True, help_text=_("PEM, for TLS. Empty: the authorities this machine trusts.")
    )
    content = models.CharField(_("content"), max_length=12, choices=Content.choices, default=Content.EVENTS)
    enabled = models.BooleanField(_("enabled"), default=True)
    # The next leaf and the last checkpoint that the receiver is not known to have.
    next_position = models.BigIntegerField(_("next event"), default=0, editable=False)
    last_checkpoint = models.BigIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(_("last sent"), null=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    error = models.TextField(_("error"), blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("audit destination")
        verbose_name_plural = _("audit destinations")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        check = _CHECKS.get(self.kind)
        if check and not check(self.address):
            raise ValidationError(
                {"address": _("This is not an address for %(kind)s.") % {"kind": self.get_kind_display()}}
            )
        if self.kind == self.Kind.MAIL and self.content != self.Content.CHECKPOINTS:
            raise ValidationError({"content": _("By mail only checkpoints are sent.")})


def _is_host_and_port(address: str) -> bool:
    try:
        target = urlsplit(f"//{address}")
        return bool(target.hostname and target.port) and target.netloc == address
    except ValueError:
        return False


def _is_web_address(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _is_mail_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


_CHECKS: dict[str, Callable[[str], bool]] = {
    Destination.Kind.SYSLOG_TCP: _is_host_and_port,
    Destination.Kind.SYSLOG_TLS: _is_host_and_port,
    Destination.Kind.WEBHOOK: _is_web_address,
    Destination.Kind.FILE: lambda address: address.startswith("/"),
    Destination.Kind.MAIL: _is_mail_address,
}
