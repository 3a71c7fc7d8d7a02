from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes, relation_indexes


class VolumeGroup(InventoryItem):
    """A Cinder group: volumes that are snapshotted, and with some back ends replicated, together. `volume_type_ids`
    are the types its volumes may have."""

    group_type_id = models.CharField(_("group type"), max_length=64, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    group_snapshot_id = models.CharField(_("from group snapshot"), max_length=64, blank=True)
    source_group_id = models.CharField(_("from group"), max_length=64, blank=True)
    volume_type_ids = models.JSONField(_("volume types"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume group")
        verbose_name_plural = _("volume groups")
        indexes = [
            *list_indexes("volumegroup", "name", "status", "project_id", "created_at"),
            *relation_indexes("volumegroup", "group_snapshot_id", "source_group_id"),
        ]

    @property
    def transitional(self) -> bool:
        return self.status.endswith("ing")

    @property
    def description(self) -> str:
        return str(self.data.get("description") or "")
