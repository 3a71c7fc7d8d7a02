from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes, relation_indexes


class GroupSnapshot(InventoryItem):
    """Snapshots of all volumes of a Cinder group, taken at one moment."""

    group_id = models.CharField(_("volume group"), max_length=64, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("group snapshot")
        verbose_name_plural = _("group snapshots")
        indexes = [
            *list_indexes("groupsnapshot", "name", "status", "project_id", "created_at"),
            *relation_indexes("groupsnapshot", "group_id"),
        ]

    @property
    def transitional(self) -> bool:
        return self.status.endswith("ing")

    @property
    def description(self) -> str:
        return str(self.data.get("description") or "")
