"""What people keep of the lists (saved views, and the columns they chose), and the keys of what they asked for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from opsys.kit.approvals.models import Approval, ApprovalRule  # noqa: F401 - tables of this app


class SavedView(models.Model):
    """A list as somebody wants to see it again, as the query of its address. One without a name holds the columns they
    chose for that type, which count where the address names none."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    resource = models.CharField(_("type"), max_length=60)
    name = models.CharField(_("name"), max_length=60, blank=True)
    query = models.TextField(_("address"), max_length=2000, blank=True)
    is_default = models.BooleanField(_("open the list with it"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "resource", "name"], name="unique_saved_view")]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """What somebody asked for with this key, and what became of it (None: not known yet). Kept for a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    operation = models.UUIDField()
    begun_at = models.DateTimeField(db_index=True)
    result = models.JSONField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="unique_idempotency_key")]

    def __str__(self) -> str:
        return self.key
