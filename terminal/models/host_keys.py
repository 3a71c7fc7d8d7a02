"""The keys hosts were seen with. What is not here is asked about; what differs is refused."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HostKey(models.Model):
    """`realm` is the cluster's id, "" for hosts of none. `route` is "" for a direct way, else the jump host's
    address and port. `host` is the instance's id, or the saved host's address: an address that a cloud gives to
    another instance must not bring the old one's key along."""

    realm = models.CharField(max_length=20, blank=True)
    cluster = models.ForeignKey(
        "clusters.Cluster", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("cluster")
    )
    route = models.CharField(_("by way of"), max_length=120, blank=True)
    host = models.CharField(_("host"), max_length=200)
    port = models.PositiveIntegerField(_("port"))
    key_type = models.CharField(_("type"), max_length=40)
    key = models.TextField(_("public key"))
    fingerprint = models.CharField(_("fingerprint"), max_length=100)
    title = models.CharField(_("name"), max_length=255, blank=True)
    verified = models.BooleanField(
        _("verified"),
        default=False,
        help_text=_("The server printed this fingerprint on its console."),
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("accepted by")
    )
    accepted_at = models.DateTimeField(_("accepted"), auto_now_add=True)
    seen_at = models.DateTimeField(_("seen"), auto_now_add=True)

    class Meta:
        ordering = ["title", "host", "port", "key_type"]
        verbose_name = _("host key")
        verbose_name_plural = _("host keys")
        constraints = [
            models.UniqueConstraint(fields=["realm", "route", "host", "port", "key_type"], name="one_key_of_a_type")
        ]

    def __str__(self) -> str:
        return f"{self.title or self.host}:{self.port} {self.key_type}"
