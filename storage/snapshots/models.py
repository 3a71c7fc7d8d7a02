from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes, relation_indexes
from storage.described import Described


class Snapshot(Described, InventoryItem):
    """A snapshot of a Cinder volume. `size` in GiB is the volume's at that moment."""

    size = models.PositiveIntegerField(_("size"), default=0)
    volume_id = models.CharField(_("volume"), max_length=64, blank=True)
    group_snapshot_id = models.CharField(_("group snapshot"), max_length=64, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume snapshot")
        verbose_name_plural = _("volume snapshots")
        indexes = [
            *list_indexes("snapshot", "name", "status", "size", "project_id", "created_at"),
            *relation_indexes("snapshot", "volume_id", "group_snapshot_id"),
        ]

    @property
    def transitional(self) -> bool:
        return self.status.endswith("ing") or self.status == "backing-up"

    @property
    def progress(self) -> str:
        value = self.data.get("os-extended-snapshot-attributes:progress")
        return value if isinstance(value, str) else ""
