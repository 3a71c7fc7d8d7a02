"""Where the notifications of a cluster come from, and how the listener fares there."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.encrypted import EncryptedTextField
from clusters.notifications.address import Address, parsed, valid_address

# Cinder notifies in oslo.messaging's own default, unless told otherwise.
EXCHANGES = "nova,neutron,glance,keystone,cinder,openstack"
TOPICS = "notifications,versioned_notifications"
MOST_NAMES = 20


def valid_names(text: str) -> None:
    names = text.split(",")
    if len(names) > MOST_NAMES or not all(re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name) for name in names):
        raise ValidationError(_("Names with commas between them, no spaces."), code="names")


class NotificationBroker(models.Model):
    """Kept apart from `Cluster`, like its credential, so that no list loads the secret. What follows `changed_at` is
    written by the listener."""

    cluster = models.OneToOneField(
        "clusters.Cluster", models.CASCADE, related_name="notification_broker", verbose_name=_("cluster")
    )
    address = models.CharField(
        _("address"),
        max_length=500,
        validators=[valid_address],
        help_text=_("For example amqps://opsys@rabbit-1.example.com:5671,rabbit-2.example.com:5671/"),
    )
    secret = EncryptedTextField(_("password"))
    exchanges = models.CharField(
        _("exchanges"),
        max_length=500,
        default=EXCHANGES,
        validators=[valid_names],
        help_text=_("Of the services: their control_exchange. What the broker does not have is left out."),
    )
    topics = models.CharField(
        _("topics"),
        max_length=500,
        default=TOPICS,
        validators=[valid_names],
        help_text=_("As oslo_messaging_notifications of the services names them."),
    )
    changed_at = models.DateTimeField(auto_now=True)

    seen_at = models.DateTimeField(null=True, editable=False, help_text="The listener's last sign of life.")
    connected_at = models.DateTimeField(_("connected"), null=True, editable=False)
    heard_at = models.DateTimeField(_("last notification"), null=True, editable=False)
    error_code = models.CharField(max_length=40, blank=True, editable=False)
    error_detail = models.CharField(max_length=300, blank=True, editable=False)
    heard = models.PositiveBigIntegerField(default=0, editable=False, help_text="Notifications that came.")
    rows_read = models.PositiveBigIntegerField(default=0, editable=False, help_text="Rows read because of them.")

    class Meta:
        app_label = "clusters"
        ordering = ["cluster"]
        verbose_name = _("notifications of a cluster")
        verbose_name_plural = _("notifications of clusters")

    def __str__(self) -> str:
        return f"{self.cluster}: {self.address}"

    def __repr__(self) -> str:
        return f"<NotificationBroker {self.pk} of cluster {self.cluster_id}>"

    @property
    def parts(self) -> Address:
        return parsed(self.address)


STATUS_FIELDS = frozenset(
    {"seen_at", "connected_at", "heard_at", "error_code", "error_detail", "heard", "rows_read", "changed_at"}
)
"""What changes by itself."""
