from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes, relation_indexes
from storage.described import Described


class Backup(Described, InventoryItem):
    """A backup of a Cinder volume. `size` in GiB is the volume's; `of_moment` when the data was as it is in there;
    `has_increments` whether newer backups need this one."""

    size = models.PositiveIntegerField(_("size"), default=0)
    volume_id = models.CharField(_("volume"), max_length=64, blank=True)
    snapshot_id = models.CharField(_("snapshot"), max_length=64, blank=True)
    incremental = models.BooleanField(_("incremental"), default=False)
    has_increments = models.BooleanField(_("increments need it"), default=False)
    of_moment = models.DateTimeField(_("data as of"), null=True)
    container = models.CharField(_("container"), max_length=255, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume backup")
        verbose_name_plural = _("volume backups")
        indexes = [
            *list_indexes("backup", "name", "status", "size", "project_id", "created_at"),
            *relation_indexes("backup", "volume_id", "snapshot_id"),
        ]

    @property
    def transitional(self) -> bool:
        return self.status in ("creating", "deleting", "restoring")

    @property
    def fail_reason(self) -> str:
        """Why it is in error, as Cinder says it."""
        value = self.data.get("fail_reason")
        return value if self.status.startswith("error") and isinstance(value, str) else ""

    @property
    def data_moment(self) -> datetime | None:
        return self.of_moment or self.created_at
