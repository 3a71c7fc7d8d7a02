"""Where word of alerts goes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.encrypted import EncryptedTextField
from monitoring.alerts.models.severity import Severity


class Channel(models.Model):
    """`endpoint` is an address that may hold a token (or several mail addresses), `secret` what messages are signed
    with: both are written and never shown. `place` is what may be shown of the endpoint. `lease_until` keeps two
    workers from the same one."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("Mail")
        WEBHOOK = "webhook", _("Webhook")
        DINGTALK = "dingtalk", _("DingTalk")
        WECOM = "wecom", _("WeCom")
        FEISHU = "feishu", _("Feishu")
        SLACK = "slack", _("Slack")
        ALERTMANAGER = "alertmanager", _("Alertmanager")

    name = models.CharField(_("name"), max_length=100, unique=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MAIL)
    endpoint = EncryptedTextField(_("address"))
    place = models.CharField(_("where"), max_length=255, editable=False)
    secret = EncryptedTextField(_("secret"), blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
        help_text=_(
            "The recipient gets only messages about clusters they may see. Empty: a shared channel that gets all."
        ),
    )
    takes_all = models.BooleanField(
        _("for every rule"),
        default=True,
        help_text=_(
            "Gets the messages of rules that name no channel; otherwise only those of rules that name this one."
        ),
    )
    least = models.CharField(
        _("from this severity on"), max_length=10, choices=Severity.choices, default=Severity.WARNING
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    lease_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("alert channel")
        verbose_name_plural = _("alert channels")

    def __str__(self) -> str:
        return self.name
