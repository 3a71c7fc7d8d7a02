from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class User(InventoryItem):
    """A Keystone user, not one of this platform. `project_id` is the default project."""

    domain_id = models.CharField(_("domain"), max_length=64, blank=True)
    domain = models.CharField(_("domain"), max_length=64, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    email = models.CharField(_("email"), max_length=255, blank=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    password_expires_at = models.DateTimeField(_("password expires"), null=True)

    @classmethod
    def of_projects(cls, projects: frozenset[str]) -> models.Q:
        """Users are the cloud's: a default project says nothing about who may know them."""
        return models.Q(pk__in=[])

    class Meta(InventoryItem.Meta):
        verbose_name = _("cloud user")
        verbose_name_plural = _("cloud users")
        indexes = list_indexes("cloud_user", "name", "domain")

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.email]
