"""One-time permissions to open one socket."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Ticket(models.Model):
    """Good once, for seconds, for one user in one login session and one target. Only its digest is kept."""

    class Kind(models.TextChoices):
        OPEN = "open", _("open")
        WATCH = "watch", _("watch")

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OPEN)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    login = models.CharField(max_length=64, help_text="Digest of the login session's key.")
    target = models.JSONField(default=dict)
    client = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
