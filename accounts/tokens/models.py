"""The token as it is stored: its digest, and what it may do."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from clusters.access import PERMISSIONS, READ_AND_OPERATE, READ_ONLY, Limits

USED_SECONDS = 60
"""How exactly it is known when a token was last used."""


class Scope(models.TextChoices):
    READ = "read", _("read")
    OPERATE = "operate", _("read and operate")
    ALL = "all", _("all that the user may do")


ALLOWED = {Scope.READ: READ_ONLY, Scope.OPERATE: READ_AND_OPERATE, Scope.ALL: frozenset(PERMISSIONS)}


class ApiToken(AbstractAuthToken):
    """Whose it is, and how much less than its user it may do. It never may more: `clusters.access` narrows what the
    user holds by `limits`."""

    name = models.CharField(_("name"), max_length=100, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope.choices, default=Scope.ALL)
    cluster_ids = models.JSONField(_("only these clusters"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("from"), null=True, blank=True)

    class Meta:
        ordering = ["-created"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.user}: {self.name or self.token_key}"

    @property
    def limits(self) -> Limits | None:
        """None: it may do all that its user may."""
        if self.scope == Scope.ALL and self.cluster_ids is None:
            return None
        clusters = None if self.cluster_ids is None else frozenset(self.cluster_ids)
        return Limits(ALLOWED.get(Scope(self.scope), READ_ONLY), clusters)

    @property
    def expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()

    def used(self, address: str) -> None:
        """Note it, once in a while."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > timedelta(seconds=USED_SECONDS):
            type(self).objects.filter(pk=self.pk).update(last_used_at=now, last_used_from=address or None)
