from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class SecurityGroup(InventoryItem):
    """A Neutron security group."""

    stateful = models.BooleanField(_("stateful"), default=True)
    shared = models.BooleanField(_("shared"), default=False)

    class Meta(InventoryItem.Meta):
        verbose_name = _("security group")
        verbose_name_plural = _("security groups")
        indexes = list_indexes("securitygroup", "name", "project_id")

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.text("description")]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
